"""The ledger's heads as signed files that are kept elsewhere, and what they prove later."""
