from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.model.folder.declarations import Windows
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage, count_read, cut_windows
from icd9_review.values import Window

WORDS = st.sampled_from(
    ["heart", "failure", "zebra", "😀", "e\u0301tat", "שלום", "ß", "½", "x-ray"]
)
TEXT = st.lists(WORDS, min_size=1, max_size=120).map(" ".join)


@given(text=TEXT)
def test_windows_cover_the_whole_note_and_overlap_by_the_stride(
    predictor: Predictor, text: str
) -> None:
    passages = predictor.passages(text)
    pieces = predictor.checkpoint.tokenizer.encode(text, add_special_tokens=False).ids
    stride = predictor.windows.stride
    joined = list(passages[0].pieces)
    for before, after in pairwise(passages):
        assert before.pieces[-stride:] == after.pieces[:stride]
        joined += after.pieces[stride:]
    assert joined == pieces
    assert all(len(passage.pieces) <= predictor.windows.content for passage in passages)
    assert count_read(passages) == len(text)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_offsets_lie_in_the_text_and_in_their_window(predictor: Predictor, text: str) -> None:
    for passage in predictor.passages(text):
        window = passage.window
        assert 0 <= window.start <= window.end <= len(text)
        for start, end in passage.offsets:
            assert window.start <= start <= end <= window.end


@pytest.mark.parametrize("before", ["😀😀 ", "e\u0301 ", "שלום \u202e", "\u200d\ufeff ", "𝔄\n\n\t"])
def test_offsets_count_code_points_whatever_stands_before(
    predictor: Predictor, before: str
) -> None:
    text = f"{before}heart failure"
    (passage,) = predictor.passages(text)
    assert [text[start:end] for start, end in passage.offsets][-2:] == ["heart", "failure"]


def test_a_text_that_leaves_no_pieces_has_one_window_and_nothing_read(
    predictor: Predictor,
) -> None:
    passages = predictor.passages("\x01\x02")
    assert passages == (Passage(Window(0, 0, 0), (), ()),)
    assert count_read(passages) == 0


def test_special_tokens_written_in_a_note_are_text(predictor: Predictor) -> None:
    (passage,) = predictor.passages("[SEP] [PAD]")
    special = {predictor.checkpoint.last, predictor.checkpoint.padding}
    assert not special & set(passage.pieces)


def test_the_length_counts_the_special_pieces(predictor: Predictor) -> None:
    text = "heart " * 31
    passages = cut_windows(text, predictor.checkpoint.tokenizer, Windows(length=32, stride=8))
    assert [len(passage.pieces) for passage in passages] == [30, 9]
    assert len(predictor.framed(passages[0])) == 32
