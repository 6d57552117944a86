"""An evaluation written down: its record, its page, its plots, its place in a card."""
