"""Edits of the tabular list: what its notes say of codes that stand together."""
