"""Reading notes again, changed in nothing that matters, or with one sentence struck.

People stop trusting a list that a letterhead changes. Each note is read as it is and once in each
neutral way of writing it (``neutral_changes``), and some of the notes with every one of their
sentences struck (``strikes``); the lists are those that the app shows, and what-if where a sentence
is struck. A code comes from outside it where the window that gave it its probability holds nothing
of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from icd9_review.errors import InputError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.readings import CopyReader
from icd9_review.evaluation.steadiness.neutral_changes import (
    NEUTRAL_LINES,
    NeutralChange,
    neutral_changes,
)
from icd9_review.evaluation.steadiness.steadiness_figures import (
    Compared,
    OutsideMove,
    SteadinessFigures,
    compare_lists,
    summarise_lists,
    summarise_strikes,
)
from icd9_review.evaluation.steadiness.strikes import moves_outside, possible_strikes
from icd9_review.statistics.intervals import Bootstrap
from icd9_review.values import Suggestion

STRUCK_NOTES = 20
"""Notes of which every sentence is struck, one at a time; by judgement: some 800 readings."""


@dataclass
class _Seen:
    """What was found so far: comparisons by change, and moves by strike."""

    lists: dict[NeutralChange, list[Compared]] = field(default_factory=lambda: defaultdict(list))
    moves: list[tuple[int, tuple[OutsideMove, ...]]] = field(default_factory=list)


def measure_steadiness(
    reader: CopyReader,
    notes: Sequence[LabelledNote],
    bootstrap: Bootstrap,
    *,
    limit: int | None = None,
    struck: int = STRUCK_NOTES,
    watch: Callable[[Iterable[LabelledNote]], Iterable[LabelledNote]] = iter,
) -> SteadinessFigures:
    """Figures over the notes, or over ``limit`` of them by lot; ``watch`` may show how far it is.

    Sentences are struck from ``struck`` of these. The bootstrap's seed also decides which notes
    are drawn. Raises InputError for a limit below 1, NoteError like ``predict``.
    """
    if limit is not None and limit < 1:
        raise InputError(f"at least one note has to be read, not {limit}")
    chosen = _draw_notes(notes, limit, bootstrap.seed)
    shortened = {id(note) for note in _draw_notes(chosen, struck, bootstrap.seed)}
    seen = _Seen()
    for place, note in enumerate(watch(chosen)):
        before = reader.predict(note.text)
        _change(reader, place, note.text, before, seen)
        if id(note) in shortened:
            _strike(reader, place, note.text, before, seen)
    every = [one for change in NeutralChange for one in seen.lists[change]]
    return SteadinessFigures(
        notes=len(chosen),
        seed=bootstrap.seed,
        all=summarise_lists(every, bootstrap),
        changes={
            str(change): summarise_lists(seen.lists[change], bootstrap) for change in NeutralChange
        },
        strikes=summarise_strikes(seen.moves, bootstrap),
    )


def _draw_notes(
    notes: Sequence[LabelledNote], limit: int | None, seed: int
) -> Sequence[LabelledNote]:
    if limit is None or limit >= len(notes):
        return notes
    places = np.random.default_rng(seed).choice(len(notes), limit, replace=False)
    return [notes[place] for place in sorted(places.tolist())]


def _change(
    reader: CopyReader, place: int, text: str, before: Sequence[Suggestion], seen: _Seen
) -> None:
    line = NEUTRAL_LINES[place % len(NEUTRAL_LINES)]
    for change, changed in neutral_changes(text, line).items():
        seen.lists[change].append(compare_lists(place, before, reader.predict(changed)))


def _strike(
    reader: CopyReader, place: int, text: str, before: Sequence[Suggestion], seen: _Seen
) -> None:
    for strike in possible_strikes(text):
        after = reader.predict_copy(text, strike.apply(text))
        seen.moves.append((place, moves_outside(strike, before, after)))
