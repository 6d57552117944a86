"""Other programs that ask over HTTP: their tokens, how often they may ask, what they were told."""
