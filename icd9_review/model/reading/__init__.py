"""Reading notes with the model: windows, forward passes, scores."""
