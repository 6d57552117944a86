"""Contrasts: one sentence twice, in which a cue alone decides whether the condition is there.

``contrasts.tsv`` holds frames: a kind, a sentence in which ``{x}`` is present, and the same one
in which it is denied, somebody else's, over or only looked for. Seeing both in one batch, with
the same words for the condition, the model cannot learn the words alone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from functools import cache
from importlib.resources import files

from icd9_review.codes.notation import category
from icd9_review.training.default.labels import is_acute, is_symptom, label_ids
from icd9_review.training.default.mentions import LabelledMention
from icd9_review.training.default.passages import (
    FAMILY_CODES,
    TrainingPassage,
    code_groups,
    draw_procedure,
    draw_term,
    favour_frequent,
)
from icd9_review.training.default.phrases import PhraseBook

# By judgement: all kinds often, denials most.
_KIND_SHARES = {"negation": 0.25, "family": 0.2, "past": 0.2, "doubt": 0.15, "procedure": 0.2}
_SYMPTOM_SHARE = 0.2  # of denials and doubts that are of symptoms; by judgement
# What is coded for a condition that is over, by its category or code (V10, V12, V13, 412).
_PAST_CODES = {
    "410": "412", "153": "V10.05", "154": "V10.06", "162": "V10.11", "174": "V10.3",
    "180": "V10.41", "182": "V10.42", "183": "V10.43", "185": "V10.46", "186": "V10.47",
    "188": "V10.51", "189.0": "V10.52", "172": "V10.82", "193": "V10.87", "211.3": "V12.72",
    "305.1": "V15.82", "415": "V12.55", "434": "V12.54", "435": "V12.54", "453": "V12.51",
    "480": "V12.61", "481": "V12.61", "482": "V12.61", "486": "V12.61", "531": "V12.71",
    "532": "V12.71", "533": "V12.71", "592": "V13.01",
}  # fmt: skip


@cache
def frames() -> dict[str, tuple[tuple[str, str], ...]]:
    """Pairs of sentences by kind; the condition is there in the first of each only."""
    text = files("icd9_review.training.default").joinpath("contrasts.tsv").read_text("utf-8")
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in text.splitlines():
        kind, asserted, other = line.split("\t")
        found[kind].append((asserted, other))
    return {kind: tuple(pairs) for kind, pairs in found.items()}


def draw_contrast(
    book: PhraseBook, rng: random.Random, context: TrainingPassage | None = None
) -> tuple[TrainingPassage, TrainingPassage]:
    """The same text with and without the condition, behind or before ``context`` if there is one.

    A context that says something of the condition's code itself is left out.
    """
    kind = rng.choices(tuple(_KIND_SHARES), tuple(_KIND_SHARES.values()))[0]
    asserted, other = rng.choice(frames()[kind])
    code = draw_procedure(book, rng) if kind == "procedure" else _draw_code(kind, rng)
    term = draw_term(book, code, rng)
    instead = _instead(kind, code)
    pair = (
        _fill(asserted, term, {code: 1}),
        _fill(other, term, {code: 0} | ({instead: 1} if instead else {})),
    )
    if context is None or {code, instead} & (context.targets.keys() | context.unknown):
        return pair
    before = rng.random() < 0.5  # either way as often
    joint = rng.choice((" ", "\n", "  ", ","))
    first, second = (_join(p, context, joint, context_first=before) for p in pair)
    return first, second


@cache
def _past_codes() -> tuple[str, ...]:
    """Conditions that can be over: acute ones, cancers, injuries, and those with a code for it."""
    return tuple(
        code
        for code in code_groups()["dx"]
        if is_acute(code)
        or "140" <= category(code) <= "209"
        or "800" <= category(code) <= "959"
        or _instead("past", code)
    )


def _draw_code(kind: str, rng: random.Random) -> str:
    if kind == "past":
        return favour_frequent(_past_codes(), rng)
    if kind in ("negation", "doubt") and rng.random() < _SYMPTOM_SHARE:
        return favour_frequent(code_groups()["sx"], rng)
    return favour_frequent(code_groups()["family"], rng)


def _instead(kind: str, code: str) -> str | None:
    """The code that is right for the other sentence, where the label space has one."""
    table = {"past": _PAST_CODES, "family": FAMILY_CODES}.get(kind, {})
    found = table.get(code) or table.get(category(code))
    return found if found in label_ids() and not is_symptom(code) else None


def _fill(frame: str, term: str, said: dict[str, int]) -> TrainingPassage:
    start = frame.index("{x}")
    if start == 0:
        term = term[0].upper() + term[1:]
    text = frame.replace("{x}", term)
    mentions = (
        LabelledMention(start, start + len(term), code, target) for code, target in said.items()
    )
    return TrainingPassage(text, tuple(mentions))


def _join(
    passage: TrainingPassage, context: TrainingPassage, joint: str, *, context_first: bool
) -> TrainingPassage:
    first, second = (context, passage) if context_first else (passage, context)
    offset = len(first.text) + len(joint)
    moved = (replace(m, start=m.start + offset, end=m.end + offset) for m in second.mentions)
    return TrainingPassage(
        first.text + joint + second.text, (*first.mentions, *moved), context.unknown
    )
