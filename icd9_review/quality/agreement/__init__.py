"""How far people, the model and a gold standard agree on the codes of the same encounters."""
