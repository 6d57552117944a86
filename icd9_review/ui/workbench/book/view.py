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
class BookView:
    """The answer to the question of this ``id``: a code or header as the book has it.

    ``steps`` lead from the chapter down to it, ``index`` are phrases of the indexes with what they
    lead to, ``more`` how many are not shown. ``siblings`` are codes with what separates them,
    ``rules`` those that are about it. ``absent`` says what is not known for want of an import.
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
