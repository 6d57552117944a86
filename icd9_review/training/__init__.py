"""Producing model folders: generated text, fine-tuning, evaluation, the model card."""
