"""A killed run goes on from the last checkpoint that is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from icd9_review.training.finetune.checkpoints import (
    last_checkpoint,
    read_state,
    rehome,
    step_of,
)

PARTS = ("model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth")


def write_checkpoint(folder: Path, step: int, best: str | None = None) -> Path:
    path = folder / f"checkpoint-{step}"
    path.mkdir(parents=True)
    for part in PARTS:
        (path / part).touch()
    state = {"global_step": step, "best_model_checkpoint": best}
    (path / "trainer_state.json").write_text(json.dumps(state), "utf-8")
    return path


def test_of_whole_checkpoints_the_latest_counts_by_number(tmp_path: Path) -> None:
    for step in (20, 100, 90):
        write_checkpoint(tmp_path, step)
    found = last_checkpoint(tmp_path)
    assert found is not None
    assert step_of(found) == 100


@pytest.mark.parametrize("part", [*PARTS, "trainer_state.json"])
def test_one_that_lacks_a_part_is_removed(tmp_path: Path, part: str) -> None:
    whole, broken = write_checkpoint(tmp_path, 10), write_checkpoint(tmp_path, 20)
    (broken / part).unlink()
    assert last_checkpoint(tmp_path) == whole
    assert not broken.exists()


def test_one_whose_state_was_cut_short_is_removed(tmp_path: Path) -> None:
    broken = write_checkpoint(tmp_path, 20)
    (broken / "trainer_state.json").write_text('{"global_st', "utf-8")
    assert last_checkpoint(tmp_path) is None
    assert not broken.exists()


def test_nothing_there_is_no_checkpoint(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path / "never made") is None


def test_after_a_move_the_best_checkpoint_is_the_one_beside_it(tmp_path: Path) -> None:
    moved = write_checkpoint(tmp_path, 20, best="/elsewhere/checkpoints/checkpoint-10")
    rehome(moved)
    expected = str(tmp_path.resolve() / "checkpoint-10")
    assert read_state(moved)["best_model_checkpoint"] == expected
    assert read_state(moved)["global_step"] == 20
