"""Tables with a note in every row."""
