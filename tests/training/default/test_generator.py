"""The generator of training text writes the same text everywhere, whatever Python hashes."""

import os
import subprocess
import sys
from functools import cache

import pytest

from icd9_review.settings import ROOT

_WRITE = """
import hashlib, random
from icd9_review.training.default.contrasts import draw_contrast
from icd9_review.training.default.passages import write_passage
from icd9_review.training.default.phrases import load_phrase_book, phrase_batch
from icd9_review.training.default.sources import SourceNote, note_counts
book = load_phrase_book(None)
wide = book.widened(9)
digest = hashlib.sha256()
for number in range(200):
    rng = random.Random(f"9/{number}")
    passages = (write_passage(book, rng, 150), *draw_contrast(wide, rng))
    phrases = [(text, sorted(codes)) for text, codes in phrase_batch(book, 4, rng)]
    digest.update(repr((phrases, passages)).encode())
note = SourceNote("", (), present=frozenset(book.official))
digest.update(repr(note_counts([note])).encode())
print(digest.hexdigest())
"""


@cache
def _digest(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", _WRITE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("hash_seed", ["1", "20261124"])
def test_every_process_writes_the_same_training_text(hash_seed: str) -> None:
    assert _digest(hash_seed) == _digest("0")
