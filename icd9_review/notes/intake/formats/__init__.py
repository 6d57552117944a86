"""What each format of files means, one module a format; ``notes/reading`` has the list of them."""
