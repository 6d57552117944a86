"""What the workbench proposes as the principal diagnosis."""
