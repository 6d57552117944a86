"""Producing model folders: the embedded default, and BioBERT fine-tuned on MIMIC-III."""
