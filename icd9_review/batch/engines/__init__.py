"""What spreads the notes over processes: those of this machine, or a Ray cluster."""
