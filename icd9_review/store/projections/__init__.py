"""What is worked out from events and kept, so that pages need not work it out."""
