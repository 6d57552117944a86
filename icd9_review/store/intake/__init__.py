"""Encounters and their notes, as they are stored and recognised when they come again."""
