"""The page that takes notes in: the form, the files, the import of many."""
