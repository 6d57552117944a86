"""Edits of the chapters: what the guidelines say of one part of the classification."""
