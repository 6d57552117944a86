"""A file is there whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from icd9_review.errors import InputError
from icd9_review.export.files import new_file


def break_off(path: Path, error: BaseException) -> None:
    with new_file(path) as file:
        file.write(b"half")
        raise error


def be_late(path: Path) -> None:
    with new_file(path) as file:
        file.write(b"late")
        path.write_text("mine")


def test_the_file_appears_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with new_file(path) as file:
        file.write(b"whole")
        file.flush()
        assert not path.exists()
        (beside,) = tmp_path.iterdir()
        assert beside.name.startswith(".")  # and no program takes it for an export
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_breaks_off_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        break_off(tmp_path / "out.csv", error())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(InputError, match=r"out\.csv cannot be written: No space left on device"):
        break_off(tmp_path / "out.csv", full)
    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(InputError, match="exists already"), new_file(path):
        pytest.fail("nothing is written")
    assert path.read_text() == "mine"


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="exists already"), new_file(tmp_path / "out.csv"):
        pytest.fail("nothing is written")


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_what_came_into_being_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not links:  # FAT, and some shares
        monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "out.csv"
    with pytest.raises(InputError, match="meanwhile"):
        be_late(path)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_system_without_links_gets_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with new_file(tmp_path / "out.csv") as file:
        file.write(b"whole")
    assert (tmp_path / "out.csv").read_bytes() == b"whole"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"cannot be written: No such file"),
        new_file(tmp_path / "nowhere" / "out.csv"),
    ):
        pytest.fail("nothing is written")


def test_the_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    with new_file(tmp_path / "out.csv"):
        pass
    (tmp_path / "other").touch()
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "other").stat().st_mode
