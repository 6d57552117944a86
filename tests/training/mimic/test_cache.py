import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from icd9_review.training.mimic.cache import (
    CORPUS,
    digest_request,
    draft,
    locked,
    private,
    read_facts,
    write_facts,
)

_HOLD = """
import sys
from pathlib import Path
from icd9_review.training.mimic.cache import locked
with locked(Path(sys.argv[1]), print):
    print("held", flush=True)
    sys.stdin.read()
"""


def silent(_line: str) -> None:
    """Report to nobody."""


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_folders_and_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    cache = tmp_path / "output" / "cache"
    with locked(cache, silent), draft(cache / "made") as work:
        assert mode_of(work) == 0o700
        with private(work / CORPUS, "w") as file:
            file.write("{}\n")
        write_facts(work, {})
    assert mode_of(cache) == 0o700
    assert mode_of(cache / "made") == 0o700
    assert {mode_of(path) for path in (cache / "made").iterdir()} == {0o600}


def test_a_cache_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with locked(tmp_path, silent):
        assert mode_of(tmp_path) == 0o700


def test_a_private_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch(0o644)
    with pytest.raises(FileExistsError), private(path, "w"):
        pass


def test_a_draft_becomes_the_folder_when_it_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    with draft(folder) as work:
        (work / CORPUS).write_text("whole")
        assert not folder.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    assert (folder / CORPUS).read_text() == "whole"


def test_a_draft_vanishes_after_an_error_and_what_was_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / CORPUS).write_text("earlier")

    def interrupted() -> None:
        with draft(folder) as work:
            (work / CORPUS).write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    assert (folder / CORPUS).read_text() == "earlier"


def test_a_draft_takes_the_place_of_what_was_changed_by_hand(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "odd").touch()
    with draft(folder) as work:
        (work / CORPUS).touch()
    assert [path.name for path in folder.iterdir()] == [CORPUS]


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".draft-killed").mkdir()
    (tmp_path / ".draft-killed" / CORPUS).write_text("half")
    (tmp_path / "made").mkdir()
    with locked(tmp_path, silent):
        assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_one_run_at_a_time_works_in_a_cache(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        told: list[str] = []

        def release(line: str) -> None:
            told.append(line)
            assert holder.poll() is None
            assert holder.stdin is not None
            holder.stdin.close()

        with locked(tmp_path, release):
            assert told == [f"Waiting for another run that works in {tmp_path}"]
    assert holder.returncode == 0


def test_facts_are_read_while_the_corpus_is_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / CORPUS).write_text("{}\n")
    write_facts(tmp_path, {"labels": ["428.0"]})
    assert read_facts(tmp_path) == {"labels": ["428.0"], "bytes": 3}


@pytest.mark.parametrize("content", ["", "[]", "{}", "{", '{"bytes": 4}'])
def test_other_facts_are_none(tmp_path: Path, content: str) -> None:
    assert read_facts(tmp_path) is None
    (tmp_path / CORPUS).write_text("{}\n")
    (tmp_path / "corpus.json").write_text(content)
    assert read_facts(tmp_path) is None


def test_a_corpus_that_was_cut_is_none(tmp_path: Path) -> None:
    (tmp_path / CORPUS).write_text("{}\n{}\n")
    write_facts(tmp_path, {})
    os.truncate(tmp_path / CORPUS, 3)
    assert read_facts(tmp_path) is None


def test_the_digest_changes_with_every_input(tmp_path: Path) -> None:
    table, listing = tmp_path / "PATIENTS.csv", tmp_path / "train_full_hadm_ids.csv"
    table.write_text("a")
    listing.write_text("1\n")

    def digest(**settings: object) -> str:
        return digest_request([table], [listing], settings)

    seen = [digest(seed=0)]
    assert digest(seed=0) == seen[0]
    seen.append(digest(seed=1))
    listing.write_text("2\n")
    seen.append(digest(seed=0))
    os.utime(table, ns=(0, 0))
    seen.append(digest(seed=0))
    table.write_text("ab")
    os.utime(table, ns=(0, 0))
    seen.append(digest(seed=0))
    table = table.rename(tmp_path / "PATIENTS.csv.gz")
    seen.append(digest(seed=0))
    assert len(set(seen)) == len(seen)


def test_the_digest_does_not_ask_when_a_list_was_copied(tmp_path: Path) -> None:
    listing = tmp_path / "list"
    listing.write_text("1\n")
    before = digest_request([], [listing], {})
    os.utime(listing, ns=(0, 0))
    assert digest_request([], [listing], {}) == before


def test_facts_are_plain_json(tmp_path: Path) -> None:
    (tmp_path / CORPUS).touch()
    write_facts(tmp_path, {"counts": {"train": 1}})
    assert json.loads((tmp_path / "corpus.json").read_text()) == {
        "counts": {"train": 1},
        "bytes": 0,
    }
