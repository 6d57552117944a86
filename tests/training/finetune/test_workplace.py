"""One output folder, one request, one process at a time, closed to other people."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.errors import InputError
from icd9_review.training.finetune.workplace import Workplace, read_json


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "out")


def test_the_folder_with_the_notes_is_for_its_owner_alone(place: Workplace) -> None:
    place.work.mkdir(parents=True, mode=0o755)
    with place.reserved({"seed": 1}):
        assert place.work.stat().st_mode & 0o777 == 0o700


def test_the_same_request_goes_on_and_another_is_refused_by_name(place: Workplace) -> None:
    for _ in range(2):
        with place.reserved({"seed": 1, "labels": "top50"}):
            place.pin({"base_sha256": "abc"})
    (place.checkpoints / "checkpoint-4").mkdir(parents=True)
    with (
        pytest.raises(InputError, match="seed was 1, now 2; labels was top50, now full"),
        place.reserved({"seed": 2, "labels": "full"}),
    ):
        pass
    with pytest.raises(InputError, match="base_sha256 was abc, now def"):
        place.pin({"base_sha256": "def"})
    assert read_json(place.request) == {"seed": 1, "labels": "top50", "base_sha256": "abc"}


def test_before_the_first_checkpoint_a_corrected_request_takes_the_place_of_the_other(
    place: Workplace,
) -> None:
    with place.reserved({"batch": 8, "seed": 1}):
        place.windows.mkdir()
    with place.reserved({"batch": 4, "seed": 1}):
        assert not place.windows.exists()
    assert read_json(place.request) == {"batch": 4, "seed": 1}


def test_two_runs_in_one_folder_are_refused(place: Workplace) -> None:
    with (
        place.reserved({"seed": 1}),
        pytest.raises(InputError, match="another training is running"),
        Workplace(place.output).reserved({"seed": 1}),
    ):
        pass


def test_a_folder_with_something_else_is_left_alone(place: Workplace) -> None:
    place.output.mkdir()
    (place.output / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="not a run of this command"), place.reserved({}):
        pass
    assert [path.name for path in place.output.iterdir()] == ["thesis.txt"]


def test_an_output_that_is_a_file_is_refused(place: Workplace) -> None:
    place.output.write_text("mine", "utf-8")
    with pytest.raises(InputError, match="is a file; name a folder"), place.reserved({}):
        pass
