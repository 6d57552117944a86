"""Strings made from a regular expression to make it try in vain, and how its time grows with them.

A pattern that goes back over what it has read is slow on long runs of what it repeats, on many
beginnings that lead nowhere, and on a good run that ends badly. Each is made here from the
pattern's own pieces, so that no pattern has to be read by a person first.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from types import FrameType
from typing import Any

SHORT, LONG = 150, 2_400
"""Characters of the two strings that are compared: sixteen times as much shows a square well."""

BOUND = 4.0
"""What a character may cost more in the long string: 1 where time grows linearly, 16 where it grows
with the square. Between them lies what a busy machine adds."""

# Private in the standard library; as plain imports they are errors to some type checkers alone.
op: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
_ENDS = ("", "\0", "x!\n")
_SAMPLES = {
    op.CATEGORY_DIGIT: "1",
    op.CATEGORY_NOT_DIGIT: "a ",
    op.CATEGORY_SPACE: " \n",
    op.CATEGORY_NOT_SPACE: "a.",
    op.CATEGORY_WORD: "a1",
    op.CATEGORY_NOT_WORD: " .",
}
_ANYTHING = 'a 1\n.<("'
_GIVE_UP = 2  # seconds after which a string is too slow, however its time grows; by judgement
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
Scan = Callable[[str], object]
_Node = tuple[Any, Any]


class TooSlow(Exception):
    """It did not end."""


def attacks(pattern: re.Pattern[str], most: int) -> list[Callable[[int], str]]:
    """Makers of strings of a length; at most so many, taken evenly from all there are.

    Runs of blanks are tried behind every piece: two parts that may both take them look harmless.
    """
    tree = list(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    pumps = list(dict.fromkeys(_pumps(tree, "")))
    blanks = [each for each in pumps if each[1].isspace()]
    step = max(1, -(-len(pumps) // most))
    tried = dict.fromkeys([*pumps[::step], *blanks])
    return [_maker(before, pump, end) for before, pump in tried for end in _ENDS]


def growth(scan: Scan, make: Callable[[int], str]) -> float:
    """What a character of a long string costs, compared with one of a short string.

    Measured again where that is much, because another process may have had the processor.
    """
    found = _growth(scan, make, 1)
    return found if found <= BOUND else min(found, _growth(scan, make, 5))


def _growth(scan: Scan, make: Callable[[int], str], times: int) -> float:
    short, long = (make(size) for size in (SHORT, LONG))
    try:
        each = [_seconds(scan, text, times) / len(text) for text in (short, long)]
    except TooSlow:
        return float("inf")
    return each[1] / max(each[0], 1e-12)


def _seconds(scan: Scan, text: str, times: int) -> float:
    """The least time of several."""
    took = []
    for _ in range(times):
        with _ended_after(_GIVE_UP):
            began = time.process_time_ns()
            scan(text)
            took.append(time.process_time_ns() - began)
    return min(took) / 1e9


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """The engine looks at signals while it works, so that it can be ended."""

    def end(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _maker(before: str, pump: str, end: str) -> Callable[[int], str]:
    def make(size: int) -> str:
        return before + pump * max(1, size // len(pump)) + end

    return make


def _pumps(tree: Sequence[_Node], before: str) -> Iterator[tuple[str, str]]:
    """What is repeated, and what stands once before it: each piece, each beginning, the whole."""
    led = ""
    for node in tree:
        for sample in _samples(node):
            if sample:
                yield from (("", sample), (before + led, sample), ("", led + sample))
        yield from _within(node, before + led)
        led += next(iter(_samples(node)), "")
    if led:
        yield "", led


def _within(node: _Node, before: str) -> Iterator[tuple[str, str]]:
    kind, value = node
    for inner in _inner(kind, value):
        yield from _pumps(list(inner), before)


def _inner(kind: Any, value: Any) -> Sequence[Any]:
    """The patterns that a piece holds."""
    if kind in _REPEATS:
        return [value[2]]
    if kind is op.BRANCH:
        return list(value[1])
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.ATOMIC_GROUP:
        return [value]
    return [value[1]] if kind in (op.ASSERT, op.ASSERT_NOT) else []


def _samples(node: _Node) -> list[str]:
    """Short strings that a piece matches, mostly: it need not be exact."""
    kind, value = node
    if kind is op.LITERAL:
        return [chr(value)]
    if kind is op.NOT_LITERAL:
        return ["b" if chr(value) == "a" else "a"]
    if kind is op.ANY:
        return ["a", " "]
    if kind is op.IN:
        return _members(value)
    if kind in _REPEATS:
        return _repeated(value[0], list(value[2]))
    if kind is op.ASSERT or kind is op.ASSERT_NOT:
        return [""]
    inner = _inner(kind, value)
    return [_sequence(list(each)) for each in islice(inner, 3)] or [""]


def _sequence(tree: Sequence[_Node]) -> str:
    return "".join(_samples(node)[0] for node in tree)


def _repeated(least: int, tree: Sequence[_Node]) -> list[str]:
    count = min(max(least, 1), 40)
    if len(tree) == 1:
        return [sample * count for sample in _samples(tree[0])]
    return [_sequence(tree) * count]


def _members(given: Sequence[_Node]) -> list[str]:
    """Some characters of a set; of what is left out, something else."""
    denied = given[0][0] is op.NEGATE
    found: list[str] = []
    for kind, value in given:
        if kind is op.LITERAL:
            found.append(chr(value))
        elif kind is op.RANGE:
            found.append(chr(value[0]))
        elif kind is op.CATEGORY:
            found.extend(_SAMPLES.get(value, "a"))
    if denied:
        return [each for each in _ANYTHING if not _is_in(each, given)][:3] or ["~"]
    return list(dict.fromkeys(found))[:4] or ["a"]


def _is_in(character: str, given: Sequence[_Node]) -> bool:
    code = ord(character)
    for kind, value in given:
        if kind is op.LITERAL and value == code:
            return True
        if kind is op.RANGE and value[0] <= code <= value[1]:
            return True
        if kind is op.CATEGORY and character in _SAMPLES.get(value, ""):
            return True
    return False
