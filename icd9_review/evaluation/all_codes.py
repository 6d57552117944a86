"""The scoring rule over all codes, whether the model knows them or not.

A coder codes charts, not label spaces: a core label without a code in the label space is missed
here, where the rule within the space (``rule``) leaves it out. The same figures stand for each
part of the code book and each frequency of the training examples. A core label belongs to one
part and to the bucket of its most frequent code; a wrong suggestion to those of its code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from icd9_review.evaluation.code_parts import CodePart, part_of, part_of_label
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.rarity import BUCKET_NAMES, bucket_of
from icd9_review.evaluation.readings import Readings
from icd9_review.evaluation.rule import overlap_ratios
from icd9_review.statistics.intervals import Bootstrap, Interval, Ratio
from icd9_review.statistics.ranking import RECALL_AT, places_in_order

OUTSIDE = "not in the label space"


@dataclass(frozen=True, slots=True)
class CodeFigures:
    """The rule over core labels in and outside the label space.

    ``false_positives`` are wrong suggestions a note. ``recall_at_k``, by its name, is the share
    of the core labels with a code among a note's first k.
    """

    core: int
    found: int
    wrong: int
    false_positives: Interval
    coverage: Interval
    precision: Interval
    recall: Interval
    f1: Interval
    recall_at: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class AllCodes:
    """``all`` together, then apart; ``frequency`` is None where nobody counted the examples.

    ``recall_by_note`` are means over the notes with a core label. ``counted`` says in words
    what the frequency of a code is counted in. ``unjudged`` is all that reached its threshold,
    where the model has a judge.
    """

    all: CodeFigures
    recall_by_note: Mapping[str, Interval]
    parts: Mapping[str, CodeFigures]
    frequency: Mapping[str, CodeFigures] | None
    counted: str | None
    unjudged: CodeFigures | None = None


@dataclass(frozen=True, slots=True)
class _CoreLabel:
    """A core label of a note, with its place in the note's order of codes if it has one."""

    note: int
    label: Label
    reachable: bool
    found: bool
    place: int | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """All core labels of so many notes, and the suggested codes that match no label."""

    notes: int
    labels: tuple[_CoreLabel, ...]
    wrong: tuple[tuple[int, str], ...]

    def of(self, is_label: Callable[[Label], bool], is_code: Callable[[str], bool]) -> _Outcome:
        """What concerns some labels and codes alone."""
        return _Outcome(
            self.notes,
            tuple(each for each in self.labels if is_label(each.label)),
            tuple((note, code) for note, code in self.wrong if is_code(code)),
        )

    def count(self, chosen: Callable[[_CoreLabel], bool]) -> npt.NDArray[np.int64]:
        """How many labels of each note are such."""
        places = [each.note for each in self.labels if chosen(each)]
        return np.bincount(np.array(places, dtype=np.int64), minlength=self.notes)


def measure_all_codes(
    readings: Readings,
    bootstrap: Bootstrap,
    frequency: Sequence[int] | None = None,
    counted: str | None = None,
) -> AllCodes:
    """Figures over all codes, by part, and by how frequent each code of the model was."""
    outcome = _outcome(readings)
    return AllCodes(
        all=_figures(outcome, bootstrap),
        recall_by_note=_recall_by_note(outcome, bootstrap),
        parts=dict(_by_part(outcome, bootstrap)),
        frequency=None
        if frequency is None
        else dict(_by_frequency(outcome, bootstrap, readings.codes, frequency)),
        counted=counted,
        unjudged=_figures(_outcome(replace(readings, demoted=())), bootstrap)
        if any(readings.demoted)
        else None,
    )


def _outcome(readings: Readings) -> _Outcome:
    columns = {code: column for column, code in enumerate(readings.codes)}
    labels: list[_CoreLabel] = []
    wrong: list[tuple[int, str]] = []
    for row, (note, suggested) in enumerate(
        zip(readings.notes, readings.suggested_codes, strict=True)
    ):
        places = places_in_order(readings.order[row], readings.mask[row])
        known = frozenset[str]().union(*(label.any_of for label in note.labels))
        wrong += [(row, code) for code in sorted(suggested - known)]
        for label in note.labels:
            if label.status != "core":
                continue
            inside = [columns[code] for code in label.any_of if code in columns]
            best = min((places[c] for c in inside if readings.truth[row, c]), default=None)
            found = not label.any_of.isdisjoint(suggested)
            labels.append(_CoreLabel(row, label, bool(inside), found, best))
    return _Outcome(len(readings.notes), tuple(labels), tuple(wrong))


def _figures(outcome: _Outcome, bootstrap: Bootstrap) -> CodeFigures:
    core, found = outcome.count(lambda _: True), outcome.count(lambda each: each.found)
    reachable = outcome.count(lambda each: each.reachable)
    notes = np.array([note for note, _ in outcome.wrong], dtype=np.int64)
    wrong = np.bincount(notes, minlength=outcome.notes)
    rates = bootstrap.intervals(
        {
            **overlap_ratios(found, wrong, core - found),
            "coverage": Ratio(reachable, core),
            "false_positives": Ratio(wrong, np.ones(outcome.notes)),
        }
    )
    first = {name: Ratio(hits, core) for name, hits in _hits(outcome)}
    return CodeFigures(
        core=int(core.sum()),
        found=int(found.sum()),
        wrong=int(wrong.sum()),
        **rates,
        recall_at=bootstrap.intervals(first),
    )


def _hits(outcome: _Outcome) -> Iterator[tuple[str, npt.NDArray[np.int64]]]:
    """How many core labels of each note are among its first k codes, by the figure's name."""
    for k in RECALL_AT:

        def among_first(each: _CoreLabel, k: int = k) -> bool:
            return each.place is not None and each.place < k

        yield f"recall_at_{k}", outcome.count(among_first)


def _recall_by_note(outcome: _Outcome, bootstrap: Bootstrap) -> dict[str, Interval]:
    core = outcome.count(lambda _: True)
    some = core > 0
    values = {
        name: np.divide(hits, core, out=np.full(len(core), np.nan), where=some)
        for name, hits in _hits(outcome)
    }
    return bootstrap.intervals({name: Ratio.mean(each) for name, each in values.items()})


def _by_part(outcome: _Outcome, bootstrap: Bootstrap) -> Iterator[tuple[str, CodeFigures]]:
    for part in CodePart:

        def of_label(label: Label, part: CodePart = part) -> bool:
            return part_of_label(label.any_of) is part

        def of_code(code: str, part: CodePart = part) -> bool:
            return part_of(code) is part

        yield str(part), _figures(outcome.of(of_label, of_code), bootstrap)


def _by_frequency(
    outcome: _Outcome, bootstrap: Bootstrap, codes: Sequence[str], frequency: Sequence[int]
) -> Iterator[tuple[str, CodeFigures]]:
    """Buckets that any code of the model is in, rarest first, and what it has no code for."""
    counts = dict(zip(codes, frequency, strict=True))
    held = {bucket_of(count) for count in frequency}

    def bucket(label: Label) -> str:
        known = [counts[code] for code in label.any_of if code in counts]
        return bucket_of(max(known)) if known else OUTSIDE

    for name in (*(name for name in BUCKET_NAMES if name in held), OUTSIDE):

        def of_label(label: Label, name: str = name) -> bool:
            return bucket(label) == name

        def of_code(code: str, name: str = name) -> bool:
            return bucket_of(counts[code]) == name

        some = outcome.of(of_label, of_code)
        if name != OUTSIDE or some.labels:
            yield name, _figures(some, bootstrap)
