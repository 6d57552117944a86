"""A model folder: what lies in it, what is wrong with it, and how a good one is made."""
