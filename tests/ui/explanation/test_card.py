from __future__ import annotations

from pathlib import Path

from icd9_review.ui.explanation.card import read_card


def test_a_folder_without_a_card_has_none(tmp_path: Path) -> None:
    assert read_card(tmp_path) == ""


def test_a_card_is_text_whatever_its_bytes_are(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(b"# Model \xff<script>\n")
    assert read_card(tmp_path) == "# Model \ufffd<script>"


def test_a_very_long_card_is_cut_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("x" * 200_000, encoding="utf-8")
    card = read_card(tmp_path)
    assert len(card) < 101_000
    assert card.endswith("… (cut here)")
