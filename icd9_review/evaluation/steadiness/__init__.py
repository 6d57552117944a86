"""Whether a list of suggestions stays what it is when a note changes in nothing that matters."""
