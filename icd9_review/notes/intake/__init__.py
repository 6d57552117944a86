"""Taking notes in: from files and pasted text to notes and the facts of an encounter."""
