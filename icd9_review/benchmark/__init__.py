"""How fast prediction and explanation are, as ratios in one run on the same work."""
