"""What is read in an encounter's notes: by the model, and word by word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from icd9_review import codes
from icd9_review.evidence import choose_evidence
from icd9_review.naming.mentions import OutsideMention, find_mentions, outside
from icd9_review.naming.terms import Term
from icd9_review.notes.text.phrases import Phrases
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import scores
from icd9_review.suggestions import merge, rank
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.values import (
    Assertion,
    Attribution,
    CodeKey,
    ModelVersion,
    Note,
    Scores,
    Span,
    Suggestion,
)

_FAINT = 0.4
"""Share of the heaviest word below which a word says nothing of a code's assertion."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model said about an encounter; it never changes once every note is read."""

    scores: tuple[Scores, ...] = ()
    ranked: tuple[Suggestion, ...] = ()
    titles: Mapping[CodeKey, str] = field(default_factory=dict)


def read_scores(database: Database, notes: Sequence[Note], model: ModelVersion) -> Reading:
    """The suggestions from the notes that this model version has read so far."""
    found = [
        (note.id, scored)
        for note in notes
        if (scored := scores(database, note.id, model.version)) is not None
    ]
    ranked = merge(rank(scored, model, note) for note, scored in found)
    titles = known_titles((each.kind, each.code) for each in ranked)
    return Reading(tuple(scored for _, scored in found), ranked, titles)


def known_titles(keys: Iterable[CodeKey]) -> dict[CodeKey, str]:
    """The titles of those codes that version 32 holds."""
    known = ((kind, code, codes.title(kind, code)) for kind, code in keys)
    return {(kind, code): title for kind, code, title in known if title is not None}


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
    contexts: Mapping[str, NoteContext], phrases: Phrases[Term], known: frozenset[CodeKey]
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


def what_is_said(contexts: Mapping[str, NoteContext], spans: Iterable[Span]) -> Assertion | None:
    """What the notes say of a code: present where any of its places says so, else the first."""
    said = [
        contexts[span.note_id].assertion(span.start, span.end)
        for span in spans
        if span.note_id in contexts
    ]
    return Assertion.PRESENT if Assertion.PRESENT in said else next(iter(said), None)


def supporting_spans(text: str, note_id: str, attribution: Attribution) -> list[Span]:
    """The words a model used most in favour of a code, heaviest first; not what is faint."""
    return [
        Span(note_id, run.start, run.end)
        for run in choose_evidence(text, attribution)
        if run.weight >= _FAINT
    ]
