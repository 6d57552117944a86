"""On a Ray cluster of two nodes a batch gives what it gives here, however often it is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.made import codes, results, table

pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("ignore")]

_NODES = 2


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a cluster of two nodes with two cores each, as Ray counts them."""
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    made = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    for _ in range(_NODES - 1):
        made.add_node(num_cpus=2)
    yield made.address
    made.shutdown()


@pytest.fixture
def settings(cluster: str, tiny_model_folder: Path, tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "RAY_ADDRESS": cluster,
        "ICD9_REVIEW_MODEL": str(tiny_model_folder),
        "ICD9_REVIEW_BACKEND": "pytorch",
        "ICD9_REVIEW_DATA": str(tmp_path / "data"),
    }


def command(file: Path, out: Path, engine: str) -> list[str]:
    words = [sys.executable, "-m", "icd9_review", "batch", str(file), "--out", str(out)]
    return [*words, "--engine", engine, "--block", "25", "--processes", "2"]


def test_two_nodes_give_what_one_machine_gives(settings: dict[str, str], tmp_path: Path) -> None:
    file = table(tmp_path / "a.jsonl", 120)
    for engine in ("local", "ray"):
        subprocess.run(command(file, tmp_path / engine, engine), env=settings, check=True)
    local, far = results(tmp_path / "local"), results(tmp_path / "ray")
    assert [row["number"] for row in far] == [*range(1, 121)]
    assert [(row["sha256"], codes(row)) for row in far] == [
        (row["sha256"], codes(row)) for row in local
    ]
    for ours, theirs in zip(far, local, strict=True):
        found = zip(ours["suggestions"], theirs["suggestions"], strict=True)  # type: ignore[call-overload]
        for mine, other in found:
            assert mine["probability"] == pytest.approx(other["probability"], abs=1e-6)


@pytest.mark.parametrize("kills", [3])
def test_no_note_is_lost_or_doubled_by_kills(
    settings: dict[str, str], tmp_path: Path, kills: int
) -> None:
    file, out = table(tmp_path / "a.jsonl", 400), tmp_path / "out"
    chance = random.Random(kills)  # noqa: S311
    for _ in range(kills):
        running = subprocess.Popen(
            command(file, out, "ray"), env=settings, stderr=subprocess.PIPE, start_new_session=True
        )
        assert running.stderr is not None
        running.stderr.readline()
        time.sleep(chance.uniform(5, 25))
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    for _ in range(2):  # the second finds nothing to do
        subprocess.run(command(file, out, "ray"), env=settings, check=True)
        assert [row["number"] for row in results(out)] == [*range(1, 401)]
