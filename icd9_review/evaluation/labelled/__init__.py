"""Labelled notes, where they come from, and how predicted codes are counted against them."""
