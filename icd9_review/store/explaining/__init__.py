"""Explanations: which are wanted, which wait, which are there."""
