"""The lines of a note that list what is to be coded: diagnoses and procedures."""
