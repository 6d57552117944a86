"""A module for each thing that is asked for."""
