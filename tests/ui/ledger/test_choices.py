"""What an auditor looks for stands in the address, and comes back from it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.ui.ledger.choices import (
    LedgerChoices,
    as_address,
    read_choices,
    read_place,
    write_place,
)
from icd9_review.values import EventKind, LedgerPlace, LedgerQuery

PEOPLE = range(1, 9)
DAYS = st.none() | st.dates(date(1900, 1, 1), date(9000, 1, 1))
CHOICES = st.builds(
    LedgerChoices,
    people=st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple),
    encounter=st.text(max_size=64),
    kinds=st.lists(st.sampled_from(EventKind), unique=True).map(tuple),
    first=DAYS,
    last=DAYS,
)


@given(CHOICES)
def test_every_choice_comes_back_from_its_address(choices: LedgerChoices) -> None:
    assert read_choices(as_address(choices), PEOPLE) == (choices, ())


@given(st.dictionaries(st.sampled_from(["by", "encounter", "kind", "from", "to"]), st.text()))
def test_any_address_is_read_and_what_is_nothing_here_is_said(address: dict[str, str]) -> None:
    choices, problems = read_choices(address, PEOPLE)
    assert set(choices.people) <= set(PEOPLE)
    assert all(problem.endswith(".") and len(problem) < 200 for problem in problems)
    if not (choices.people or choices.kinds or choices.first or choices.last):
        asked = any(
            part for name in ("by", "kind") for part in address.get(name, "").split(",")
        ) or any(address.get(name) for name in ("from", "to"))
        assert bool(problems) == bool(asked)


def test_no_choice_is_an_address_of_nothing() -> None:
    assert as_address(LedgerChoices()) == {}
    assert LedgerChoices().query("") == LedgerQuery()


def test_days_are_those_of_the_server_the_last_one_included() -> None:
    query = LedgerChoices(first=date(2026, 7, 1), last=date(2026, 7, 1)).query("")
    assert query.since is not None
    assert query.before is not None
    assert (query.before - query.since).total_seconds() in (82_800, 86_400, 90_000)
    with pytest.raises(InputError, match="name the earlier day first"):
        LedgerChoices(first=date(2026, 7, 2), last=date(2026, 7, 1)).query("")


def test_a_place_comes_back_from_an_address() -> None:
    place = LedgerPlace(datetime(2026, 7, 1, 3, 4, 5, 678, UTC), "e" * 22, 12)
    assert read_place(write_place(place)) == place


@given(st.text() | st.tuples(st.text(), st.text(), st.text()).map("~".join))
def test_what_is_no_place_is_none(given: str) -> None:
    assert read_place(given) is None or isinstance(read_place(given), LedgerPlace)
