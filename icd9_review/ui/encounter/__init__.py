"""One encounter as every page reads it: its notes, what the model says of them, the visit."""
