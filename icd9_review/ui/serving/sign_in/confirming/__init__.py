"""Whoever signs a chart is asked once more who they are."""
