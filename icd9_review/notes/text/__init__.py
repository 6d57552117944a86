"""What a note says of a span: cues, marks of forms, and how far they reach."""
