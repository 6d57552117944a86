"""What became of the codes that the model suggested, and where the others came from."""
