"""What auditors ask of the ledger: its entries, the past of an encounter, and who reviewed it."""
