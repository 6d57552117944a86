"""Which diagnosis the notes put first."""
