"""What the card of the embedded model says: where it comes from, and what its figures mean."""
