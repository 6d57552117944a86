"""People at the screen: how the program knows a browser again."""
