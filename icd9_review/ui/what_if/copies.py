"""The copy of an encounter's notes that a person works on, as the browser sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from icd9_review.notes import NOTE_LIMIT
from icd9_review.outline.sentences import Sentence, sentences
from icd9_review.ui.what_if.striking import leave_out
from icd9_review.values import Note

_LONGEST_NAME = 64  # characters; a bound on what a browser sends, by judgement


@dataclass(frozen=True)
class Draft:
    """A note in a copy: ``whole`` is its text or an edited one, ``struck`` numbers sentences."""

    note: Note
    whole: str
    struck: frozenset[int] = frozenset()

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of ``whole``; none of a text that is refused for its length."""
        return sentences(self.whole) if len(self.whole) <= NOTE_LIMIT else ()

    @cached_property
    def text(self) -> str:
        """What the model reads: ``whole`` without the sentences that are struck."""
        return leave_out(self.whole, self.sentences, self.struck)

    @property
    def changed(self) -> bool:
        """Whether the model would read something else than the note."""
        return self.text != self.note.text


@dataclass(frozen=True, slots=True)
class Copy:
    """One state of a copy, a draft for each note in order; ``name`` is the browser's for it."""

    name: str
    drafts: tuple[Draft, ...]


def read_copy(sent: object, notes: Sequence[Note]) -> Copy:
    """What a browser sent; a note that it says nothing readable of stands as it is stored."""
    given = sent if isinstance(sent, Mapping) else {}
    name, drafts = given.get("name"), given.get("notes")
    known = drafts if isinstance(drafts, Mapping) else {}
    return Copy(
        name=name if isinstance(name, str) and len(name) <= _LONGEST_NAME else "",
        drafts=tuple(_read_draft(known.get(note.id), note) for note in notes),
    )


def _read_draft(sent: object, note: Note) -> Draft:
    given = sent if isinstance(sent, Mapping) else {}
    whole, struck = given.get("text"), given.get("struck")
    return Draft(
        note=note,
        whole=whole if isinstance(whole, str) else note.text,
        struck=frozenset(each for each in struck if type(each) is int)
        if isinstance(struck, list)
        else frozenset(),
    )
