"""Edits of billing: what the Medicare Code Editor and the claim form ask of codes."""
