"""An encounter as the clinical page reads it: what the model says of each code it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from icd9_review import codes
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import scores
from icd9_review.suggestions import merge, rank
from icd9_review.ui.words import format_percent
from icd9_review.ui.workbench.presentation import NO_TITLE
from icd9_review.values import Encounter, ModelVersion, Note, Scores, Suggestion


@dataclass(frozen=True, slots=True)
class Case:
    """An encounter with what a model says of it: by code, likeliest first; by the id of a note."""

    encounter: Encounter
    suggestions: Mapping[str, Suggestion]
    scores: Mapping[str, Scores]

    @property
    def complete(self) -> bool:
        """Whether the model has read every note."""
        return len(self.scores) == len(self.encounter.notes)

    def note(self, note_id: str | None) -> tuple[int, Note]:
        """The place and the note with this id. Raises KeyError."""
        for place, note in enumerate(self.encounter.notes):
            if note.id == note_id:
                return place, note
        raise KeyError(note_id)


def read_case(database: Database, encounter: Encounter, model: ModelVersion) -> Case:
    """What the model says of the notes that it has read so far."""
    found = {note.id: scores(database, note.id, model.version) for note in encounter.notes}
    read = {ident: each for ident, each in found.items() if each is not None}
    ranked = merge(rank(each, model, ident) for ident, each in read.items())
    by_code: dict[str, Suggestion] = {}
    for suggestion in ranked:  # dotted codes of the two kinds differ before the dot
        by_code.setdefault(suggestion.code, suggestion)
    return Case(encounter, by_code, read)


def code_title(suggestion: Suggestion) -> str:
    """What a code stands for."""
    return codes.title(suggestion.kind, suggestion.code) or NO_TITLE


def name_choice(suggestion: Suggestion) -> str:
    """A code in the chooser."""
    told = f"{suggestion.code} · {code_title(suggestion)} · "
    told += format_percent(suggestion.shown)
    return f"{told} · suggested" if suggestion.suggested else told
