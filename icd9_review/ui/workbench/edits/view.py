"""What the edits say, what the rules behind them are, and which lists they consult."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.codes.edits.rules import SECTIONS


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule in words: what it checks, of what severity, why, where that stands, by which list."""

    number: int
    checks: str
    severity: str
    section: str
    needs: str
    why: str


@dataclass(frozen=True, slots=True)
class OfferView:
    """A code that could take the place of an offending one."""

    key: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class EditView:
    """What a rule says of the chart; ``key`` is empty for the chart as a whole.

    ``use`` says what an offer does, ``others`` are the keys it also takes the place of, ``rule``
    is the rule that says it. ``alike`` are the edits it stands for: what a rule says alike of
    many codes is said once.
    """

    number: int
    severity: str
    message: str
    section: str
    key: str
    offers: tuple[OfferView, ...]
    use: str
    others: tuple[str, ...]
    rule: RuleView
    alike: int = 1


@dataclass(frozen=True, slots=True)
class ListsView:
    """What the edits consult: in a line, list by list, and what they miss for want of one.

    ``rows`` are (list, origin, version, count), ``sections`` says what the sections of rules are
    sections of.
    """

    text: str
    rows: tuple[tuple[str, str, str, str], ...]
    unchecked: tuple[str, ...]
    sections: str = SECTIONS
