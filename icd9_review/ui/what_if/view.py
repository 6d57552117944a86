"""What the page shows of a copy, as the browser gets it: the contract with the scripts.

The browser sends back ``copy`` (state), the copy with the name that it gave this state of it,
read by `copies.read_copy`, and ``back`` (trigger), the id of the encounter to leave.
"""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.ui.encounter.view import EncounterView


@dataclass(frozen=True, slots=True)
class DraftView:
    """A note of the copy in pieces: every second one is a sentence, the others stand around them.

    ``headings`` and ``struck`` are numbers of sentences; ``original`` is the text of the note
    where the copy was edited, None where the pieces are that text.
    """

    id: str
    title: str
    original: str | None
    pieces: tuple[str, ...]
    headings: tuple[int, ...]
    struck: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MoveView:
    """A row for a code that moved; ``crossing`` is empty where it did not cross its threshold.

    ``after`` is a percentage, or the verdict where that alone turned.
    ``why`` says why it moved where its own words were left alone, and is empty otherwise.
    """

    key: str
    code: str
    title: str
    before: str
    after: str
    change: str
    crossing: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What came of a copy: rows, a line for what did not move, or why nothing can be said."""

    refusal: str
    message: str
    rows: tuple[MoveView, ...]
    still: str
    remark: str
    summary: str


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """All that the page shows; ``name`` is that of the state of the copy which was answered.

    ``back`` says where the way back leads.
    """

    encounter: EncounterView
    back: str
    name: str
    notes: tuple[DraftView, ...]
    outcome: OutcomeView
