"""Samples of signed encounters: of an exact size, by a seed, divided among strata.

Every candidate has a number of its own from the seed and its identifier (permanent random numbers,
Ohlsson 1995), and those with the lowest are drawn. So the order of the candidates means nothing,
the same seed draws the same, and where a candidate comes or goes the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final

from icd9_review.errors import InputError
from icd9_review.values import (
    Draw,
    Redraw,
    SampleCandidate,
    SampleQuery,
    Stratifier,
    StratumCount,
    Trait,
)

MOST_DRAWN: Final = 2_000
"""Encounters of one sample; by judgement: many months of what a department reviews twice."""
MOST_SEED: Final = 2**53 - 1
"""The greatest seed: what every program that reads it back takes exactly."""

Stratum = tuple[str, ...]


def check_query(query: SampleQuery, seed: int) -> None:
    """Raises InputError for a sample that cannot be drawn by anybody."""
    if not 1 <= query.size <= MOST_DRAWN:
        raise InputError(f"A sample has 1 to {MOST_DRAWN:,} encounters; {query.size:,} were asked.")
    if not 0 <= seed <= MOST_SEED:
        raise InputError(f"A seed is a whole number from 0 to {MOST_SEED:,}.")
    if query.since and query.until and query.since > query.until:
        raise InputError(f"The period ends ({query.until}) before it begins ({query.since}).")


def has_trait(candidate: SampleCandidate, wanted: Collection[Trait]) -> bool:
    """Whether a candidate has one of the traits; each has where none is wanted."""
    return not wanted or not candidate.traits.isdisjoint(wanted)


def stratum_of(candidate: SampleCandidate, strata: Sequence[Stratifier]) -> Stratum:
    """Where a candidate belongs; a service that nobody named is the empty text."""
    found = {
        Stratifier.CODER: str(candidate.coder),
        Stratifier.SETTING: candidate.setting.value,
        Stratifier.SERVICE: candidate.service or "",
        Stratifier.RISK: candidate.risk.value,
    }
    return tuple(found[each] for each in strata)


def draw_sample(
    candidates: Iterable[SampleCandidate], query: SampleQuery, seed: int
) -> tuple[tuple[Draw, ...], tuple[StratumCount, ...]]:
    """What is drawn, in random order, and what each stratum had and gave, by stratum.

    As many as the query asks, or all where there are fewer. Every candidate counts once. Raises
    InputError for a query or a seed that cannot be.
    """
    check_query(query, seed)
    wanted = {each.encounter_id: each for each in candidates if has_trait(each, query.traits)}
    places: dict[Stratum, list[str]] = {}
    for encounter_id, candidate in wanted.items():
        places.setdefault(stratum_of(candidate, query.strata), []).append(encounter_id)
    shares = allocate({stratum: len(ids) for stratum, ids in places.items()}, query.size, seed)
    drawn = [
        Draw(encounter_id, stratum)
        for stratum, ids in places.items()
        for encounter_id in sorted(ids, key=lambda each: _number(seed, each))[: shares[stratum]]
    ]
    drawn.sort(key=lambda each: _number(seed, each.encounter_id))
    counts = (StratumCount(each, len(places[each]), shares[each]) for each in sorted(places))
    return tuple(drawn), tuple(counts)


def allocate(sizes: Mapping[Stratum, int], size: int, seed: int) -> dict[Stratum, int]:
    """How many each stratum gives, by the method of the largest remainder (Hamilton).

    The sum is ``size``, or that of all strata where they have fewer; none gives more than it has.
    Where ``size`` is no less than the number of strata, each gives one: those that are furthest
    above their share give theirs up. Equal remainders are decided by the seed.

    >>> allocate({("a",): 90, ("b",): 9, ("c",): 1}, 10, seed=1)
    {('a',): 8, ('b',): 1, ('c',): 1}
    """
    total = sum(sizes.values())
    left = size = min(size, total)
    parts = {each: divmod(size * held, total) for each, held in sizes.items()}  # exact, in integers
    shares = {each: whole for each, (whole, _) in parts.items()}
    left -= sum(shares.values())
    by_rest = sorted(parts, key=lambda each: (-parts[each][1], _number(seed, repr(each))))
    for each in by_rest[:left]:
        shares[each] += 1
    if size >= len(sizes):
        _give_each_one(shares, sizes, seed)
    return shares


def compare_draws(
    before: Sequence[Draw], after: Sequence[Draw], candidates: Iterable[SampleCandidate]
) -> Redraw:
    """What drawing again from these candidates changed."""
    drawn, there = {each.encounter_id for each in after}, {c.encounter_id for c in candidates}
    stored = [each.encounter_id for each in before]
    left = [each for each in stored if each not in drawn]
    return Redraw(
        same=tuple(each for each in stored if each in drawn),
        gone=tuple(each for each in left if each not in there),
        displaced=tuple(each for each in left if each in there),
        new=tuple(each.encounter_id for each in after if each.encounter_id not in {*stored}),
    )


def _give_each_one(shares: dict[Stratum, int], sizes: Mapping[Stratum, int], seed: int) -> None:
    """Let every stratum without a share have one of those that is furthest above its own."""
    total, size = sum(sizes.values()), sum(shares.values())

    def excess(stratum: Stratum) -> tuple[int, str]:
        return shares[stratum] * total - size * sizes[stratum], _number(seed, repr(stratum))

    for empty in [each for each, share in shares.items() if share == 0]:
        giving = max((each for each, share in shares.items() if share > 1), key=excess)
        shares[giving] -= 1
        shares[empty] = 1


def _number(seed: int, text: str) -> str:
    return sha256(f"{seed}/{text}".encode()).hexdigest()
