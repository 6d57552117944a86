"""A chart line as the browser gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from icd9_review.ui.workbench.finding import FoundItem

LineCodes = Literal["diagnosis", "procedure", "admitting", "cause"]
"""What codes a line: a diagnosis, a procedure, the admitting diagnosis of an inpatient, or the E
code of a cause."""


@dataclass(frozen=True, slots=True)
class NeedlessView:
    """That somebody said of the line at ``span`` that it needs no code.

    ``own`` is whether this person did; ``after`` counts the verdicts that stand and came before it,
    so that an undo knows what was done last.
    """

    span: tuple[str, int, int]
    actor: str
    own: bool
    after: int


@dataclass(frozen=True, slots=True)
class LineView:
    """A chart line in the pieces ``first`` to ``last`` of the note of this index.

    ``span`` is (note, start, end), ``kind`` says what codes it, ``title`` is that of its section.
    ``codes`` are the keys of the codes that it is coded by; ``remark`` says why it needs none, that
    a code is only a sibling, or which of its conditions has none. ``final`` is whether it says what
    was diagnosed in the end. ``hits`` are the codes for a cause; those for other lines are asked
    for.
    """

    id: str
    note: int
    first: int
    last: int
    span: tuple[str, int, int]
    kind: LineCodes
    title: str
    text: str
    state: Literal["coded", "near", "partly", "open", "needless"]
    codes: tuple[str, ...]
    remark: str
    final: bool
    hits: tuple[FoundItem, ...] = ()
