"""The app on PostgreSQL with a worker beside it, and so many coders at work: what is measured.

Coders begin in stages and go on to the end, so that each stage has all who came before. Of a stage
counts what ended after its first third, in which those who are new open their first chart.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.load.coder import Coder, Log, Person
from tests.load.tab import Tab

SLOWEST_DECISION = 1.0
"""Seconds at p95 from which a process has too many coders."""

_SETTLING = 1 / 3


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Of times in seconds."""

    count: int
    p50: float
    p95: float

    def __str__(self) -> str:
        return f"p50 {self.p50 * 1000:.0f} ms, p95 {self.p95 * 1000:.0f} ms ({self.count})"


def quantiles(times: Sequence[float]) -> Quantiles:
    """NaN where there are no times."""
    if not times:
        return Quantiles(0, float("nan"), float("nan"))
    ordered = sorted(times)
    return Quantiles(len(times), statistics.median(ordered), ordered[int(0.95 * len(ordered))])


@dataclass(frozen=True, slots=True)
class Stage:
    """So many coders for a while; shares are of one core, memory is in MB."""

    coders: int
    opened: Quantiles
    decided: Quantiles
    signed: Quantiles
    app: float
    driver: float
    memory: float

    def __str__(self) -> str:
        return (
            f"{self.coders} coders: open {self.opened}; decide {self.decided}; "
            f"sign {self.signed}; app {self.app:.0%} of a core, driver {self.driver:.0%}, "
            f"app's memory {self.memory:.0f} MB"
        )


async def load(
    url: str,
    people: Sequence[Person],
    stages: Sequence[int],
    seconds: float,
    think: float,
    pid: int,
    profile: Path | None = None,
) -> tuple[list[Stage], list[Log]]:
    """Put the people to work in stages; what each stage took, and what everybody wrote down.

    With a ``profile`` py-spy writes there what the app does in the last of them.
    """
    app, own = psutil.Process(pid), psutil.Process()
    coders = [Coder(url, person, think, number) for number, person in enumerate(people)]
    begun: list[asyncio.Task[Log]] = []
    found: list[Stage] = []
    profiling = None
    for count in stages:
        for number, coder in enumerate(coders[len(begun) : count]):
            begun.append(asyncio.create_task(_late(coder, number, seconds * _SETTLING)))
        await asyncio.sleep(seconds * _SETTLING)
        if profile and count == stages[-1]:
            profiling = await _profile(pid, profile, seconds * (1 - _SETTLING))
        started, busy, driven = time.monotonic(), _busy(app), _busy(own)
        await asyncio.sleep(seconds * (1 - _SETTLING))
        passed = time.monotonic() - started
        shares = (_busy(app) - busy) / passed, (_busy(own) - driven) / passed
        logs = [coder.log for coder in coders[:count]]
        found.append(_stage(count, logs, started, shares, app.memory_info().rss / 1e6))
        print(found[-1], flush=True)  # noqa: T201
    for coder in coders:
        coder.stop()
    if profiling:
        await profiling.wait()
    return found, list(await asyncio.gather(*begun))


async def _profile(pid: int, file: Path, seconds: float) -> asyncio.subprocess.Process:
    """Stacks of whoever holds Python's lock with the number of samples, a line each."""
    return await asyncio.create_subprocess_exec(
        *(
            str(Path(sys.executable).parent / "py-spy"),
            "record",
            "--nonblocking",
            "--gil",
            "--rate",
            "50",
            "--format",
            "raw",
        ),
        *("--pid", str(pid), "--duration", str(int(seconds)), "--output", str(file)),
        stdout=asyncio.subprocess.DEVNULL,
    )


async def _late(coder: Coder, number: int, within: float) -> Log:
    """Nobody begins in the same moment."""
    await asyncio.sleep((number * 0.618 % 1) * within)
    return await coder.work()


def _stage(
    coders: int, logs: Sequence[Log], since: float, shares: tuple[float, float], memory: float
) -> Stage:
    def of(kept: Sequence[Sequence[tuple[float, float]]]) -> Quantiles:
        return quantiles([took for each in kept for at, took in each if at >= since])

    opened, decided = of([log.opened for log in logs]), of([log.decided for log in logs])
    signed = of([log.signed for log in logs])
    return Stage(coders, opened, decided, signed, *shares, memory)


def _busy(process: psutil.Process) -> float:
    """Seconds of processor time so far."""
    spent = process.cpu_times()
    return float(spent.user + spent.system)


async def cycle(url: str, person: Person, cycles: int, pid: int) -> tuple[float, float]:
    """Open an encounter in a new tab and close it, again and again; MB of the app after the first
    fifth (what it keeps of tabs that were closed has filled by then) and at the end."""
    app = psutil.Process(pid)
    middle = 0.0
    for number in range(cycles):
        tab = Tab(url, person.cookie)
        await tab.open()
        await tab.visit("workbench", f"encounter={person.encounters[0]}")
        assert await tab.until(lambda tab: "workbench" in tab.components, 60)
        await tab.close()
        if number + 1 == cycles // 5:
            middle = app.memory_info().rss / 1e6
    return middle, app.memory_info().rss / 1e6


async def idle(url: str, people: Sequence[Person], pid: int) -> float:
    """MB that each further open workbench takes, of the people's one after the other."""
    app, tabs = psutil.Process(pid), [Tab(url, person.cookie) for person in people]
    before, first = 0.0, len(tabs) // 5  # the first ones fill what all of them share
    for number, tab in enumerate(tabs):
        if number == first:
            before = app.memory_info().rss / 1e6
        await tab.open()
        await tab.visit("workbench", f"encounter={people[number].encounters[0]}")
        assert await tab.until(lambda tab: "workbench" in tab.components, 60)
    await asyncio.sleep(2)
    after = app.memory_info().rss / 1e6
    for tab in tabs:
        with suppress(OSError):
            await tab.close()
    return float(after - before) / (len(tabs) - first)


async def bytes_of_a_rerun(url: str, person: Person) -> tuple[int, int]:
    """Bytes of messages for opening the first encounter, and for one decision and its answer."""
    coder = Coder(url, person, 0, 0)
    tab = coder.tab
    await tab.open()
    await coder.open(person.encounters[0])
    await asyncio.sleep(2)
    opened = tab.heard
    await coder.accept_first(person.encounters[0])
    await asyncio.sleep(1)
    decided = tab.heard - opened
    await tab.close()
    return opened, decided
