"""Where a note says that the patient went: under a label of its own, or as told of the discharge.

A plan ("will be discharged home"), a condition ("when discharged home") and what the history tells
of earlier stays state nothing; nor does a place that may be one or another (a nursing home, a
hospice). Offsets are code points: ``text[start:end]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from icd9_review.notes.text.facts.statement import StatedFact, heads
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import Section, section_at
from icd9_review.values import Disposition, Fact

# What stands first takes what it says from those behind it: "home with hospice" is no "home".
_PLACES: tuple[tuple[Disposition | None, re.Pattern[str]], ...] = tuple(
    (place, re.compile(words, re.IGNORECASE))
    for place, words in (
        (None, r"\b(?:recovery(?:\s+room)?|pacu|icu|floor|ward|operating\s+room|or)\b"),
        (Disposition.HOSPICE_HOME, r"\bhome\s+(?:with|on|under)\s+hospice\b|\bhome\s+hospice\b"),
        (Disposition.HOSPICE_FACILITY, r"\binpatient\s+hospice\b|\bhospice\s+(?:facility|house)\b"),
        (
            Disposition.HOME_HEALTH,
            r"\bhome\s+(?:with|under)\s+(?:home\s+|vna\s+|visiting\s+|nursing\s+)*"
            r"(?:health|nurses?|nursing|services?|vna|care)\b(?:\s+(?:care|services?))*|"
            r"\bhome\s+health\b(?:\s+(?:care|services?))*",
        ),
        (
            None,
            r"\b(?:nursing|rest|group|foster|care|funeral|assisted\s+living)\s+home\b|\bhospice\b|"
            r"\banother\s+facility\b",
        ),
        (
            Disposition.SKILLED_NURSING,
            r"\bskilled\s+(?:nursing|care)\b(?:\s+(?:facility|unit|home))?|(?-i:\bSNF\b)",
        ),
        (
            Disposition.LONG_TERM_HOSPITAL,
            r"\blong[- ]term\s+acute\s+care\b(?:\s+hospital)?|\bltach?\b",
        ),
        (
            Disposition.REHABILITATION,
            r"\b(?:acute\s+|inpatient\s+)?rehab(?:ilitation)?\b(?:\s+(?:facility|hospital|center|unit))?",
        ),
        (Disposition.PSYCHIATRIC, r"\bpsychiatric\s+(?:hospital|facility|unit)\b"),
        (Disposition.SHORT_TERM_HOSPITAL, r"\b(?:another|outside|acute\s+care)\s+hospital\b"),
        (Disposition.AGAINST_ADVICE, r"\bagainst\s+(?:medical\s+)?advice\b|(?-i:\bAMA\b)"),
        (Disposition.EXPIRED, r"\b(?:expired|deceased|died)\b"),
        (Disposition.HOME, r"\bhome\b"),
    )
)
# What for is no place, where a place is named: "to a skilled nursing facility for rehabilitation".
_PURPOSE = re.compile(
    r"\bfor\s+(?:[\w-]+\s+){0,3}(?:rehab(?:ilitation)?|therapy|care|recovery)\b", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?<!\w)(?:(?:discharge[ ])?disposition|dispo|discharged[ ]to)[ ]{0,3}[:=][\s,]{0,9}",
    re.IGNORECASE,
)
_BEGINS = r"(?:\A|(?<=\n)|(?<=[.;:!?]\s)|(?<=[.;:!?]\s\s))"
_TOLD = re.compile(
    rf"(?:\b(?:was|is|being|patient|pt\.?|he|she)\s+(?:then\s+|subsequently\s+|eventually\s+|later\s+)?"
    rf"discharged|{_BEGINS}(?-i:Discharged|DISCHARGED))\s+"
    r"(?=(?:back\s+|directly\s+)?(?:to|home)\b(?!\s*[:=]))|\bleft\s+(?=against\b)|"
    r"\bpatient\s+(?=expired\s+(?:on|at|in)\b)",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(
    r"\b(?:if|when|once|until|after|before|since|previous\w*|prior|recent\w*|last|ago|yesterday|"
    r"will|may|can|could|would|should|to\s+be|mother|father|infant|not)\b",
    re.IGNORECASE,
)
_EARLIER = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_PRESENT,
        SectionKind.PAST_HISTORY,
        SectionKind.SURGICAL_HISTORY,
        SectionKind.FAMILY_HISTORY,
        SectionKind.SOCIAL,
    }
)
_LOOK_ON = 100  # characters that may say where; by judgement: a line
_LOOK_BACK = 80  # characters of the sentence before that may say when; by judgement
_TO_END = 250  # characters; a section that goes on for longer tells what happened after that stay
_SENTENCE = re.compile(r"[^.;\n]*")
_BEFORE = re.compile(r"[^.;\n]*\Z")


def stated_disposition(text: str, divided: Sequence[Section]) -> Iterator[StatedFact]:
    """The dispositions in the order of the text, whose sections are ``divided``.

    >>> [each.value for each in stated_disposition("DISPOSITION: Home in good condition.", ())]
    ['home']
    """
    for label in _LABEL.finditer(text):
        if heads(text, label.start()):
            yield from _read(text, label)
    for told in _TOLD.finditer(text):
        before = _BEFORE.search(text, max(0, told.start() - _LOOK_BACK), told.start())
        section = section_at(divided, told.start()) if divided else None
        earlier = section is not None and (
            section.kind in _EARLIER or section.end - told.end() > _TO_END
        )
        if not earlier and not (before and _NOT_THIS.search(before[0])):
            yield from _read(text, told)


def _read(text: str, begun: re.Match[str]) -> Iterator[StatedFact]:
    """The one place that the sentence names; nothing where it names two, or a doubtful one."""
    said = _SENTENCE.match(text, begun.end(), min(len(text), begun.end() + _LOOK_ON))
    whole = said[0] if said else ""
    found, left = _places(_PURPOSE.sub(lambda purpose: " " * len(purpose[0]), whole))
    if not found:
        found, left = _places(whole)
    if len(found) == 1:
        ((place, end),) = found.items()
        if place is not None and not _NOT_THIS.search(left):
            yield StatedFact(Fact.DISPOSITION, place.value, begun.start(), begun.end() + end)


def _places(said: str) -> tuple[dict[Disposition | None, int], str]:
    """Where each place that is named ends, and what is left without them."""
    found: dict[Disposition | None, int] = {}
    for place, words in _PLACES:
        if (named := words.search(said)) is not None:
            found[place] = named.end()
            said = said[: named.start()] + " " * len(named[0]) + said[named.end() :]
    return found, said
