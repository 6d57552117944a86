"""Figures over right and suggested codes, and how sure they are. Pure: no model, no database."""
