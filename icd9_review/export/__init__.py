"""What leaves the program: decisions and histories as files, with an entry in the ledger."""
