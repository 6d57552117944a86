"""The age and sex of the patient, where a note says them plainly.

Two ways of saying it are read: a label ("Age: 68   Sex: F") and the words that present somebody
("This is a 68-year-old woman"), where they begin a sentence or have the patient for subject. Of
whom else such words are said (her 70-year-old husband, a 35-year-old donor) is not the patient,
nor is anybody in the family or social history. Offsets are code points: ``text[start:end]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from icd9_review.notes.intake.facts import OLDEST
from icd9_review.notes.text.facts.statement import StatedFact, heads
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import Section, section_at
from icd9_review.values import Fact, Sex

_UNIT = r"(?P<unit>year|yr|month|mo|week|wk|day)s?"
_AGE = re.compile(
    rf"(?<![\w./–-])(?P<number>\d{{1,3}})(?:[ -]1/2|½)?[ -]{{0,2}}"
    rf"(?:{_UNIT}\.?[ -]{{0,2}}(?:old|of[ ]age)|y\.?[ ]?/?[ ]?o\.?)(?![\w/])",
    re.IGNORECASE,
)
_AGE_LABEL = re.compile(
    rf"(?<!\w)age(?P<both>[ ]?/[ ]?(?:sex|gender))?[ ]{{0,3}}[:=][\s,]{{0,9}}(?P<number>\d{{1,3}})"
    rf"(?![\d.,/–-]\d|\d)[ -]{{0,2}}(?:{_UNIT}(?!\w)|y(?:[./]?o\.?)?(?!\w))?"
    r"(?:[ ]?old)?(?:[ ]?[/,]?[ ]?(?P<sex>(?:fe)?male|[FM])(?!\w))?",
    re.IGNORECASE,
)
_SEX_LABEL = re.compile(
    r"(?<!\w)(?:sex|gender)[ ]{0,3}[:=][\s,]{0,9}(?P<sex>(?:fe)?male|woman|man|[FM])(?![\w/])",
    re.IGNORECASE,
)
_YOUNG = frozenset({"month", "mo", "week", "wk", "day"})
_MONTHS = 12  # of a year

_RELATIVES = (
    r"(?:grand|step|half)?-?(?:mother|father|son|daughter|brother|sister)s?|children|husband|"
    r"wife|spouse|partner|boyfriend|girlfriend|fianc[eé]e?|aunt|uncle|cousin|nephew|niece|twins?|"
    r"sibling|siblings|parents?|mom|dad|donor|driver|roommate|friend|neighbou?r|caregiver|"
    r"caretaker|fetus|foetus|passenger|coworker|relative|offspring"
)
_OTHERS = re.compile(rf"\b(?:{_RELATIVES})\b", re.IGNORECASE)
_NAMED = r"(?:Mr|Mrs|Ms|Miss|Mstr)\.?[ ]?(?-i:[A-Z][\w.’'-]{0,20})(?:[ ](?-i:[A-Z][\w.’'-]{0,20}))?"
_SUBJECT = (
    r"(?:(?:the|this|our)\s+)?(?:patient|pt\.?|infant|child|baby|newborn|neonate|gentleman|lady|"
    rf"woman|man|claimant|client)|he|she|this|{_NAMED}|(?-i:[A-Z][A-Z.]{{0,4}})"
)
_NO_ADJECTIVES = (
    r"(?:of|with|by|for|from|and|or|to|in|on|at|than|about|his|her|their|my|your|whose|who|"
    rf"until|since|when|over|under|between|has|had|{_RELATIVES})\b"
)
# What the words that present the patient follow: a subject, or the beginning of a sentence.
_BEFORE = re.compile(
    r"(?:\A|[\n.:;!?][\s,*#>\"“-]{0,9}|,(?=(?-i:[A-Z]))|(?P<seen>\b(?=this\s)))"
    r"(?P<words>(?:(?:briefly|in\s+brief|in\s+summary|to\s+summarize|as\s+you\s+(?:know|recall)|in\s+short)"
    rf",?\s+(?:that\s+)?)?(?:(?P<subject>{_SUBJECT}),?\s+(?:(?P<verb>is|was)\s+)?"
    r"(?:again\s+|now\s+|currently\s+)?(?:(?:the|a)\s+case\s+of\s+)?)?(?P<article>an?\s+)?"
    rf"(?:(?!{_NO_ADJECTIVES})[a-z][a-z’'/-]{{1,20}},?\s+){{0,5}})\Z",
    re.IGNORECASE,
)
_LOOK_BACK = 100  # characters; by judgement: longer than any way of presenting that was seen
_LOOK_ON = 90
_FEMALE = r"woman|female|lady|girl|(?-i:[RL]HF|[WBH]F|AAF|F)"
_MALE = r"gentleman|man|male|boy|(?-i:[RL]HM|[WBH]M|AAM|M)"
_STOP = (
    r"(?:who|with|that|which|whose|is|was|has|had|presents?|presented|presenting|came|comes|of|"
    r"from|in|for|at|on|to|status|s/p|admitted|seen|referred|here|being)\b"
)
_WORD = rf"(?!{_STOP})[A-Za-z0-9][\w’'/-]{{0,20}},?\s+"
_NOUN = re.compile(
    rf"[\s,]{{0,3}}(?:{_WORD}){{0,7}}?(?:(?P<female>{_FEMALE})|(?P<male>{_MALE}))(?![\w/-])",
    re.IGNORECASE,
)
_UP_TO_STOP = re.compile(rf"[\s,]{{0,3}}(?:{_WORD}){{0,6}}(?:(?!{_STOP})[\w’'-]{{1,20}})?")
_GOES_ON = re.compile(
    r",?\s{1,3}(?:patient|infant|newborn|child|who|with|w/|presents?|presented|presenting|status|"
    r"s/p|here|seen|admitted|referred|G\d|gravida|para|primigravida|right-hand|left-hand)",
    re.IGNORECASE,
)
_SEXES = {"f": Sex.FEMALE, "w": Sex.FEMALE, "m": Sex.MALE}
_ELSEWHERE = frozenset({SectionKind.FAMILY_HISTORY, SectionKind.SOCIAL})


def stated_person(text: str, divided: Sequence[Section]) -> Iterator[StatedFact]:
    """Age and sex wherever the text states them; ``divided`` are its sections.

    >>> [each.value for each in stated_person("This is a 68-year-old woman with a cough.", ())]
    ['68', 'female']
    """
    yield from _labelled(text)
    for age in _AGE.finditer(text):
        elsewhere = divided and section_at(divided, age.start()).kind in _ELSEWHERE
        if not elsewhere and (years := _years(age)) is not None:
            yield from _presented(text, age, years)


def _labelled(text: str) -> Iterator[StatedFact]:
    for label in _AGE_LABEL.finditer(text):
        if heads(text, label.start()) and (years := _years(label)) is not None:
            yield StatedFact(Fact.AGE, years, label.start(), label.end())
            if label["sex"]:
                yield StatedFact(Fact.SEX, _sex(label["sex"]), label.start(), label.end())
    for label in _SEX_LABEL.finditer(text):
        if heads(text, label.start()):
            yield StatedFact(Fact.SEX, _sex(label["sex"]), label.start(), label.end())


def _presented(text: str, age: re.Match[str], years: str) -> Iterator[StatedFact]:
    """What the words around an age say of the patient; nothing where they speak of another."""
    before = _BEFORE.search(text, max(0, age.start() - _LOOK_BACK), age.start())
    stretch = _UP_TO_STOP.match(text, age.end(), min(len(text), age.end() + _LOOK_ON))
    said = stretch[0] if stretch else ""
    if before is None or _OTHERS.search(said):
        return
    if (before["verb"] or "").casefold() == "was" and not before["article"]:
        return  # "She was 59 years old at the time"
    noun = _NOUN.match(text, age.end(), min(len(text), age.end() + _LOOK_ON))
    start, end = before.start("words"), noun.end() if noun else age.end()
    if noun or before["verb"] or _GOES_ON.match(text, age.end()):
        yield StatedFact(Fact.AGE, years, start, end)
    if noun:
        sex = Sex.FEMALE if noun["female"] else Sex.MALE
        yield StatedFact(Fact.SEX, sex.value, start, end)


def _years(age: re.Match[str]) -> str | None:
    """Whole years, 0 in the first one; None for what nobody can be."""
    number, unit = int(age["number"]), (age["unit"] or "").casefold()
    if unit in _YOUNG:
        number = number // _MONTHS if unit in ("month", "mo") else 0
    return str(number) if number <= OLDEST else None


def _sex(written: str) -> str:
    return _SEXES[written[0].casefold()].value
