"""The chart lines on the workbench: what is sent of each, and what became of it."""
