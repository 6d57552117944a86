"""Tables as large as those of MIMIC-III, invented, to see what preparing a corpus takes.

Usage, MIMIC-III having 2,083,180 notes of about 1,800 characters::

    python -m tests.training.mimic.large ROWS [CHARACTERS]

writes ROWS notes of about CHARACTERS (500) each to a temporary folder, prepares the corpus
of all their codes, and tells seconds, bytes and the most memory the process held.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from icd9_review.codes.notation import undot
from icd9_review.codes.table import codes
from icd9_review.training.mimic.corpus import CorpusRequest, prepare_corpus
from icd9_review.values import Kind
from tests.training.mimic.tables import COLUMNS

_SUMMARY_EVERY = 35  # notes; 59,652 of 2,083,180 are discharge summaries
_LONGER = 5  # times a discharge summary is as long as the other notes
_CODES = {"DIAGNOSES_ICD": (Kind.DIAGNOSIS, 11), "PROCEDURES_ICD": (Kind.PROCEDURE, 4)}
_WORDS = ("the", "patient", "was", "seen", "on", "rounds", "and", "rested", "without", "fever")
_DRAWN = 200


def write_large(folder: Path, rows: int, characters: int = 500) -> None:
    """Write the five tables as ``.csv.gz``; every 35th note is an admission's summary."""
    draw = random.Random(7)  # noqa: S311 - invented patients, no secret
    folder.mkdir(parents=True, exist_ok=True)
    admissions = range(1, rows // _SUMMARY_EVERY + 1)
    _write(folder, "NOTEEVENTS", _notes(draw, rows, characters))
    _write(folder, "PATIENTS", ({"SUBJECT_ID": n, "GENDER": "F", "DOB": "2060-03-05"}
                                for n in admissions))  # fmt: skip
    _write(folder, "ADMISSIONS", ({"SUBJECT_ID": n, "HADM_ID": n, "INSURANCE": "Medicare",
                                   "ADMITTIME": "2130-10-23 21:09:00", "ETHNICITY": "WHITE"}
                                  for n in admissions))  # fmt: skip
    for name, (kind, each) in _CODES.items():
        known = [undot(code) for code in codes(kind)]
        draw.shuffle(known)
        _write(folder, name, (
            {"HADM_ID": n, "ICD9_CODE": known[int(len(known) * draw.random() ** 3)]}
            for n in admissions for _ in range(each)
        ))  # fmt: skip


def unpacked_bytes(path: Path) -> int:
    """The size of what a ``.gz`` file holds."""
    with gzip.open(path) as file:
        return sum(map(len, iter(lambda: file.read(1 << 20), b"")))


def main() -> None:
    """Write, prepare, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("characters", type=int, nargs="?", default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_large(folder / "mimic", asked.rows, asked.characters)
        size = unpacked_bytes(folder / "mimic" / "NOTEEVENTS.csv.gz")
        before, began = _most_megabytes(), time.monotonic()
        request = CorpusRequest(folder / "mimic", folder / "output", labels="full")
        corpus = prepare_corpus(request, lambda line: _tell(sys.stderr, line))
        told = {
            "rows": asked.rows,
            "noteevents_megabytes": size >> 20,
            "admissions": sum(corpus.counts.values()),
            "labels": len(corpus.labels),
            "seconds": round(time.monotonic() - began, 1),
            "most_megabytes": _most_megabytes(),
            "of_which_before": before,
        }
    _tell(sys.stdout, json.dumps(told))


def _notes(draw: random.Random, rows: int, characters: int) -> Iterator[dict[str, object]]:
    short = [_text(draw, characters) for _ in range(_DRAWN)]
    long = [_text(draw, characters * _LONGER) for _ in range(_DRAWN)]
    for row in range(1, rows + 1):
        summary = row % _SUMMARY_EVERY == 0
        number = (row - 1) // _SUMMARY_EVERY + 1
        yield {
            "ROW_ID": row,
            "SUBJECT_ID": number,
            "HADM_ID": number,
            "CHARTDATE": "2130-11-01",
            "CATEGORY": "Discharge summary" if summary else "Nursing/other",
            "DESCRIPTION": "Report",
            "TEXT": f"Note {row}\n{draw.choice(long if summary else short)}",
        }


def _text(draw: random.Random, characters: int) -> str:
    lines = (" ".join(draw.choices(_WORDS, k=13)) for _ in range(characters // 60 + 1))
    return "\n".join(lines)[:characters]


def _write(folder: Path, name: str, rows: Iterator[dict[str, object]]) -> None:
    columns = COLUMNS[name].split(",")
    with gzip.open(folder / f"{name}.csv.gz", "wt", 1, encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def _most_megabytes() -> int:
    """The most memory held so far; on Linux getrusage would count the parent's, before exec."""
    status = Path("/proc/self/status")
    if status.is_file():
        held = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(held["VmHWM"].split()[0]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20


def _tell(stream: TextIO, line: str) -> None:
    stream.write(line + "\n")


if __name__ == "__main__":
    main()
