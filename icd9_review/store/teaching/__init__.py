"""What a model may learn from signed charts, and the texts of their notes."""
