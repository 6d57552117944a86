"""Which split an admission belongs to: CAML's lists, or a hash of its patient."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from icd9_review.errors import CorpusError
from icd9_review.training.mimic.listing import read_listing

SPLITS = ("train", "validation", "test")
_FILES = {"train": "train", "dev": "validation", "test": "test"}
# The usual shares; CAML's lists (Mullenbach et al. 2018) are taken where they are given.
_TENTHS = ("train",) * 8 + ("validation", "test")


def split_of_patient(seed: int, subject: str) -> str:
    """80, 10 and 10 in a hundred patients, the same for the same seed on every machine.

    The patient decides, so that nobody's admissions are in two splits.
    """
    digest = hashlib.sha256(f"{seed}:{subject}".encode()).digest()
    return _TENTHS[int.from_bytes(digest[:8], "big") * 10 >> 64]


def split_files(folder: Path, *, top50: bool) -> dict[Path, str]:
    """CAML's three files and the split each lists (Mullenbach et al. 2018).

    CAML has lists of their own for its 50 labels, ``train_50_hadm_ids.csv`` and so on, and
    ``train_full_hadm_ids.csv`` and so on for all labels. Its dev is our validation.
    Raises CorpusError naming a file that is missing.
    """
    name = "50" if top50 else "full"
    files = {folder / f"{caml}_{name}_hadm_ids.csv": split for caml, split in _FILES.items()}
    for path in files:
        if not path.is_file():
            raise CorpusError(
                f"{path} is missing; the splits of CAML are three files, one HADM_ID a line: "
                + ", ".join(path.name for path in files)
            )
    return files


def read_splits(files: Mapping[Path, str]) -> dict[str, str]:
    """The split of every listed HADM_ID.

    Raises CorpusError for a line that is no HADM_ID and for an admission in two lists.
    """
    splits: dict[str, str] = {}
    for path, split in files.items():
        for number, admission in read_listing(path):
            if not (admission.isascii() and admission.isdigit()):
                raise CorpusError(
                    f"{path}, line {number}: no HADM_ID; one number a line and no header"
                )
            if splits.setdefault(admission, split) != split:
                raise CorpusError(
                    f"{path}, line {number}: the admission {admission} is in the list of "
                    f"{splits[admission]} already"
                )
    return splits
