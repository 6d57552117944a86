"""Samples: exact, by a seed, fair to every stratum, and the same from the same candidates."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.quality.sampling import (
    MOST_DRAWN,
    MOST_SEED,
    allocate,
    compare_draws,
    draw_sample,
    stratum_of,
)
from icd9_review.values import CareSetting, Risk, SampleCandidate, SampleQuery, Stratifier, Trait

EVERY = tuple(Stratifier)
seeds = st.integers(0, MOST_SEED)
strata = st.lists(st.sampled_from(Stratifier), unique=True, max_size=4).map(tuple)
sizes = st.integers(1, 30)


@st.composite
def some_candidates(draw: st.DrawFn) -> list[SampleCandidate]:
    facts = st.tuples(
        st.integers(2, 5),
        st.sampled_from(CareSetting),
        st.sampled_from([None, "Cardiology", "Surgery, \u00e9"]),
        st.frozensets(st.sampled_from(Trait), max_size=3),
    )
    return [
        SampleCandidate(f"{number:022x}", *each)
        for number, each in enumerate(draw(st.lists(facts, max_size=40)))
    ]


def ids(candidates: Sequence[SampleCandidate], query: SampleQuery, seed: int) -> list[str]:
    return [each.encounter_id for each in draw_sample(candidates, query, seed)[0]]


@given(some_candidates(), sizes, strata, seeds)
def test_a_sample_has_the_size_that_was_asked_or_all_there_are(
    candidates: list[SampleCandidate], size: int, by: tuple[Stratifier, ...], seed: int
) -> None:
    drawn, counts = draw_sample(candidates, SampleQuery(size, strata=by), seed)
    assert len({each.encounter_id for each in drawn}) == len(drawn) == min(size, len(candidates))
    assert sum(each.drawn for each in counts) == len(drawn)
    assert sum(each.candidates for each in counts) == len(candidates)


@given(some_candidates(), sizes, strata, seeds, st.integers())
def test_the_order_of_candidates_means_nothing_and_the_seed_everything(
    candidates: list[SampleCandidate], size: int, by: tuple[Stratifier, ...], seed: int, order: int
) -> None:
    query = SampleQuery(size, strata=by)
    mixed = random.Random(order).sample(candidates, len(candidates))  # noqa: S311
    assert draw_sample(mixed, query, seed) == draw_sample(candidates, query, seed)


@given(some_candidates(), sizes, strata, seeds)
def test_no_stratum_gives_more_than_it_has_and_each_gives_one_where_there_is_room(
    candidates: list[SampleCandidate], size: int, by: tuple[Stratifier, ...], seed: int
) -> None:
    drawn, counts = draw_sample(candidates, SampleQuery(size, strata=by), seed)
    assert all(0 <= each.drawn <= each.candidates for each in counts)
    assert Counter(each.stratum for each in drawn) == {
        each.stratum: each.drawn for each in counts if each.drawn
    }
    if size >= len(counts):
        assert all(each.drawn >= 1 for each in counts)
    by_id = {each.encounter_id: each for each in candidates}
    assert all(each.stratum == stratum_of(by_id[each.encounter_id], by) for each in drawn)


@given(st.dictionaries(st.tuples(st.text(max_size=2)), st.integers(1, 500), max_size=8), sizes)
def test_a_share_is_off_by_less_than_one_unless_others_would_have_none(
    held: dict[tuple[str, ...], int], size: int
) -> None:
    shares, total = allocate(held, size, seed=0), sum(held.values())
    size = min(size, total)
    exact = {each: size * count / total for each, count in held.items()}
    if all(share >= 1 for share in exact.values()):
        assert all(abs(shares[each] - exact[each]) < 1 for each in held)


@given(some_candidates(), sizes, st.sets(st.sampled_from(Trait), min_size=1), seeds)
def test_a_targeted_sample_has_nothing_without_one_of_the_traits(
    candidates: list[SampleCandidate], size: int, wanted: set[Trait], seed: int
) -> None:
    having = [each for each in candidates if each.traits & wanted]
    drawn = ids(candidates, SampleQuery(size, traits=tuple(sorted(wanted))), seed)
    assert {*drawn} <= {each.encounter_id for each in having}
    assert len(drawn) == min(size, len(having))


@given(some_candidates(), sizes, strata, seeds)
def test_drawn_again_from_the_same_a_sample_is_the_same(
    candidates: list[SampleCandidate], size: int, by: tuple[Stratifier, ...], seed: int
) -> None:
    drawn, _ = draw_sample(candidates, SampleQuery(size, strata=by), seed)
    again = compare_draws(drawn, drawn, candidates)
    assert again.is_equal
    assert len(again.same) == len(drawn)


@given(some_candidates().filter(bool), sizes, seeds)
def test_what_is_gone_makes_room_for_one_and_the_others_stay(
    candidates: list[SampleCandidate], size: int, seed: int
) -> None:
    query = SampleQuery(size)
    before, _ = draw_sample(candidates, query, seed)
    left = [each for each in candidates if each.encounter_id != before[0].encounter_id]
    after, _ = draw_sample(left, query, seed)
    again = compare_draws(before, after, left)
    assert again.gone == (before[0].encounter_id,)
    assert again.displaced == ()
    assert len(again.new) == (len(candidates) > size)


def test_every_candidate_is_as_likely_as_any_other() -> None:
    """Of 4,000 seeds each of 20 is drawn 1,000 times, give or take four standard deviations."""
    candidates = [SampleCandidate(f"{n:022x}", 2, CareSetting.INPATIENT) for n in range(20)]
    counts = Counter(each for seed in range(4000) for each in ids(candidates, SampleQuery(5), seed))
    assert len(counts) == 20
    assert all(abs(count - 1000) < 4 * (4000 * 0.25 * 0.75) ** 0.5 for count in counts.values())


def test_where_there_is_less_room_than_strata_the_seed_decides_whose_turn_it_is() -> None:
    candidates = [SampleCandidate(f"{n:022x}", n, CareSetting.INPATIENT) for n in range(3)]
    query = SampleQuery(1, strata=(Stratifier.CODER,))
    assert {ids(candidates, query, seed)[0] for seed in range(30)} == {
        each.encounter_id for each in candidates
    }


def test_risk_is_how_many_traits_an_encounter_has() -> None:
    traits = [frozenset(), frozenset({Trait.FAST}), frozenset({Trait.FAST, Trait.RARE_CODE})]
    found = [SampleCandidate("e", 2, CareSetting.INPATIENT, traits=each).risk for each in traits]
    assert found == [Risk.LOW, Risk.MIDDLE, Risk.HIGH]
    assert stratum_of(SampleCandidate("e", 2, CareSetting.OUTPATIENT), EVERY) == (
        *("2", "outpatient", "", "low"),
    )


@pytest.mark.parametrize(
    ("query", "seed", "said"),
    [
        (SampleQuery(0), 1, "1 to 2,000"),
        (SampleQuery(MOST_DRAWN + 1), 1, "2,001 were asked"),
        (SampleQuery(1), -1, "whole number"),
        (SampleQuery(1), MOST_SEED + 1, "whole number"),
        (SampleQuery(1, date(2014, 2, 1), date(2014, 1, 1)), 1, "before it begins"),
    ],
)
def test_a_sample_that_cannot_be_is_refused(query: SampleQuery, seed: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        draw_sample([], query, seed)


def test_of_no_candidates_nothing_is_drawn() -> None:
    assert draw_sample([], SampleQuery(5, strata=EVERY), 1) == ((), ())
