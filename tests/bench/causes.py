"""What lines of causes of injury are worth: ``python -m tests.bench.causes REFERENCE_DATA``.

For the labelled notes that nothing was tuned on: of the labelled E codes that say the cause, place
or activity of an injury (no drugs taken rightly, no complications of care) how many the model
suggests, and how many stand first, or among the five or behind them, of a line of causes. Then in
how many of the notes without such an E code a line is asked for. A chart has what the model
suggests and the labelled diagnoses. A folder behind it names another model than the embedded one.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.search import Index, build_index
from icd9_review.model.reading.meaning import codes_among
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.naming.lines.causes import (
    asked_causes,
    find_circumstances,
    find_external_causes,
    is_cause,
    is_of_care,
)
from icd9_review.settings import ROOT
from icd9_review.ui.encounter.context import NoteContext

_SETS = (
    ("MTSamples, diagnoses", "mtsamples_dev_labelled.jsonl", None),
    ("MTSamples, procedures", "mtsamples_procedures_labelled.jsonl", None),
    ("CodiEsp, dev", "codiesp_en_dev.jsonl.gz", "dev"),
)
_PATIENCE = 60.0  # seconds; nobody else asks the model here


@dataclass(frozen=True, slots=True)
class Offered:
    """The codes of each line of a note, best first, and those beside its causes."""

    lines: tuple[tuple[str, ...], ...]
    beside: frozenset[str]


def main() -> None:
    """Reads every note once."""
    torch.set_num_threads(1)
    predictor = load_predictor(sys.argv[2] if len(sys.argv) > 2 else ROOT / "models" / "default")
    index = build_index(built_in_lists())
    for name, file, split in _SETS:
        notes = [each for each in _read(Path(sys.argv[1]) / "notes" / file) if _is_of(each, split)]
        counts: Counter[str] = Counter()
        for note in notes:
            _count(note, predictor, index, counts)
        _print(name, counts)


def _read(path: Path) -> Iterator[Mapping[str, object]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as file:
        yield from map(json.loads, file)


def _is_of(note: Mapping[str, object], split: str | None) -> bool:
    return split is None or note["split"] == split


def _count(
    note: Mapping[str, object], predictor: Predictor, index: Index, counts: Counter[str]
) -> None:
    text, labels = str(note["text"]), _labels(note)
    suggested = {each.code for each in predictor.predict(text) if each.suggested}
    listed = {codes[0] for codes in labels}
    offered = _offer(text, suggested | listed, predictor, index)
    wanted = [held for codes in labels if (held := {c for c in codes if _is_external(c)})]
    counts["notes"] += 1
    counts["lines"] += len(offered.lines)
    if not wanted:
        counts["notes without"] += 1
        counts["lines without"] += len(offered.lines)
        counts["notes without, with a line"] += bool(offered.lines)
    for held in wanted:
        what = "cause" if any(map(is_cause, held)) else "place or activity"
        counts[what] += 1
        counts[f"{what}, suggested"] += bool(held & suggested)
        counts[f"{what}, first"] += any(codes[:1] and codes[0] in held for codes in offered.lines)
        five = any(held.intersection(codes) for codes in offered.lines)
        counts[f"{what}, offered"] += five or bool(held & offered.beside)


def _labels(note: Mapping[str, object]) -> list[Sequence[str]]:
    """The diagnoses of a note, each as the codes that are right for it."""
    labels = note["labels"]
    assert isinstance(labels, list)
    return [each["any_of"] for each in labels if each.get("kind", "diagnosis") == "diagnosis"]


def _is_external(code: str) -> bool:
    return code.startswith("E") and not is_of_care(code)


def _offer(text: str, codes: set[str], predictor: Predictor, index: Index) -> Offered:
    lines = asked_causes({"": NoteContext(text).causes}, codes)[""]
    found: list[tuple[str, ...]] = []
    beside: set[str] = set()
    for line in lines:
        meant = codes_among(predictor, line.line.text, is_cause, _PATIENCE) or ()
        found.append(tuple(each.code for each in find_external_causes(index, line, meant)))
        beside.update(each.code for each in find_circumstances(index, line))
    return Offered(tuple(found), frozenset(beside))


def _print(name: str, counts: Counter[str]) -> None:
    print(f"{name}: {counts['notes']} notes, {counts['lines']} lines of causes")
    for what in ("cause", "place or activity"):
        suggested, first, offered = (
            counts[f"{what}, {each}"] for each in ("suggested", "first", "offered")
        )
        print(
            f"  {what}: of {counts[what]} labelled {suggested} suggested, "
            f"{first} first and {offered} offered by a line"
        )
    print(
        f"  without an E code: {counts['notes without, with a line']} of "
        f"{counts['notes without']} notes have a line"
    )


if __name__ == "__main__":
    main()
