"""What a note says and where: sections, sentences, and the context of a span."""
