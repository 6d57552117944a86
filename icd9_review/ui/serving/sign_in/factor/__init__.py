"""The second factor of people who sign in by a password: shown, set up, taken away."""
