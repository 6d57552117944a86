"""Scores of notes: the queue, the vectors, and the model versions that made them."""
