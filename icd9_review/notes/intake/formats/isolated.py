"""Every file is read in a process of its own, which can be killed.

A hostile file can keep a parser busy for hours, fill the memory or crash it: then the child ends
and the app says so. The bytes go in through one pipe and what was found comes back through another
as JSON, answer by answer, so that nothing of a note is on a disk, in the list of processes or in a
core dump, and the app never holds more than it asked for. A child ends with the process that
started it, and with the page that waits for it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from queue import Empty, Full, Queue
from typing import BinaryIO

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document
from icd9_review.notes.intake.formats.answers import decode_answer
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.limits import Limits

CHILDREN = max(2, (os.cpu_count() or 2) // 2)
"""How many files are read at once in this process; the next ones wait. Pages need the rest."""

TASK = "ICD9_REVIEW_READING"
"""The environment variable by which a child knows the name of its file, its limits, its parent."""

_ROOT = Path(__file__).resolve().parents[4]
_START = (
    "import os, sys; sys.path[:] = sys.argv[1].split(os.pathsep);"
    "from icd9_review.notes.intake.child import answer_parent; answer_parent()"
)
_KEPT = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")  # an interpreter may not start without
_LENGTH = 8  # bytes before each answer that tell its length
_TICK = 0.1  # seconds between two looks at whether anybody still waits
_BROKEN = (
    "is damaged, or too large to read: its reader broke down; save it again in the program it "
    "comes from, or paste the text of the note."
)
_LAST_MOMENT = 1  # second that a process needs at most to end once it has closed its output
_turns = threading.BoundedSemaphore(CHILDREN)

Tick = Callable[[], None]
"""Called ten times a second while a child works; ends the child by raising."""


def read_isolated(
    source: BinaryIO, title: str, limits: Limits, tick: Tick = lambda: None
) -> Generator[Document | Table, None, None]:
    """What a file holds, worked out in a child, part by part.

    A file on disk is read by the child itself, where it stands. Raises NoteError where the file is
    refused, takes too long or breaks its reader.
    """
    with _turn(tick), _Child(source, title, limits) as child:
        while (answer := child.next_answer(tick)) is not None:
            yield answer


@contextlib.contextmanager
def _turn(tick: Tick) -> Iterator[None]:
    while not _turns.acquire(timeout=_TICK):
        tick()
    try:
        yield
    finally:
        _turns.release()


class _Child:
    """A child at work, and the threads that feed it and listen to it."""

    def __init__(self, source: BinaryIO, title: str, limits: Limits) -> None:
        self._title = title
        self._limits = limits
        self._answers: Queue[bytes | None] = Queue(maxsize=2)
        self._gone = threading.Event()
        self._received = 0
        held = isinstance(source, BytesIO)
        try:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-c", _START, _search_path()],
                stdin=subprocess.PIPE if held else source,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(title, limits),
            )
        except OSError as error:
            raise NoteError(
                f'"{title}" cannot be read now: no process could be started for it '
                f"({error.strerror}); try again later."
            ) from None
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        if isinstance(source, BytesIO):
            data = source.getbuffer()
            self._threads.append(threading.Thread(target=self._feed, args=(data,), daemon=True))
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._gone.set()
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        if self._process.stdout:
            self._process.stdout.close()

    def next_answer(self, tick: Tick) -> Document | Table | None:
        """The next part of the file; None after the last one."""
        received = self._wait(tick)
        if received is None:
            raise NoteError(f'"{self._title}" {self._why_ended()}')
        self._received += len(received)
        if self._received > self._limits.answers:
            raise NoteError(
                f'"{self._title}" holds more than {self._limits.answers / 1e6:.0f} MB of text; '
                "split it into several files, or have it taken in with the import command."
            )
        try:
            answer = json.loads(received)
            if "problem" in answer:
                raise NoteError(f'"{self._title}" {answer["problem"]}')
            if "refusal" in answer:
                raise NoteError(str(answer["refusal"]))
            return None if "end" in answer else decode_answer(answer)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise NoteError(f'"{self._title}" {_BROKEN}') from None

    def _wait(self, tick: Tick) -> bytes | None:
        """The bytes of an answer; None where the child has ended without saying so."""
        end = time.monotonic() + self._limits.seconds
        while time.monotonic() < end:
            with contextlib.suppress(Empty):
                return self._answers.get(timeout=_TICK)
            tick()
        raise NoteError(f'"{self._title}" {_took_too_long(self._limits)}')

    def _why_ended(self) -> str:
        try:
            code = self._process.wait(timeout=_LAST_MOMENT)
        except subprocess.TimeoutExpired:  # it has not ended, but sends what is no answer
            return _BROKEN
        if code == -getattr(signal, "SIGXCPU", 0):
            return _took_too_long(self._limits)
        return _BROKEN

    def _feed(self, data: memoryview) -> None:
        """Write the file into the child, which may end before it has read everything."""
        stream = self._process.stdin
        with contextlib.suppress(OSError, ValueError):
            if stream:
                stream.write(data)
        with contextlib.suppress(OSError):
            if stream:
                stream.close()

    def _listen(self) -> None:
        """Pass the answers on as they come, two at most ahead of who takes them."""
        answer: bytes | None = b""
        while answer is not None and not self._gone.is_set():
            answer = self._receive()
            while not self._gone.is_set():
                with contextlib.suppress(Full):
                    self._answers.put(answer, timeout=_TICK)
                    break

    def _receive(self) -> bytes | None:
        """One answer; None at the end, and for one that is longer than it may be."""
        if self._process.stdout is None:
            return None
        length = int.from_bytes(self._process.stdout.read(_LENGTH), "big")
        if not 0 < length <= self._limits.answer:
            return None
        answer = self._process.stdout.read(length)
        return answer if len(answer) == length else None


def write_answer(stream: BinaryIO, answer: dict[str, object]) -> None:
    """Send an answer to the process that started this one."""
    written = json.dumps(answer, default=str).encode()
    stream.write(len(written).to_bytes(_LENGTH, "big") + written)
    stream.flush()


def _took_too_long(limits: Limits) -> str:
    return (
        f"took longer than {limits.seconds:.0f} seconds to read; split it, or paste the text of "
        "the note."
    )


def _environment(title: str, limits: Limits) -> dict[str, str]:
    task = {"title": title, "limits": asdict(limits), "parent": os.getpid()}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, TASK: json.dumps(task)}


def _search_path() -> str:
    """Where this process finds modules, the folder it was started in left out."""
    return os.pathsep.join(dict.fromkeys((str(_ROOT), *filter(None, sys.path))))
