"""What leaves the program, row by row, and the ledger's entries about it."""
