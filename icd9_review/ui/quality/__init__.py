"""The pages of those who answer for quality."""
