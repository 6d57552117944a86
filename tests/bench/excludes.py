"""Whether excludes help the start of the embedded model: ``python -m tests.bench.excludes WHEEL``.

``WHEEL`` is the encoder (docs/training.md), and ``ICD9_REVIEW_REFERENCE_DATA`` names the reference
data. Each output starts as the centre of its code's phrases; here a share of the centre of what the
tabular list excludes from the code is taken off first. Prints, by that share, how often an index
phrase that training never sees has its code first and among the first ten, and how often an
excluded phrase leads to a code that excludes it. Nothing is trained.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch.nn.functional import normalize

from icd9_review.codes.edits.tabular.tabular_notes import references
from icd9_review.codes.notation import normalise
from icd9_review.codes.official.release import read_release
from icd9_review.naming.phrase_file import read_phrases
from icd9_review.training.default.encoder import (
    build_classifier,
    build_tokenizer,
    read_centres,
    unpack_encoder,
)
from icd9_review.training.default.labels import label_codes, label_ids
from icd9_review.training.default.phrases import is_held_out, load_phrase_book
from icd9_review.training.default.train import first_phrases
from icd9_review.values import Kind

_SHARES = (0.0, 0.1, 0.2, 0.3, 0.5)
_CODES_IN_PLACE = re.compile(r"\s*\([^()]*\d[^()]*\)")
_NO_PHRASE = re.compile(r"(?:that|those|the listed|any condition)\b")
_SHORTEST = 4  # letters, as of phrases that are learned


@dataclass(frozen=True, slots=True)
class Excludes:
    """``of_code`` is what each code excludes; ``leads`` the one code that a phrase belongs to."""

    of_code: Mapping[str, Sequence[str]]
    leads: Mapping[str, str]


def main() -> None:
    """Read what there is, and print a row for each share."""
    reference = os.environ.get("ICD9_REVIEW_REFERENCE_DATA")
    if not reference or len(sys.argv) != 2:
        sys.exit("name the reference data (ICD9_REVIEW_REFERENCE_DATA=…) and the encoder's wheel")
    lists = Path(reference) / "icd9cm"
    excludes, held_out = read_excludes(lists / "Dtab12.zip"), _held_out(lists / "terms_dx.tsv.gz")
    book = load_phrase_book(lists / "terms_dx.tsv.gz", Path(reference))
    codes = label_codes()
    with TemporaryDirectory() as work, torch.no_grad():
        folder = unpack_encoder(Path(sys.argv[1]), Path(work))
        model, tokenizer = build_classifier(folder, codes), build_tokenizer(folder)

        def read(groups: Sequence[Sequence[str]]) -> torch.Tensor:
            return read_centres(model, tokenizer, groups)

        centres = read([first_phrases(book, code) for code in codes])
        having = [row for row, code in enumerate(codes) if code in excludes.of_code]
        excluded = read([excludes.of_code[codes[row]] for row in having])
        asked = read([[phrase] for phrase in held_out])
        named = read([[phrase] for phrase in excludes.leads])
    print(f"{len(having):,} codes exclude something; {len(held_out)} index phrases held out,")
    print(f"{len(excludes.leads):,} excluded phrases that belong to one code")
    for share in _SHARES:
        middle = centres.mean(dim=0)
        pointed = centres - middle
        pointed[having] -= share * (excluded - middle)
        rows = normalize(pointed, dim=1)
        _print(share, _ten(asked - middle, rows), held_out, _ten(named - middle, rows), excludes)


def _ten(texts: torch.Tensor, rows: torch.Tensor) -> list[list[str]]:
    codes = label_codes()
    return [[codes[row] for row in ten] for ten in (texts @ rows.T).topk(10).indices.tolist()]


def _print(
    share: float,
    asked: list[list[str]],
    held_out: Mapping[str, set[str]],
    named: list[list[str]],
    excludes: Excludes,
) -> None:
    pairs = list(zip(asked, held_out.values(), strict=True))
    first = sum(ten[0] in right for ten, right in pairs) / len(pairs)
    among = sum(bool(right.intersection(ten)) for ten, right in pairs) / len(pairs)
    phrases = list(zip(named, excludes.leads, strict=True))
    astray = sum(phrase in excludes.of_code.get(ten[0], ()) for ten, phrase in phrases)
    print(
        f"share {share}: index phrases first {first:.3f}, first ten {among:.3f}; "
        f"excluded phrases astray {astray / len(phrases):.3f}"
    )


def read_excludes(book: Path) -> Excludes:
    """What the tabular list excludes from codes and categories, not from whole sections."""
    of_code: defaultdict[str, dict[str, None]] = defaultdict(dict)
    leads: dict[str, str] = {}
    for heading, notes in read_release(book).tabular.items():
        for line in () if "-" in heading else notes.excludes:
            phrase = " ".join(_CODES_IN_PLACE.sub("", line).split()).strip(" ,:")
            meant = references((line,))
            if not meant.held or len(phrase) < _SHORTEST or _NO_PHRASE.match(phrase):
                continue
            if is_held_out(phrase):
                continue
            for code in _below(heading):
                if code not in meant:
                    of_code[code][phrase] = None
            only = meant.held[0]
            if len(meant.held) == 1 and only.first == only.last and only.first in label_ids():
                leads[phrase] = only.first
    return Excludes({code: tuple(phrases) for code, phrases in of_code.items()}, leads)


def _below(heading: str) -> list[str]:
    begins = heading if "." in heading else f"{heading}."
    return [code for code in label_codes() if code == heading or code.startswith(begins)]


def _held_out(terms: Path) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for term in read_phrases(terms):
        code = normalise(term.code, Kind.DIAGNOSIS)
        if term.source.startswith("index") and is_held_out(term.phrase) and code in label_ids():
            found[term.phrase].add(code)
    return dict(found)


if __name__ == "__main__":
    main()
