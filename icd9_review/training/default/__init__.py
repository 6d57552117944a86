"""The embedded default model: generated text, real excerpts, training and its card."""
