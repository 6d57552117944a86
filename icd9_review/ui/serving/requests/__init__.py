"""What happens to every request, whatever it asks for: it gets an id, and it comes in time."""
