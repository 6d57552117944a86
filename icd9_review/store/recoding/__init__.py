"""What is coded a second time: gold encounters and second coders, by twins of encounters."""
