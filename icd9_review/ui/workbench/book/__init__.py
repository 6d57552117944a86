"""The code book on the workbench: what it says of a code, and where."""
