"""Which diagnosis is proposed as the principal (outpatient: first-listed) one, and why.

Inpatient it is "that condition established after study to be chiefly responsible for occasioning
the admission" (guidelines II): what the final diagnoses begin with, then what other lists of
diagnoses do, then why the patient came. Outpatient it is what is "chiefly responsible for the
services provided" (IV.H): a diagnosis that is the reason for the visit, then what the assessment
begins with. What conventions and chapters put first takes precedence (II, IV.A), and so do
complications within a line (II.G). A symptom is not proposed where a diagnosis that explains it
is there, or where it only says why the patient came and something is established (II.A, IV.E). A
suspicion counts as established in what is diagnosed in the end of a stay, elsewhere not (II.H,
IV.I). Of two that meet the definition alike either may be first (II.B-II.D): the line decides,
and the next one is given too. Where the first line has no code that may be principal, who came for
rehabilitation is treated for that (V57, I.B.15), and what comes after the line is called a
guess. This proposes; a person says which it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from icd9_review.codes.edits.chapters.symptoms import SYMPTOMS
from icd9_review.codes.edits.first_place import goes_before, may_stand_first
from icd9_review.codes.edits.ranges import Ranges, ranges
from icd9_review.codes.lists import Lists
from icd9_review.notes.lines.chart_lines import ChartLine
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.review.principal.linking import LinkedLine
from icd9_review.review.principal.rehabilitation import SECTION
from icd9_review.values import Assertion, CareSetting

_MOST = 3  # proposals; by judgement: one, and what else it could be
_COMPARED = re.compile(r"\b(?:versus|vs|either)\b", re.IGNORECASE)  # II.E: the symptom is first
_COMPLICATIONS = ranges("996-999")
_SYMPTOMS = Ranges(
    (
        *SYMPTOMS.held,
        *ranges(
            "338 379.91 388.7 599.7 611.71 719.4 723.1 724.1-724.2 724.5 729.1 729.5 729.8"
        ).held,
    )
)
"""Chapter 16 has "many, but not all codes for symptoms" (IV.E): pains, and blood in the urine."""
_WHY_THEY_CAME = frozenset({LineKind.REASON, LineKind.ADMITTING, LineKind.COMPLAINT})
_INPATIENT = (
    LineKind.PRINCIPAL,
    LineKind.FINAL,
    LineKind.POSTOPERATIVE,
    LineKind.DIAGNOSES,
    LineKind.REASON,
    LineKind.ASSESSMENT,
    LineKind.PLANNED,
    LineKind.IMPRESSION,
    LineKind.ADMITTING,
    LineKind.PREOPERATIVE,
    LineKind.COMPLAINT,
    LineKind.PROBLEMS,
)
_OUTPATIENT = (
    LineKind.PRINCIPAL,
    LineKind.POSTOPERATIVE,
    LineKind.REASON,
    LineKind.COMPLAINT,
    LineKind.FINAL,
    LineKind.DIAGNOSES,
    LineKind.ASSESSMENT,
    LineKind.PLANNED,
    LineKind.IMPRESSION,
    LineKind.ADMITTING,
    LineKind.PREOPERATIVE,
    LineKind.PROBLEMS,
)
_AT_THE_END = frozenset(
    {LineKind.PRINCIPAL, LineKind.FINAL, LineKind.POSTOPERATIVE, LineKind.DIAGNOSES}
)
"""Where a suspicion of a stay counts as if it were established (II.H)."""


_LEADING = _AT_THE_END | {LineKind.ASSESSMENT, LineKind.PLANNED, LineKind.IMPRESSION}
"""What begins with what a patient is treated for, once that is established."""

_DONE = re.compile(r"(?:status[- ]post|s/p|post[- ]?op\w*)\b", re.IGNORECASE)
_CAME_FOR_IT = "came for rehabilitation, which goes before what was done"

_Stands = Callable[[str], bool]
"""Whether a code may stand first on this chart."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A diagnosis that could be the principal one, with the reason in words.

    ``place`` counts from 0 the lines of ``kind`` that ``code`` stands in; ``uncoded`` are the
    words of the first of them that needs a code where none of the chart or the suggestions stands
    in it.
    ``words`` and ``section`` say why it goes before what the line begins with, where it does.
    ``passed`` are those of the first line where none of its codes may be the principal one: what
    comes after it is a guess.
    """

    code: str
    kind: LineKind
    place: int
    section: str
    words: str = ""
    uncoded: str = ""
    passed: str = ""


@dataclass(frozen=True, slots=True)
class _Ground:
    """A line that says something of why the patient is treated, with its codes in their order."""

    line: ChartLine
    place: int
    codes: tuple[str, ...]
    uncoded: str


def propose(
    setting: CareSetting,
    linked: Iterable[LinkedLine],
    accepted: Sequence[str],
    lists: Lists,
    rehabilitation: str = "",
) -> tuple[Proposal, ...]:
    """What could be the principal diagnosis, likeliest first; nothing where no line names one.

    ``linked`` are the lines of the notes in order with the codes that each speaks of (``link``),
    ``accepted`` the diagnoses of the chart; ``rehabilitation`` is the V57 where the notes tell that
    the patient came for it: it is proposed where the first line has no code that may stand first.
    """
    inpatient = setting is CareSetting.INPATIENT
    linked = tuple(linked)
    grounds = tuple(_grounds(inpatient, linked))
    named = (code for ground in grounds for code in ground.codes)
    beside = tuple(dict.fromkeys((*accepted, *named)))
    stands = cache(lambda code: may_stand_first(code, beside, setting, lists))
    passed = _passed(inpatient, linked, grounds, stands)
    found: dict[str, Proposal] = {}
    if passed and rehabilitation:
        told = Proposal(rehabilitation, passed.kind, 0, SECTION, _CAME_FOR_IT)
        found[rehabilitation] = told
    for each in _proposals(grounds, beside, stands, "II" if inpatient else "IV.H"):
        guess = replace(each, passed=passed.text) if passed else each
        found.setdefault(each.code, guess)
        if len(found) == _MOST:
            break
    return tuple(found.values())


def first_uncoded(
    setting: CareSetting, linked: Iterable[LinkedLine]
) -> tuple[LinkedLine, int] | None:
    """The line that says the principal diagnosis and has no code yet, with its place in its list.

    What stands below it is no better for having a code (II). None where the line has one, and where
    only the reason for coming is listed or that is a diagnosis with a code.
    """
    for asked, place in _asked(setting is CareSetting.INPATIENT, linked):
        kind = asked.line.kind
        if asked.codes and (kind in _LEADING or _is_established(asked.codes)):
            return None
        if not asked.codes and kind in _LEADING:
            return asked, place
    return None


def _asked(inpatient: bool, linked: Iterable[LinkedLine]) -> Iterator[tuple[LinkedLine, int]]:
    """Of each list, those that say most first, the first line that needs a code."""
    for listed in _lists(inpatient, linked):
        for place, each in listed:
            if each.codes or not each.needless:
                yield each, place
                break


def _passed(
    inpatient: bool, linked: Iterable[LinkedLine], grounds: Sequence[_Ground], stands: _Stands
) -> ChartLine | None:
    """The line that says the principal diagnosis, where no code of it may be one.

    It says what was done ("status post"), or has V codes alone and none of them is a reason for a
    stay: status, history, aftercare that goes with something else.
    """
    first = next(iter(grounds), None)
    if first is None or first.uncoded or first.line.kind not in _LEADING:
        return None
    if first.place:
        listed = next(
            each for each in _listed(inpatient, linked) if each[0].line.kind is first.line.kind
        )
        done = (each.line for each in listed[: first.place] if not each.needless)
        return next((line for line in done if _DONE.match(line.text)), None)
    silent = all(code[0].isalpha() and not stands(code) for code in first.codes)
    return first.line if silent else None


def _proposals(
    grounds: Sequence[_Ground], beside: Sequence[str], stands: _Stands, section: str
) -> Iterator[Proposal]:
    established = any(_establishes(ground) for ground in grounds)
    for ground in grounds:
        for code in _eligible(ground, stands, established):
            told = Proposal(code, ground.line.kind, ground.place, section, uncoded=ground.uncoded)
            for before, why in goes_before(code, beside):
                if stands(before):
                    yield replace(told, code=before, section=why.section, words=why.words)
            yield told


def _grounds(inpatient: bool, linked: Iterable[LinkedLine]) -> Iterator[_Ground]:
    """The lines that say why the patient is treated and have codes, those that say most first."""
    for listed in _lists(inpatient, linked):
        asked = next((each for _, each in listed if each.codes or not each.needless), None)
        uncoded = "" if asked is None or asked.codes else asked.line.text
        for place, each in listed:
            if each.codes:
                yield _Ground(each.line, place, each.codes, uncoded)


def _lists(inpatient: bool, linked: Iterable[LinkedLine]) -> Iterator[list[tuple[int, LinkedLine]]]:
    """What speaks of now of each list, with its place there; the list that says most first."""
    for listed in _listed(inpatient, linked):
        yield [(place, each) for place, each in enumerate(listed) if _counts(each.line, inpatient)]


def _listed(inpatient: bool, linked: Iterable[LinkedLine]) -> Iterator[list[LinkedLine]]:
    """The lines of each list of the notes, the list that says most first."""
    ranks = {kind: rank for rank, kind in enumerate(_INPATIENT if inpatient else _OUTPATIENT)}
    told = [each for each in linked if each.line.kind in ranks]
    told.sort(key=lambda each: ranks[each.line.kind])
    for _, group in groupby(told, key=lambda each: (each.note_id, each.line.kind)):
        yield list(group)


def _counts(line: ChartLine, inpatient: bool) -> bool:
    """Whether a line speaks of what the patient has now."""
    if line.assertion is Assertion.UNCERTAIN:
        return inpatient and line.kind in _AT_THE_END
    return line.assertion is Assertion.PRESENT


def _establishes(ground: _Ground) -> bool:
    """Whether a line says what the patient has, and not only what they came with."""
    return ground.line.kind not in _WHY_THEY_CAME and _is_established(ground.codes)


def _is_established(codes: Iterable[str]) -> bool:
    """Whether one of the codes is a disease or an injury."""
    return any(code not in _SYMPTOMS and code[0].isdigit() for code in codes)


def _eligible(ground: _Ground, stands: _Stands, established: bool) -> list[str]:
    """The codes of a line that may stand first: complications, then as they stand in it."""
    codes = [code for code in ground.codes if stands(code)]
    definite = [code for code in codes if code not in _SYMPTOMS]
    came_with = ground.line.kind in _WHY_THEY_CAME and established
    compared = _COMPARED.search(ground.line.text)
    kept = definite if came_with or (definite and not compared) else codes
    return sorted(kept, key=lambda code: code not in _COMPLICATIONS)
