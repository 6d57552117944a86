"""The database: encounters, notes, scores, the ledger. SQL lives here and nowhere else."""
