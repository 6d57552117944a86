"""What the workbench shows of the code book for one code."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.ui.workbench.edits.view import RuleView
from icd9_review.ui.workbench.finding import FoundItem


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the way down to a code: a chapter, section, category, subcategory or the code.

    ``lines`` are (label, text) of what the book notes there.
    """

    heading: str
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OwnView:
    """What the code is to this person; ``kept`` is the last wish that was answered, by its id.

    ``problem`` says why that was not kept. ``longest`` is how many characters words may have.
    """

    favourite: bool
    words: str
    longest: int
    kept: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BookView:
    """The answer to the question of this ``id``: a code or header as the book has it.

    ``steps`` lead from the chapter down to it, ``index`` are phrases of the indexes with what they
    lead to, ``more`` how many are not shown. ``siblings`` are codes with what separates them,
    ``rules`` those that are about it. ``absent`` says what is not known for want of an import,
    ``own`` what it is to this person; None for a header and for what is in no book.
    """

    id: int
    key: str
    code: str
    title: str
    steps: tuple[StepView, ...]
    index: tuple[tuple[str, str], ...]
    more: int
    siblings: tuple[FoundItem, ...]
    rules: tuple[RuleView, ...]
    absent: tuple[str, ...]
    own: OwnView | None = None
