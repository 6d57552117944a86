"""Codings for tests: by example, and at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from icd9_review.quality.agreement.codings import Coding
from icd9_review.values import CodeKey, Kind

CODES = ("428.0", "428.20", "428.21", "428.9", "250.00", "V45.81", "E885.9", "486")
MEMBERS = ("Ana", "Ben", "model")


def keys(*codes: str, kind: Kind = Kind.DIAGNOSIS) -> frozenset[CodeKey]:
    return frozenset((kind, code) for code in codes)


def coded(by_member: Mapping[str, Sequence[str]]) -> list[Coding]:
    """Codings of encounters 0, 1, …: the codes of each in a line, apart by blanks; "-" for none."""
    return [
        Coding(str(number), member, keys(*line.replace("-", "").split()))
        for member, lines in by_member.items()
        for number, line in enumerate(lines)
        if line
    ]


SETS = st.frozensets(st.sampled_from([(Kind.DIAGNOSIS, code) for code in CODES]), max_size=5)


@st.composite
def some_codings(draw: st.DrawFn, least: int = 2) -> list[Coding]:
    """Encounters that two members or three have coded."""
    found = []
    for number in range(draw(st.integers(least, 6))):
        held = draw(st.lists(st.sampled_from(MEMBERS), min_size=2, max_size=3, unique=True))
        found += [Coding(f"e{number}", member, draw(SETS)) for member in held]
    return found
