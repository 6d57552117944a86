"""Edits of the claim: what the Medicare Code Editor and the form ask of codes."""
