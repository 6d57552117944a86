"""The page of outcomes: what became of suggestions, and the encounters behind each figure."""
