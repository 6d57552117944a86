"""What is shown before an encounter is finalised: what is left, and what was looked at."""
