"""What comes in: the text and files of notes, and the facts of an encounter. Pure."""

from icd9_review.notes.demonstration import demonstration_encounters
from icd9_review.notes.facts import check_encounter
from icd9_review.notes.files import FILE_LIMIT, decode_file
from icd9_review.notes.intake import NOTE_LIMIT, Intake, is_empty, read_note

__all__ = [
    "FILE_LIMIT",
    "NOTE_LIMIT",
    "Intake",
    "check_encounter",
    "decode_file",
    "demonstration_encounters",
    "is_empty",
    "read_note",
]
