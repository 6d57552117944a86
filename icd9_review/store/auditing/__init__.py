"""Second review: samples of what was signed."""
