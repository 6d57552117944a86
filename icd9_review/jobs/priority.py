"""Work in the background gives way to the pages."""

from __future__ import annotations

import os
import sys
import threading

_NICENESS = 10  # what nice(1) adds where nothing is said (POSIX)


def step_back() -> None:
    """Let every other thread of the machine go before this one, and before those it starts.

    A pass through the model takes every core it may; the scheduler then gives a page or a
    decision its core at once. Linux has a priority for each thread; elsewhere nothing is done.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
