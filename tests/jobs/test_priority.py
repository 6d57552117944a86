from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from icd9_review.jobs.priority import step_back

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities on Linux")


def _niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def _niceness_of_a_thread() -> int:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_niceness).result()


def test_a_thread_steps_back_with_those_it_starts_and_no_other() -> None:
    before = _niceness()
    with ThreadPoolExecutor(1, initializer=step_back) as pool:
        assert pool.submit(_niceness).result() == 10
        assert pool.submit(_niceness_of_a_thread).result() == 10
    assert _niceness() == before
