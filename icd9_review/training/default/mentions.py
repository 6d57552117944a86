"""Mentions of the label space's terms in real text, with what the context says about each.

A small dictionary tagger: longest match of the hand-written terms, a look-back for
negation, family and doubt within the sentence, and the heading of the section. It gives
weak labels for unlabelled notes at training time; the product never runs it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import itemgetter

from icd9_review.codes.notation import category
from icd9_review.codes.written_terms import written_terms
from icd9_review.training.default.labels import is_acute, is_status, is_symptom

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'/&-]*")
_HEADING = re.compile(r"(?:^|[,.\n]\s*)([A-Z][A-Z /&,'()-]{3,60}?):")
_STOP = re.compile(r"[.;\n](?=\s|,|$)|:\s*,|\b(?:but|however|although|except|presented|admitted)\b")
_NEGATION = re.compile(
    r"\b(?:no|not|denies|denied|deny|without|negative for|never|absence of|free of|nor|"
    r"ruled? out|rules out|r/o|unlikely|non|lack of|neither|unremarkable for)\b",
    re.I,
)
_NEGATED_AFTER = re.compile(
    r"^[^.;\n]{0,40}?\b(?:ruled out|was negative|were negative|is negative|unlikely|is absent|"
    r"not present|not seen|none|negative|prophylaxis|precautions)\b",
    re.I,
)
_FAMILY = re.compile(
    r"\b(?:family|mother|father|brothers?|sisters?|siblings?|grand(?:mother|father)|aunt|uncle|"
    r"maternal|paternal|parents?)\b",
    re.I,
)
_DOUBT = re.compile(
    r"\b(?:possible|possibly|probable|probably|questionable|suspect\w*|versus|vs|risks?|if|"
    r"evaluate for|concern for|likely|consider|may|might|could|worrisome|prevent\w*|"
    r"complications)\b",
    re.I,
)
_PAST = re.compile(r"\b(?:history of|h/o|prior|previous|remote|resolved|in the past)\b", re.I)
# Terms that mean something else in most notes (physical exam, room air, as, …).
_OFTEN_OTHER = (
    "AS AI MR TR AD PD MS HA CP RA PE SI USA UC ED AMA PROM ACD IDA DDD CAP COLD HOH ICM PAD VT VF "
    "AML CTS RDS HE HL CRF RAD ICD ILD SSS PAH AKA SBP chol flutter chemotherapy weakness lupus "
    "reflux fall fell flu edema"
)
_AMBIGUOUS = frozenset(_OFTEN_OTHER.split())


class HeadingSense(StrEnum):
    """What a section's heading says about the mentions in it."""

    DIAGNOSES = "diagnoses"
    HISTORY = "history"
    FAMILY = "family"
    FINDINGS = "findings"
    NARRATIVE = "narrative"


_HEADINGS: tuple[tuple[HeadingSense, re.Pattern[str]], ...] = (
    (HeadingSense.FAMILY, re.compile(r"FAMILY")),
    (
        HeadingSense.FINDINGS,
        re.compile(
            r"REVIEW OF|EXAM|HEENT|VITAL|LAB|DATA|X-RAY|CT |MRI|ALLERG|SOCIAL|PROCEDURE IN|"
            r"TECHNIQUE|ANESTHESIA|DESCRIPTION|MEDICATION|RISK|CONSENT|NEURO|RESPIR|SKIN|"
            r"CARDIO|GASTRO|LUNG|HEART|ABDOMEN|EXTREM|CONSTIT|GENERAL|INSTRUCTION|FOLLOW"
        ),
    ),
    (
        HeadingSense.DIAGNOSES,
        re.compile(
            r"DIAGNOS|IMPRESSION|ASSESSMENT|PROBLEM|CHIEF|REASON|INDICATION|COMPLAINT|CONCLUSION"
        ),
    ),
    (
        HeadingSense.HISTORY,
        re.compile(r"PAST|PMH|MEDICAL HISTORY|SURGICAL HISTORY|COMORBID|CONDITIONS"),
    ),
)


# Symptoms count where a diagnosis is written down, hardly where the story is told.
_SYMPTOM_TARGETS = {
    HeadingSense.DIAGNOSES: 1,
    HeadingSense.HISTORY: -1,
    HeadingSense.FAMILY: 0,
    HeadingSense.FINDINGS: 0,
    HeadingSense.NARRATIVE: -1,
}
_FAMILY_CATEGORIES = frozenset({"V16", "V17", "V18"})
_LOOK_BACK = 160  # characters of a sentence before a term that are read; by judgement


@dataclass(frozen=True, slots=True)
class LabelledMention:
    """A term in a text: ``text[start:end]``; ``target`` 1 asserted, 0 not, -1 not known."""

    start: int
    end: int
    code: str
    target: int


@cache
def _lexicon() -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    entries: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for code, terms in written_terms().items():
        for term in terms:
            words = tuple(word.lower() for word in _WORD.findall(term))
            if words and term not in _AMBIGUOUS:
                entries.setdefault(words[0], []).append((words, term, code))
    return {
        first: tuple(sorted(found, key=lambda entry: -len(entry[0])))
        for first, found in entries.items()
    }


def sections_of(text: str) -> list[tuple[int, HeadingSense]]:
    """Where each section starts in the text, in order; the first starts at 0."""
    starts = [(0, HeadingSense.NARRATIVE)]
    for found in _HEADING.finditer(text):
        kind = next((k for k, p in _HEADINGS if p.search(found[1])), HeadingSense.NARRATIVE)
        starts.append((found.start(), kind))
    return starts


def find_labelled(text: str) -> list[LabelledMention]:
    """Every longest, non-overlapping term of the label space in the text."""
    words = list(_WORD.finditer(text))
    lowered = [word[0].lower() for word in words]
    sections = sections_of(text)
    found: list[LabelledMention] = []
    at = 0
    while at < len(words):
        match = _longest(text, words, lowered, at)
        if match is None:
            at += 1
            continue
        size, code = match
        start, end = words[at].start(), words[at + size - 1].end()
        target = assertion_target(text, start, end, code, sections)
        found.append(LabelledMention(start, end, code, target))
        at += size
    return found


def _longest(
    text: str, words: list[re.Match[str]], lowered: list[str], at: int
) -> tuple[int, str] | None:
    for entry, term, code in _lexicon().get(lowered[at], ()):
        size = len(entry)
        if tuple(lowered[at : at + size]) != entry:
            continue
        written = text[words[at].start() : words[at + size - 1].end()]
        # An abbreviation: five letters by judgement, as the dictionary has them.
        if term.isupper() and len(term) <= 5 and written != term:
            continue
        if "." in written or ";" in written:
            continue
        return size, code
    return None


def assertion_target(
    text: str, start: int, end: int, code: str, sections: list[tuple[int, HeadingSense]]
) -> int:
    """What the context says of a term for the code at ``text[start:end]``: 1, 0 or -1."""
    section = sections[bisect_right(sections, start, key=itemgetter(0)) - 1][1]
    before = _sentence_before(text, start)
    about_family = section is HeadingSense.FAMILY or _FAMILY.search(before)
    if about_family and category(code) not in _FAMILY_CATEGORIES:
        return 0
    # 60 characters behind and 40 before are about a clause; by judgement, as below.
    if _NEGATION.search(before) or _NEGATED_AFTER.match(text[end : end + 60]):
        return 0
    if _DOUBT.search(before[-40:]):
        return -1
    if is_symptom(code):
        return _SYMPTOM_TARGETS[section]
    if section is HeadingSense.FINDINGS and not is_status(code):
        return -1
    if is_acute(code) and (section is HeadingSense.HISTORY or _PAST.search(before[-40:])):
        return -1
    return 1


def _sentence_before(text: str, start: int) -> str:
    before = text[max(0, start - _LOOK_BACK) : start]
    stops = list(_STOP.finditer(before))
    return before[stops[-1].end() :] if stops else before
