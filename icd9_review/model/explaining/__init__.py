"""Explaining scores: the share of each word in the logit of a code."""
