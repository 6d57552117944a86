"""Causes of injury: where a note tells how an injury or a poisoning came about.

Cues tell it (``cause_cues``), outside of what says nothing of it: examination, results, the story
of an operation, plans, the family. What is denied, somebody else's or only warned of tells of none,
and what happened years ago is historical. The words are those around the cues, without what led
there and what came of it ("presents after [falling down eleven stairs] and sustained …"). Offsets
are code points: ``text[start:end]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icd9_review.notes.lines.cause_cues import CauseCue, CauseGroup, cause_cues
from icd9_review.notes.lines.chart_lines import ChartLine
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.notes.text.assertions import Reader
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import Section, section_at, sections
from icd9_review.outline.sentences import Sentence, sentences
from icd9_review.values import Assertion

_SILENT = frozenset(
    {
        SectionKind.FAMILY_HISTORY,
        SectionKind.SOCIAL,
        SectionKind.ALLERGIES,
        SectionKind.MEDICATIONS,
        SectionKind.REVIEW_OF_SYSTEMS,
        SectionKind.EXAM,
        SectionKind.RESULTS,
        SectionKind.PLAN,
    }
)
_PAST = frozenset({SectionKind.PAST_HISTORY, SectionKind.SURGICAL_HISTORY})
_INDICATION = re.compile(r"INDICATION|HISTORY", re.IGNORECASE)
_NO_STORY = re.compile(r"TECHNIQUE|DETAIL|DESCRIPTION|FINDING|RISK|CONSENT", re.IGNORECASE)
_LONG_AGO = re.compile(
    r"\b(?:in|since|back in) (?:the )?(?:19|20)\d\ds?\b|\byears? (?:ago|earlier|prior|before)\b|"
    r"\bas an? (?:\w{1,10} )?(?:child|teenager|teen|kid|infant|youth)\b|\bchildhood\b|"
    r"\bat (?:the )?age\b|\b(?:nightmares?|flashbacks?)\b|"
    r"\b(?:prior|previous|remote|an old|past|distant)(?: history of)? (?:\w{1,12} ){0,2}\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:status|post|s/p|after|following)\b", re.IGNORECASE)
_LED = re.compile(  # what goes before the words that tell
    r"[,;()]|:\s|\b(?:who|which|that|because|since|states?|stated|reports?|reported|relates?|related|"
    r"says|said|when|where|after|following|status post|s/p|due to|secondary to|from)\b",
    re.IGNORECASE,
)
_CAME = re.compile(  # what begins with what came of it
    r"[;()]|[:.]\s|,? (?:and |who |which |she |he |where |when |as well as |with )?(?:\w{2,4} )?"
    r"(?:then |subsequently |immediately |also |apparently )?"
    r"(?:sustain|suffer|result|present|complain|brought|admitted|transferr|noted|taken|develop|"
    r"denie|came (?:in|to)|went (?:to|on)|has (?:been|had|not)|had (?:been|no|not|immediate|pain)|"
    r"continued|seen|evaluated|lost consciousness|causing|experienc|unable|could not|did not)",
    re.IGNORECASE,
)
_LEAD = 5  # words before the first cue that are told with it, at most; by judgement
_TAIL = 14  # words behind the last one; by judgement: where it was stands there
_APART = 90  # characters between cues that tell of one thing; by judgement
_BESIDE = 40  # characters on either side in which its day stands; by judgement
_MARK = re.compile(r"\(?\d{1,2}[.)]\s{1,4}")
_WORD = re.compile(r"\S+")
_TRIM = " \t\n,;:.-–*•_~\"'’“”()"


@dataclass(frozen=True, slots=True)
class CauseLine:
    """Words that tell a cause, as a chart line, with what their sentence says in whole.

    ``cue`` are the words of the cue that says most, ``cues`` how many there are; ``listed`` is
    whether they stand in a section that lists diagnoses.
    """

    line: ChartLine
    group: CauseGroup
    sentence: str
    cue: str
    cues: int
    listed: bool


def cause_lines(
    text: str,
    found: Sequence[Section] | None = None,
    reader: Reader | None = None,
    listed: Sequence[ChartLine] = (),
) -> tuple[CauseLine, ...]:
    """The causes that a note tells, in order and apart, one for each sentence.

    ``found`` are the sections of the text and ``reader`` reads it, where they are at hand;
    ``listed`` are its other chart lines.

    >>> (told,) = cause_lines("HPI: A woman who presents after falling down the stairs at home.")
    >>> told.line.text, told.group.value
    ('falling down the stairs at home', 'fall')
    """
    cues = cause_cues(text)
    if not cues:
        return ()
    found = sections(text) if found is None else found
    reader = reader or Reader(text, found)
    return tuple(_told(text, found, reader, listed, cues))


def _told(
    text: str,
    found: Sequence[Section],
    reader: Reader,
    listed: Sequence[ChartLine],
    cues: Sequence[CauseCue],
) -> Iterator[CauseLine]:
    left = list(cues)
    for sentence in sentences(text):
        while left and left[0].start < sentence.start:
            left.pop(0)
        inside = [each for each in left if each.end <= sentence.end]
        if not inside or sentence.heading:
            continue
        section = section_at(found, sentence.start)
        if _tells_nothing(section):
            continue
        told = [(each, _assertion(text, sentence, section, reader, each)) for each in inside]
        kept = [pair for pair in told if pair[1] in _KEPT]
        if kept:
            yield _line(text, sentence, section, kept, listed)


_KEPT = frozenset({Assertion.PRESENT, Assertion.UNCERTAIN, Assertion.HISTORICAL})


def _tells_nothing(section: Section) -> bool:
    if section.kind is SectionKind.PROCEDURE:
        return not _INDICATION.search(section.title)
    return section.kind in _SILENT or _NO_STORY.search(section.title) is not None


def _assertion(
    text: str, sentence: Sentence, section: Section, reader: Reader, cue: CauseCue
) -> Assertion:
    """What the note says of a cue; what happened years ago is over."""
    read = reader.read(cue.start, cue.end)
    said = read.assertion
    if said is Assertion.HISTORICAL and read.cue and _AFTER.search(text, *read.cue):
        said = Assertion.PRESENT  # "status post fall" says what it comes of
    if said not in (Assertion.PRESENT, Assertion.UNCERTAIN):
        return said
    before = text[max(sentence.start, cue.start - _BESIDE) : cue.start]
    behind = text[cue.end : min(sentence.end, cue.end + _BESIDE)]
    past = section.kind in _PAST or _LONG_AGO.search(before) or _LONG_AGO.search(behind)
    return Assertion.HISTORICAL if past else said


def _line(
    text: str,
    sentence: Sentence,
    section: Section,
    told: Sequence[tuple[CauseCue, Assertion]],
    listed: Sequence[ChartLine],
) -> CauseLine:
    lead = min((cue for cue, _ in told), key=lambda cue: cue.group.rank)
    said = next(said for cue, said in told if cue is lead)
    near = [cue for cue, each in told if each is said and _is_near(cue, lead)]
    start, end = _around(text, sentence, near)
    line = ChartLine(LineKind.CAUSE, section.title, start, end, _plain(text, start, end), said)
    inside = any(each.start < end and start < each.end for each in listed)
    whole = _plain(text, sentence.start, sentence.end)
    return CauseLine(line, lead.group, whole, _plain(text, lead.start, lead.end), len(near), inside)


def _plain(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].split())


def _is_near(cue: CauseCue, lead: CauseCue) -> bool:
    return cue.start - lead.end <= _APART and lead.start - cue.end <= _APART


def _around(text: str, sentence: Sentence, cues: Sequence[CauseCue]) -> tuple[int, int]:
    """Where the words that tell stand: the cues, what leads up to them and where it was."""
    first, last = min(cue.start for cue in cues), max(cue.end for cue in cues)
    led = [match.end() for match in _LED.finditer(text, sentence.start, first)]
    mark = _MARK.match(text, sentence.start, first)
    start = max((mark.end() if mark else sentence.start, *led))
    before = [match.start() for match in _WORD.finditer(text, start, first)]
    start = before[-_LEAD] if len(before) > _LEAD else start
    came = _CAME.search(text, last, sentence.end)
    end = came.start() if came else sentence.end
    behind = [match.end() for match in _WORD.finditer(text, last, end)]
    end = behind[_TAIL - 1] if len(behind) > _TAIL else end
    while start < first and text[start] in _TRIM:
        start += 1
    while end > last and text[end - 1] in _TRIM:
        end -= 1
    return start, end
