"""What the notes of an encounter say in words: which codes they name, and what of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from icd9_review.codes.lists import ListName, Lists
from icd9_review.codes.notation import category
from icd9_review.evidence import MOST_EVIDENCE, choose_evidence
from icd9_review.naming.mentions import OutsideMention, find_mentions, outside
from icd9_review.naming.terms import FEWEST_LETTERS, Term, fold_words
from icd9_review.notes.text.phrases import Phrases
from icd9_review.ui.encounter.codes import code_key
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.explaining import Explained
from icd9_review.values import (
    Assertion,
    Attribution,
    CodeKey,
    ReviewState,
    Sentences,
    Span,
)

MOST_PLACES = 50
"""Of a code that are shown; by judgement: nobody walks through more."""

SUPPORTING = frozenset(Assertion) - {
    Assertion.NEGATED,
    Assertion.FAMILY,
    Assertion.OTHER_PERSON,
}
"""What the context must say of words that are to speak for a code."""

_FAINT = 0.4
"""Share of the heaviest word below which a word says nothing of a code's assertion.

By judgement."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A code the notes name and the model cannot suggest; ``text`` is its first place."""

    key: CodeKey
    spans: tuple[Span, ...]
    assertion: Assertion
    text: str


@dataclass(frozen=True, slots=True)
class Documented:
    """Where the notes name which code, and which named codes the model cannot suggest."""

    mentions: Mapping[CodeKey, tuple[Span, ...]]
    outside: tuple[Outside, ...]


def read_words(
    contexts: Mapping[str, NoteContext], phrases: Phrases[Term], known: Container[CodeKey]
) -> Documented:
    """Look for the phrases of titles in the notes; ``known`` are the codes of the model."""
    mentions: dict[CodeKey, list[Span]] = {}
    unknown: dict[CodeKey, Outside] = {}
    for note_id, context in contexts.items():
        for mention in find_mentions(context.text, phrases):
            for key in mention.keys:
                mentions.setdefault(key, []).append(Span(note_id, mention.start, mention.end))
        for row in outside(context.text, phrases, known, context.sections):
            unknown[row.key] = _join(unknown.get(row.key), row, note_id, context.text)
    return Documented({key: tuple(spans) for key, spans in mentions.items()}, (*unknown.values(),))


def _join(before: Outside | None, row: OutsideMention, note_id: str, text: str) -> Outside:
    spans = tuple(Span(note_id, start, end) for start, end in row.spans)
    if before is not None:
        return replace(before, spans=(*before.spans, *spans))
    return Outside(row.key, spans, row.assertion, text[spans[0].start : spans[0].end])


def naming_places(
    contexts: Mapping[str, NoteContext],
    mentions: Mapping[CodeKey, Sequence[Span]],
    keys: Iterable[CodeKey],
) -> dict[CodeKey, tuple[Span, ...]]:
    """Where the notes name each of these codes, in the order of the notes; none overlap.

    ``mentions`` are the phrases found, ``contexts`` go by the id of a note.
    """
    return {key: _places(contexts, mentions.get(key, ()), key) for key in keys}


def _places(
    contexts: Mapping[str, NoteContext], mentions: Sequence[Span], key: CodeKey
) -> tuple[Span, ...]:
    found: list[Span] = []
    for note_id, context in contexts.items():
        here = {(span.start, span.end) for span in mentions if span.note_id == note_id}
        here.update(context.own_words.named(key))
        found += [Span(note_id, start, end) for start, end in _longest(here)]
    return tuple(found[:MOST_PLACES])


def _longest(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places in order; of two that overlap the one that begins first, or else is longer."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def found_words(
    contexts: Mapping[str, NoteContext], places: Iterable[Span], typed: str
) -> tuple[Span, ...]:
    """Words of the notes that are evidence for a code that somebody adds without choosing any.

    Those that were typed to find it, else the ``places`` that name it; only what the notes
    assert of the patient.
    """
    words = fold_words(typed) if len(typed.strip()) >= FEWEST_LETTERS else ()
    sought = (
        Span(note_id, *place)
        for note_id, context in contexts.items()
        for place in context.own_words.places(words)
    )
    for spans in (sought, places):
        kept = [span for span in spans if what_is_said(contexts, [span]) in SUPPORTING]
        if kept:
            return tuple(kept[:MOST_EVIDENCE])
    return ()


def what_is_said(contexts: Mapping[str, NoteContext], spans: Iterable[Span]) -> Assertion | None:
    """What the notes say of a code: present where any of its places says so, else the first."""
    assertions = [
        contexts[span.note_id].assertion(span.start, span.end)
        for span in spans
        if span.note_id in contexts
    ]
    return Assertion.PRESENT if Assertion.PRESENT in assertions else next(iter(assertions), None)


def told_sentences(
    contexts: Mapping[str, NoteContext],
    state: ReviewState,
    documented: Documented,
    lists: Lists,
) -> dict[CodeKey, Sentences]:
    """The words of the sentences that speak of each accepted code that is an unspecified one.

    Sentences speak of it by its evidence, and by what names it or another code of its category.
    """
    found = {}
    for code in state.accepted:
        if lists.holds(ListName.UNSPECIFIED, code.code, code.kind):
            kin = category(code.code)
            named = [
                span
                for (kind, other), spans in documented.mentions.items()
                if kind is code.kind and category(other) == kin
                for span in spans
            ]
            found[code.kind, code.code] = _sentences(contexts, (*code.evidence, *named))
    return found


def _sentences(contexts: Mapping[str, NoteContext], spans: Iterable[Span]) -> Sentences:
    words = (
        contexts[span.note_id].words_present(span.start)
        for span in spans
        if span.note_id in contexts
    )
    return tuple(dict.fromkeys(each for each in words if each))


def supporting_spans(text: str, note_id: str, attribution: Attribution) -> list[Span]:
    """The words a model used most in favour of a code, heaviest first; not what is faint."""
    return [
        Span(note_id, run.start, run.end)
        for run in choose_evidence(text, attribution)
        if run.weight >= _FAINT
    ]


def assert_codes(
    contexts: Mapping[str, NoteContext], spans: Mapping[CodeKey, Sequence[Span]]
) -> dict[CodeKey, Assertion]:
    """What the context says of each code, by the words that speak for it."""
    said = {key: what_is_said(contexts, given) for key, given in spans.items()}
    return {key: assertion for key, assertion in said.items() if assertion is not None}


def speaking_spans(
    contexts: Mapping[str, NoteContext],
    state: ReviewState,
    documented: Documented,
    explained: Explained,
) -> dict[CodeKey, Sequence[Span]]:
    """The words each code was added with, else those the model used and those that name it."""
    spans: dict[CodeKey, Sequence[Span]] = {}
    for name, (note_id, attribution) in explained.attributions.items():
        if note_id in contexts and name not in explained.previews:
            text = contexts[note_id].text
            spans[code_key(name)] = supporting_spans(text, note_id, attribution)
    for key, mentions in documented.mentions.items():
        spans[key] = (*spans.get(key, ()), *mentions)
    return spans | {(code.kind, code.code): code.evidence for code in state.codes if code.evidence}
