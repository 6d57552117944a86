"""What each format of files means, a module a format; ``notes/intake/reading`` lists them."""
