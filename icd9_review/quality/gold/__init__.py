"""Encounters with known codes: kept, given to coders unseen, scored."""
