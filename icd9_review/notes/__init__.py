"""What comes in: the text and files of notes, and the facts of an encounter. Pure."""

from icd9_review.notes.demonstration import demonstration_encounters
from icd9_review.notes.intake.facts import check_encounter
from icd9_review.notes.intake.gate import NOTE_LIMIT, Intake, is_empty, read_note
from icd9_review.notes.intake.plain_text import FILE_LIMIT, decode_file

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
