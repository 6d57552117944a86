"""Queries to the physician on the workbench: asked from words of the note, and read there."""
