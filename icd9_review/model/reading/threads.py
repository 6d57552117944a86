"""How many cores one forward pass may take."""

from __future__ import annotations

import os

import torch


def use_threads(count: int) -> None:
    """Let one pass take this many cores; for threads of this process that begin later too."""
    torch.set_num_threads(count)


def leave_a_core() -> int:
    """Leave one core to the pages; how many a pass may take now, one on two cores.

    A pass on every core would hold up decisions: they are short, and wait for nothing
    else. OMP_NUM_THREADS, where it is set lower, stays in force.
    """
    cores = len(os.sched_getaffinity(0))
    use_threads(max(1, min(torch.get_num_threads(), cores - 1)))
    return torch.get_num_threads()
