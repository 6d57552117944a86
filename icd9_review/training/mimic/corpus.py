"""The corpus: one JSON line per admission, in the form of ``evaluation/labelled``.

An admission is in the corpus when it has a discharge summary and a code. With ``top50`` it
also needs one of the labels, as in CAML-50 (Mullenbach et al. 2018); with other label spaces
an admission without any of the labels stays, as an example that has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icd9_review.errors import CorpusError
from icd9_review.training.mimic.assembly import Selection, write_corpus
from icd9_review.training.mimic.cache import (
    CORPUS,
    digest_request,
    draft,
    locked,
    read_facts,
    write_facts,
)
from icd9_review.training.mimic.codes import code_tables
from icd9_review.training.mimic.labels import read_label_spec
from icd9_review.training.mimic.splits import split_files
from icd9_review.training.mimic.tables import ADMISSIONS, NOTEEVENTS, PATIENTS, find_table
from icd9_review.training.progress import Report

_FORMAT = 1  # raise it when the same tables give another corpus
_CACHE = "cache"


@dataclass(frozen=True, slots=True)
class CorpusRequest:
    """What to prepare, and where.

    ``mimic`` has the tables, ``output`` gets the folder ``cache``. ``labels`` is top50, full,
    min-count=N or a file with one code a line; ``splits`` the folder with CAML's lists, or
    None for a split by patient that ``seed`` decides, which decides nothing else.
    """

    mimic: Path
    output: Path
    labels: str | Path = "top50"
    splits: Path | None = None
    diagnoses_only: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Corpus:
    """A prepared corpus: ``path`` the JSON lines, ``counts`` the admissions of each split.

    ``labels`` is the label space, dotted, the most frequent in the training split first, ties
    by code; ``key`` the digest of everything the corpus was made from.
    """

    path: Path
    labels: tuple[str, ...]
    counts: Mapping[str, int]
    key: str


def _silent(_line: str) -> None:
    """Report to nobody."""


def prepare_corpus(request: CorpusRequest, report: Report = _silent) -> Corpus:
    """The corpus of a request: from the cache, or made and put there.

    Texts pass through the disk, so memory does not grow with NOTEEVENTS. ``report`` gets
    lines for people: progress, then how much was left out and why. Raises CorpusError for
    what is missing or wrong in the tables and lists, and where the cache cannot be written;
    then nothing is left behind.
    """
    selection, key = _plan(request)
    folder = request.output / _CACHE / key[:32]
    try:
        facts = _cached(selection, folder, report)
    except BrokenPipeError:  # who reads the report has seen enough
        raise
    except OSError as error:
        raise CorpusError(
            f"{folder.parent}: {error.strerror}; preparing needs a folder of yours with room for "
            "the discharge summaries twice, about 1.2 GB for the whole of MIMIC-III"
        ) from None
    for line in facts["left_out"]:
        report(line)
    return Corpus(folder / CORPUS, tuple(facts["labels"]), dict(facts["counts"]), key)


def _cached(selection: Selection, folder: Path, report: Report) -> dict[str, Any]:
    """The facts of the corpus in ``folder``, which is made where it is not there."""
    with locked(folder.parent, report):
        facts = read_facts(folder)
        if facts is not None:
            report(f"The corpus of an earlier run is used: {folder / CORPUS}")
            return facts
        with draft(folder) as work:
            facts = write_corpus(selection, work, report)
            write_facts(work, facts)
        return facts


def _plan(request: CorpusRequest) -> tuple[Selection, str]:
    """What to take and the digest of where it comes from, before any table is read."""
    spec = read_label_spec(request.labels)
    listings: dict[Path, str] = {}
    if request.splits is not None:
        listings = split_files(request.splits, top50=spec.top is not None)
    tables = (NOTEEVENTS, *code_tables(request.diagnoses_only), ADMISSIONS, PATIENTS)
    settings = {
        "format": _FORMAT,
        "labels": spec.name,
        "diagnoses_only": request.diagnoses_only,
        "seed": None if listings else request.seed,
    }
    key = digest_request([find_table(request.mimic, t) for t in tables], listings, settings)
    return Selection(request.mimic, spec, listings, request.diagnoses_only, request.seed), key
