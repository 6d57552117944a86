"""Facts of an encounter that a note states: who it is about, and the days of the stay."""
