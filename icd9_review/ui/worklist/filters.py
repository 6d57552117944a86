"""The widgets above the table: what a person looks for, remembered across visits."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from icd9_review.errors import StoreError
from icd9_review.review.status_words import STATUS_WORDS
from icd9_review.store.preferences import preference, save_preference
from icd9_review.store.users import coding_users
from icd9_review.ui.services import services
from icd9_review.ui.worklist.choices import AGES, Choices, Whose, as_preference, read_preference
from icd9_review.values import (
    Asked,
    CareSetting,
    EncounterStatus,
    Likelihood,
    User,
    WorklistSort,
)

_PAGE = "worklist"
_SORT_WORDS = {
    WorklistSort.NEWEST: "Newest first",
    WorklistSort.OLDEST: "Oldest first",
    WorklistSort.CHART_AGE: "Oldest chart first",
    WorklistSort.MOST_OPEN: "Most open first",
    WorklistSort.LEAST_CERTAIN: "Least certain first",
    WorklistSort.LAST_CHANGED: "Last touched first",
}
_WHOSE_WORDS = {
    Whose.ANYONE: "Anyone",
    Whose.MINE: "Me",
    Whose.NOBODY: "Nobody",
    Whose.MINE_OR_NOBODY: "Me or nobody",
}
_LIKELIHOOD_WORDS = {
    Likelihood.VERY_LIKELY: "Very likely (90 % or more)",
    Likelihood.LIKELY: "Likely (70 to 89 %)",
    Likelihood.POSSIBLE: "Possible (40 to 69 %)",
    Likelihood.UNLIKELY: "Unlikely (below 40 %)",
}
_ASKED_WORDS = {Asked.OPEN: "Waits for an answer", Asked.ANSWERED: "Answered"}


def ask_choices(user: User) -> tuple[str, Choices]:
    """Ask what the person looks for: the words of the search, and the rest.

    The status is asked for below, with ``ask_status``, where the counts are known.
    """
    people = {person.id: person for person in coding_users(services().database)}
    _begin(user, frozenset(people))
    search, whose, order, more = st.columns([4, 2, 2, 1.5], vertical_alignment="bottom")
    words = search.text_input(
        "Search",
        type="search",
        live="200ms",
        placeholder="Encounter, account, document, payer or person",
        key=_key(user, "search"),
    )
    with whose:
        _ask_whose(user, people)
    order.selectbox(
        "Order", list(_SORT_WORDS), format_func=_SORT_WORDS.__getitem__, key=_key(user, "sort")
    )
    hidden = _chosen(user).hidden
    label = f"Filters ({hidden})" if hidden else "Filters"
    icon = ":material/filter_list:"
    with more.popover(label, icon=icon, width="stretch", key=_key(user, "more")):
        _ask_more(user)
    choices = _chosen(user)
    _remember(user, choices)
    return words or "", choices


def ask_status(user: User, counts: Mapping[EncounterStatus, int]) -> None:
    """Let the person choose a status among those there are; the choice counts from the next run."""
    key = _key(user, "status")
    st.pills(
        "Status",
        [each for each in EncounterStatus if counts[each] or each == st.session_state.get(key)],
        format_func=lambda each: f"{STATUS_WORDS[each]} {counts[each]:,}",
        key=key,
        label_visibility="collapsed",
    )


def clear_filters(user: User) -> None:
    """Ask for everything again, in the order that is chosen."""
    st.session_state[_key(user, "search")] = ""
    _fill(user, Choices(sort=_chosen(user).sort))


def _ask_whose(user: User, people: Mapping[int, User]) -> None:
    """Everybody who codes, after the words; who does not code has no work of their own."""
    own = [Whose.MINE, Whose.MINE_OR_NOBODY] if user.id in people else []
    others = [number for number in people if number != user.id]
    options: list[Whose | int] = [Whose.ANYONE, *own, Whose.NOBODY, *others]
    key = _key(user, "whose")
    if st.session_state.get(key) not in options:  # who was chosen may have left
        st.session_state[key] = Whose.ANYONE
    st.selectbox(
        "Assigned to",
        options,
        format_func=lambda each: (
            _WHOSE_WORDS[each] if isinstance(each, Whose) else people[each].name
        ),
        key=key,
    )


def _ask_more(user: User) -> None:
    _choose(
        user, "setting", "Setting", "All", {care: care.value.capitalize() for care in CareSetting}
    )
    _choose(
        user,
        "older",
        "Chart older than",
        "Any age",
        {days: f"{days} days" for days in AGES},
        hint="Days since the discharge, else the admission, else since it was taken in.",
    )
    _choose(user, "likelihood", "Likeliest open suggestion", "Any probability", _LIKELIHOOD_WORDS)
    _choose(user, "asked", "Query to the physician", "With or without", _ASKED_WORDS)
    st.checkbox(
        "With errors only",
        key=_key(user, "with_errors"),
        help="Encounters whose codes cannot be finalised as they stand.",
    )
    st.checkbox(
        "Archived encounters too",
        key=_key(user, "archived"),
        help="Those that were signed so long ago that an administrator archived them.",
    )
    st.button("Clear filters", on_click=clear_filters, args=(user,), width="stretch")


def _choose(
    user: User,
    name: str,
    label: str,
    nothing: str,
    words: Mapping[Any, str],
    hint: str | None = None,
) -> None:
    """A filter that may be left at ``nothing``."""
    st.selectbox(
        label,
        list(words),
        index=None,
        placeholder=nothing,
        format_func=words.__getitem__,
        key=_key(user, name),
        help=hint,
    )


def _begin(user: User, people: frozenset[int]) -> None:
    """Put into the widgets what was remembered, unless they hold something already."""
    if _key(user, "sort") in st.session_state:
        return
    choices = read_preference(preference(services().database, user, _PAGE), people)
    st.session_state[_key(user, "stored")] = choices
    _fill(user, choices)


def _fill(user: User, choices: Choices) -> None:
    for name, value in as_preference(choices).items():
        st.session_state[_key(user, name)] = value


def _remember(user: User, choices: Choices) -> None:
    """Store the choices when they differ from what was stored last."""
    stored = _key(user, "stored")
    if st.session_state.get(stored) != choices:
        with suppress(StoreError):  # a page does not fail over it
            save_preference(services().database, user, _PAGE, as_preference(choices))
        st.session_state[stored] = choices


def _chosen(user: User) -> Choices:
    beginning = as_preference(Choices())
    held = {name: st.session_state.get(_key(user, name), beginning[name]) for name in beginning}
    return Choices(**held)


def _key(user: User, name: str) -> str:
    """The widget's key; every user of this browser has their own."""
    return f"{_PAGE}_{name}_{user.id}"
