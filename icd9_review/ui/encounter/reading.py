"""What the model says of an encounter: of each note it has read, and of all together."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import scores
from icd9_review.suggestions import merge, rank
from icd9_review.values import CodeKey, ModelVersion, Note, Scores, Suggestion, Veil

Ranked = tuple[Suggestion, ...]
"""The labels of a model version that are kept of a note, likeliest first."""


@dataclass(frozen=True)
class Reading:
    """What one model version says of ``notes``; it never changes once every note is read.

    ``scores`` and ``by_note`` go by the id of a note and lack those that are not read yet.
    """

    notes: tuple[Note, ...] = ()
    scores: Mapping[str, Scores] = field(default_factory=dict)
    by_note: Mapping[str, Ranked] = field(default_factory=dict)

    def veiled(self, veil: Veil) -> Reading:
        """The same without what people may not see yet: which codes the model thinks of."""
        return self if veil.suggestions else replace(self, by_note={})

    @property
    def complete(self) -> bool:
        """Whether the model has read every note."""
        return len(self.scores) == len(self.notes)

    @cached_property
    def ranked(self) -> Ranked:
        """The labels that are kept for the encounter; empty while no note is read."""
        return merge(self.by_note.values())

    @cached_property
    def suggested(self) -> Ranked:
        """What reaches its threshold in the encounter and was not demoted."""
        return tuple(each for each in self.ranked if each.suggested)

    @cached_property
    def demoted(self) -> Ranked:
        """What reaches its threshold and was demoted in every note where it does."""
        return tuple(each for each in self.ranked if each.reached and each.demotion is not None)

    def those(self, codes: Container[CodeKey]) -> Ranked:
        """What is kept of these codes, likeliest first."""
        return tuple(each for each in self.ranked if (each.kind, each.code) in codes)

    @cached_property
    def by_code(self) -> Mapping[str, Suggestion]:
        """The label of each code, likeliest first; codes of the two kinds differ before the dot."""
        by_code: dict[str, Suggestion] = {}
        for suggestion in self.ranked:
            by_code.setdefault(suggestion.code, suggestion)
        return by_code

    def note(self, note_id: str | None) -> tuple[int, Note]:
        """The place and the note with this id. Raises KeyError."""
        for place, note in enumerate(self.notes):
            if note.id == note_id:
                return place, note
        raise KeyError(note_id)


def read_scores(database: Database, notes: Sequence[Note], model: ModelVersion) -> Reading:
    """What this model version says of the notes that it has read so far. Raises StoreError."""
    stored = scores(database, [note.id for note in notes], model.version)
    read = {note.id: stored[note.id] for note in notes if note.id in stored}
    return Reading(
        notes=tuple(notes),
        scores=read,
        by_note={note_id: rank(each, model, note_id) for note_id, each in read.items()},
    )
