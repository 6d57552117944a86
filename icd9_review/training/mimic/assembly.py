"""From tables to lines: which admissions are in the corpus, with which labels and split."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from icd9_review.errors import CorpusError
from icd9_review.model.folder.labels import kind_of
from icd9_review.training.mimic.admissions import Admission, read_admissions
from icd9_review.training.mimic.cache import CORPUS, private
from icd9_review.training.mimic.codes import code_tables, read_codes
from icd9_review.training.mimic.labels import LabelSpec, in_order
from icd9_review.training.mimic.notes import ReportPart, join_parts, keep_summaries
from icd9_review.training.mimic.splits import SPLITS, read_splits, split_of_patient
from icd9_review.training.progress import Report
from icd9_review.values import Kind

_SUMMARIES = "summaries"


@dataclass(frozen=True, slots=True)
class Selection:
    """What to take from the tables; ``listings`` are CAML's lists, none for a seeded split."""

    mimic: Path
    spec: LabelSpec
    listings: Mapping[Path, str]
    diagnoses_only: bool
    seed: int


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the tables gave by HADM_ID; ``parts`` says where a kept summary's text is."""

    admissions: Mapping[str, Admission]
    coded: Mapping[str, set[str]]
    parts: Mapping[str, list[ReportPart]]


def write_corpus(selection: Selection, work: Path, report: Report) -> dict[str, Any]:
    """Write the corpus's lines into ``work``, in the order of ADMISSIONS.

    Returns ``labels``, ``counts`` and ``left_out``, lines that say what is not in the corpus
    and why. Raises CorpusError for wrong tables and where nothing is left to train on.
    """
    tally: Counter[str] = Counter()
    kept = work / _SUMMARIES
    with private(kept, "w+b") as file:
        contents = _read(selection, file, tally, report)
        chosen = _chosen(selection, contents, tally)
        splits = _assign(selection, contents, chosen, tally)
        labels = _ordered(contents, chosen, splits)
        report(f"Writing {len(splits):,} admissions with {len(labels):,} labels")
        _write_lines(work / CORPUS, file, contents, labels, splits)
    kept.unlink()
    sizes = Counter(splits.values())
    return {
        "labels": labels,
        "counts": {split: sizes[split] for split in SPLITS},
        "left_out": [f"Left out {what}: {n:,}" for what, n in sorted(tally.items()) if n],
    }


def _read(selection: Selection, file: IO[bytes], tally: Counter[str], report: Report) -> _Contents:
    report("Reading admissions, patients and codes")
    admissions = read_admissions(selection.mimic)
    coded = read_codes(selection.mimic, code_tables(selection.diagnoses_only), tally)
    report("Reading discharge summaries")
    parts = keep_summaries(selection.mimic, admissions, coded, file, tally, report)
    if not parts:
        raise CorpusError(
            f"{selection.mimic}: no admission has both a discharge summary in NOTEEVENTS and a "
            "code; are the tables of one release?"
        )
    tally["codes of admissions without a summary"] += sum(
        len(codes) for name, codes in coded.items() if name not in parts
    )
    return _Contents(admissions, coded, parts)


def _chosen(selection: Selection, contents: _Contents, tally: Counter[str]) -> frozenset[str]:
    counts = Counter(code for name in contents.parts for code in contents.coded[name])
    asked = selection.spec.choose(counts)
    chosen = asked
    if selection.diagnoses_only:
        chosen = frozenset(code for code in asked if kind_of(code) is Kind.DIAGNOSIS)
        tally["labels that are procedures"] += len(asked) - len(chosen)
    if not any(code in counts for code in chosen):
        raise CorpusError(
            "--labels leaves nothing to learn: no admission with a summary has one of the codes "
            "asked for"
        )
    return chosen


def _assign(
    selection: Selection, contents: _Contents, chosen: frozenset[str], tally: Counter[str]
) -> dict[str, str]:
    """The split of every admission that is in the corpus."""
    listed = read_splits(selection.listings)
    splits: dict[str, str] = {}
    for name, admission in contents.admissions.items():
        if name not in contents.parts:
            continue
        if selection.spec.top is not None and chosen.isdisjoint(contents.coded[name]):
            tally["admissions without any of the labels"] += 1
        elif not selection.listings:
            splits[name] = split_of_patient(selection.seed, admission.subject)
        elif name in listed:
            splits[name] = listed[name]
        else:
            tally["admissions in no list of --splits"] += 1
    absent = listed.keys() - contents.parts.keys()
    tally["listed admissions that lack a summary or a code"] += len(absent)
    return splits


def _ordered(
    contents: _Contents, chosen: frozenset[str], splits: Mapping[str, str]
) -> tuple[str, ...]:
    """The label space, the most frequent in the training split first."""
    trained = [name for name, split in splits.items() if split == "train"]
    counts = Counter(code for name in trained for code in contents.coded[name] if code in chosen)
    if not counts:
        raise CorpusError(
            f"none of the {len(trained):,} admissions of the training split has one of the "
            f"{len(chosen):,} labels; nothing can be learned"
        )
    return in_order(chosen, counts)


def _write_lines(
    path: Path,
    file: IO[bytes],
    contents: _Contents,
    labels: tuple[str, ...],
    splits: Mapping[str, str],
) -> None:
    index = {label: place for place, label in enumerate(labels)}
    with private(path, "w") as target:
        for name, split in splits.items():
            codes = sorted(contents.coded[name] & index.keys(), key=index.__getitem__)
            line = {
                "id": name,
                "text": join_parts(file, contents.parts[name]),
                "split": split,
                "factors": dict(contents.admissions[name].factors),
                "labels": [{"any_of": [code], "status": "core"} for code in codes],
            }
            target.write(json.dumps(line, ensure_ascii=False) + "\n")
