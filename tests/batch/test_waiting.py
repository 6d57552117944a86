"""Blocks of waiting notes hold every note once, in its order."""

from __future__ import annotations

import stat
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.batch.waiting import WaitingNote, read_block, write_blocks

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=40)


@given(texts, st.integers(1, 9))
@settings(max_examples=30)
def test_blocks_hold_every_note_once(tmp_path_factory: object, texts: list[str], most: int) -> None:
    notes = [WaitingNote(number, "f", text=each) for number, each in enumerate(texts, 1)]
    folder = tmp_path_factory.mktemp("blocks")  # type: ignore[attr-defined]
    counts = [*write_blocks(notes, folder, most)]
    read = [read_block(file) for file in sorted(folder.iterdir())]
    assert [len(block) for block in read] == counts
    assert all(count <= most for count in counts)
    assert [note for block in read for note in block] == notes


def test_a_block_of_long_notes_is_short(tmp_path: Path) -> None:
    notes = [WaitingNote(number, "f", text="x" * 1_500_000) for number in range(5)]
    assert [*write_blocks(notes, tmp_path, 1024)] == [2, 2, 1]


def test_nobody_else_reads_what_waits(tmp_path: Path) -> None:
    folder = tmp_path / "waiting"
    assert [*write_blocks([WaitingNote(1, "f", text="x")], folder, 9)] == [1]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_half_a_surrogate_pair_harms_no_block(tmp_path: Path) -> None:
    """From a name of a file that is no UTF-8, or JSON that names a half by itself."""
    odd = WaitingNote(1, "na\udcffme.txt", "row 1", "\ud800", "\udfff", "Cough.")
    assert [*write_blocks([odd, WaitingNote(2, "f")], tmp_path, 9)] == [2]
    first, second = read_block(tmp_path / "00000001.parquet")
    assert first == WaitingNote(1, "na\ufffdme.txt", "row 1", "\ufffd", "\ufffd", "Cough.")
    assert second.number == 2
