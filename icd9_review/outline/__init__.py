"""How the text of a note is divided: headings, sections, sentences. Pure, below notes and model."""
