"""Notes become windows on disk, and the windows are those the app cuts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from icd9_review.errors import CorpusError
from icd9_review.model.folder.checkpoint import load_tokenizer
from icd9_review.model.folder.declarations import Windows
from icd9_review.model.reading.windows import cut_windows
from icd9_review.training.finetune.dataset import Split, read_corpus, spread, window_notes

LABELS = ("428.0", "486", "38.93")
WINDOWS = Windows(length=10, stride=2)
NOTES: tuple[tuple[str, str, list[str]], ...] = (
    ("train", "congestive heart failure " * 8, ["428.0", "401.9"]),
    ("test", "cough", ["486"]),
    ("train", "pneumonia\u2028and a second\r\nline", ["486", "38.93"]),
    ("train", "", []),
    ("validation", "urinary tract infection", ["486"]),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    lines = [
        {"id": str(number), "text": text, "split": split,
         "labels": [{"any_of": [code]} for code in codes]}
        for number, (split, text, codes) in enumerate(NOTES)
    ]  # fmt: skip
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


@pytest.fixture
def tokenizer(tiny_model_folder: Path) -> Tokenizer:
    return load_tokenizer(tiny_model_folder)[0]


@pytest.fixture
def train(corpus: Path) -> Split:
    return read_corpus(corpus, LABELS, ("train",))[0]


def test_a_split_has_its_notes_in_order_with_the_labels_that_are_known(train: Split) -> None:
    assert list(train.texts()) == [text for split, text, _ in NOTES if split == "train"]
    assert [targets.tolist() for targets in train.targets] == [[0], [1, 2], []]
    assert train.truth(3).tolist() == [[True, False, False], [False, True, True], [False] * 3]
    assert train.counts(4) == [1, 1, 1, 0]
    assert train.shares(3) == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_a_split_without_any_of_the_codes_is_refused_by_name(corpus: Path) -> None:
    with pytest.raises(CorpusError, match="the split 'test' has 1 notes and none of the 1 codes"):
        read_corpus(corpus, ("428.0",), ("train", "test"))


def test_the_windows_are_those_of_the_app(
    train: Split, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    notes = window_notes(train, tmp_path / "windows" / "train", tokenizer, WINDOWS, 99)
    assert len(notes) == 3
    for number, text in enumerate(train.texts()):
        expected = [passage.pieces for passage in cut_windows(text, tokenizer, WINDOWS)]
        assert [tuple(w.tolist()) for w in notes[number].windows] == expected
        assert notes.lengths()[number] == sum(map(len, expected))
        assert np.array_equal(notes[number].targets, train.targets[number])


def test_first_keeps_the_beginning_of_each_note(
    train: Split, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    notes = window_notes(train, tmp_path / "train", tokenizer, WINDOWS, 1)
    assert [len(notes[number].windows) for number in range(3)] == [1, 1, 1]
    first = next(train.texts())
    assert tuple(notes[0].windows[0].tolist()) == cut_windows(first, tokenizer, WINDOWS)[0].pieces


def test_a_finished_cut_is_read_again_and_an_unfinished_one_is_not(
    train: Split, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    stem = tmp_path / "train"
    stem.with_suffix(".pieces").write_bytes(b"left by a killed run")
    whole = window_notes(train, stem, tokenizer, WINDOWS, 99)
    again = window_notes(train, stem, tokenizer, WINDOWS, 99, texts=iter(()))
    assert again.lengths() == whole.lengths()


@given(windows=st.integers(1, 60), limit=st.integers(1, 20))
def test_windows_are_spread_from_the_first_to_the_last(windows: int, limit: int) -> None:
    chosen = spread(windows, limit)
    assert len(chosen) == min(windows, limit)
    assert list(chosen) == sorted(set(chosen))
    assert chosen[0] == 0
    if limit > 1:
        assert chosen[-1] == windows - 1
