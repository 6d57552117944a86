"""The worklist: what a person asks for, the rows as people read them, the table that shows them."""
