"""What people who answer for quality ask of the coding: pure, without database or page."""
