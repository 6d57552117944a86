from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.training.mimic.listing import read_column, read_listing


def test_entries_keep_the_numbers_of_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes("\ufeff 428.0 \r\n\r\n38.93".encode())
    assert read_listing(path) == [(1, "428.0"), (3, "38.93")]


def test_an_empty_list_has_no_entries(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.touch()
    assert read_listing(path) == read_column(path, "code") == []


def test_a_list_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"\xff\xfe4\x002\x00")
    with pytest.raises(CorpusError, match="list is not UTF-8 text; one entry a line is expected"):
        read_listing(path)


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="list cannot be read: No such file or directory"):
        read_listing(tmp_path / "list")


def test_a_csv_gives_the_column_its_header_names(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Title,Code\n"Failure, heart",428.0\nshort\n', encoding="utf-8")
    assert read_column(path, "code") == [(2, "428.0"), (3, "")]


def test_a_list_without_that_header_is_read_by_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("428.0\n38.93\n", encoding="utf-8")
    assert read_column(path, "code") == read_listing(path)
