"""Whether excludes help the embedded model: ``python -m tests.bench.excludes WHEEL [MODEL…]``.

``WHEEL`` is the encoder (docs/training.md), and ``ICD9_REVIEW_REFERENCE_DATA`` names the reference
data. Each output starts as the centre of its code's phrases; here a share of the centre of what the
tabular list excludes from the code is taken off first. Prints, by that share, how often an index
phrase that training never sees has its code first and among the first ten, and how often an
excluded phrase leads to a code that excludes it. Nothing is trained. The same is then told of each
``MODEL``, a folder that was.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch.nn.functional import normalize
from transformers import BertForSequenceClassification, BertTokenizer

from icd9_review.codes.notation import normalise
from icd9_review.naming.phrase_file import read_phrases
from icd9_review.training.default.encoder import (
    build_classifier,
    build_tokenizer,
    read_centres,
    unpack_encoder,
)
from icd9_review.training.default.excludes import TABULAR_LIST, Excludes, read_excludes
from icd9_review.training.default.labels import label_codes, label_ids
from icd9_review.training.default.phrases import is_held_out, load_phrase_book
from icd9_review.training.default.train import first_phrases
from icd9_review.values import Kind

_SHARES = (0.0, 0.1, 0.2, 0.3, 0.5)
_READ_AT_ONCE = 256  # phrases; by judgement: memory


def main() -> None:
    """Read what there is, and print a row for each share."""
    reference = os.environ.get("ICD9_REVIEW_REFERENCE_DATA")
    if not reference or len(sys.argv) < 2:
        sys.exit("name the reference data (ICD9_REVIEW_REFERENCE_DATA=…) and the encoder's wheel")
    lists = Path(reference) / "icd9cm"
    excludes, held_out = read_excludes(lists / TABULAR_LIST), _held_out(lists / "terms_dx.tsv.gz")
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
        ten = _ten((asked - middle) @ rows.T), _ten((named - middle) @ rows.T)
        _print(f"share {share}", ten[0], held_out, ten[1], excludes)
    for trained in map(Path, sys.argv[2:]):
        ten = _ten(_logits(trained, held_out)), _ten(_logits(trained, excludes.leads))
        _print(str(trained), ten[0], held_out, ten[1], excludes)


def _logits(folder: Path, phrases: Iterable[str]) -> torch.Tensor:
    """Of shape (phrases, codes), in the order of the label space, as the default model has it."""
    model = BertForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
    tokenizer, texts = BertTokenizer.from_pretrained(folder), list(phrases)
    found = []
    with torch.no_grad():
        for at in range(0, len(texts), _READ_AT_ONCE):
            batch = texts[at : at + _READ_AT_ONCE]
            pieces = tokenizer(
                batch, padding=True, truncation=True, max_length=64, return_tensors="pt"
            )
            found.append(model(**pieces).logits)
    return torch.cat(found)


def _ten(logits: torch.Tensor) -> list[list[str]]:
    codes = label_codes()
    return [[codes[row] for row in ten] for ten in logits.topk(10).indices.tolist()]


def _print(
    called: str,
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
        f"{called}: index phrases first {first:.3f}, first ten {among:.3f}; "
        f"excluded phrases astray {astray / len(phrases):.3f}"
    )


def _held_out(terms: Path) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for term in read_phrases(terms):
        code = normalise(term.code, Kind.DIAGNOSIS)
        if term.source.startswith("index") and is_held_out(term.phrase) and code in label_ids():
            found[term.phrase].add(code)
    return dict(found)


if __name__ == "__main__":
    main()
