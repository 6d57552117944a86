"""Queries to physicians: asked of an encounter, answered, withdrawn."""
