from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
import torch

from icd9_review.model.reading.threads import leave_a_core, use_threads


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("cores", "allowed", "expected"), [(1, 1, 1), (2, 2, 1), (4, 4, 3), (8, 2, 2), (2, 1, 1)]
)
def test_a_pass_leaves_one_core_to_the_pages(
    monkeypatch: pytest.MonkeyPatch, cores: int, allowed: int, expected: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    use_threads(allowed)
    assert leave_a_core() == expected
    assert leave_a_core() == expected  # two services of one process change nothing


def test_threads_that_begin_later_keep_to_it() -> None:
    use_threads(1)
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert found == [1]
