"""The page of the ledger: entries, the story of an encounter, reviews and verification."""
