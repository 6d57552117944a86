"""What leaves the program: decisions as CSV and JSON Lines."""
