"""Commands that score notes of files, without a database."""
