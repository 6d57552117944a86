"""What one file may cost: how large it may be, what it may hold and how long it may take.

Two sets are in use. On a page a person waits and the whole answer stays in the session, so the
limits are narrow; the import command takes a file in parts and keeps none of them, so only one part
has to fit. Which set is in force is told once for the file that is read; the readers, however deep,
ask ``limits_in_force``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_MEGABYTE = 1_000_000  # bytes or characters
UNBOUNDED = 2**62
"""A number no file reaches."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for one file.

    ``size`` bytes of a file that is read in parts (tables as text, messages), ``whole`` bytes of
    one that has to be read whole; ``batch`` characters read at a time. ``rows``, ``cells`` and
    ``characters`` count all tables and notes of the file, ``encounters`` its encounters.
    ``segments`` and ``marks`` count what costs a parser memory before it has found anything:
    segments and separators of one message, tags of a document, punctuation of JSON. ``seconds``
    and ``memory`` (bytes of address space) are those of the child until its next answer, of at
    most ``answer`` bytes; ``answers`` bytes all together.
    """

    size: int
    whole: int
    batch: int
    encounters: int
    rows: int
    columns: int
    cells: int
    characters: int
    segments: int
    marks: int
    seconds: float
    memory: int
    answer: int
    answers: int


# A page: 25 MB is what a discharge summary with pictures or a table of a month of notes stays
# under. A separator costs hl7's parser 440 bytes and 7 µs, a tag lxml's about 200 bytes, so half a
# million of them stay under a quarter of a gigabyte and a few seconds. 30 million characters are
# all that 25 MB of text can hold; what expands beyond that is no table of notes.
PAGE = Limits(
    size=25 * 1024**2,
    whole=25 * 1024**2,
    batch=30 * _MEGABYTE,
    encounters=10_000,
    rows=50_000,
    columns=200,
    cells=2_000_000,
    characters=30 * _MEGABYTE,
    segments=20_000,
    marks=500_000,
    seconds=60,
    memory=2 * 1024**3,
    answer=64 * _MEGABYTE,
    answers=96 * _MEGABYTE,
)

# The command: a part of 4 million characters is some hundred notes, large enough that starting a
# transaction for each encounter costs more than reading does.
COMMAND = Limits(
    size=UNBOUNDED,
    whole=250 * _MEGABYTE,
    batch=4 * _MEGABYTE,
    encounters=UNBOUNDED,
    rows=UNBOUNDED,
    columns=200,
    cells=UNBOUNDED,
    characters=UNBOUNDED,
    segments=50_000,
    marks=2_000_000,
    seconds=120,
    memory=4 * 1024**3,
    answer=64 * _MEGABYTE,
    answers=UNBOUNDED,
)

_in_force: ContextVar[Limits] = ContextVar("limits", default=PAGE)


def limits_in_force() -> Limits:
    """The limits of the file that is being read; those of the page where nothing else was said."""
    return _in_force.get()


@contextmanager
def under(limits: Limits) -> Iterator[None]:
    """Read under these limits."""
    token = _in_force.set(limits)
    try:
        yield
    finally:
        _in_force.reset(token)
