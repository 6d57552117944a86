"""Queries to the physician about an encounter: what was asked and answered, and fields for both."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

import streamlit as st

from icd9_review.errors import InputError, ReviewError
from icd9_review.quality.queries.citing import find_quote, quoted
from icd9_review.quality.queries.compliance import LONGEST_QUESTION
from icd9_review.quality.queries.templates import TEMPLATES, offered_answers
from icd9_review.store.database.engine import Database
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.querying.queries import (
    LONGEST_ANSWER,
    answer_query,
    ask_physician,
    physician_queries,
    withdraw_query,
)
from icd9_review.ui.words import describe_moment, plain
from icd9_review.values import (
    Encounter,
    PhysicianQuery,
    PhysicianQueryDraft,
    PhysicianQueryReason,
    PhysicianQueryStatus,
    User,
)

QUERY_PURGED = "The words of this query were deleted."
QUOTES = "Words of the notes that it rests on, one place a line, as they stand there"
ANSWERS = "Answers to choose from, one a line; “Other” and “Unable to determine” come with them"


def show_queries(database: Database, encounter: Encounter, user: User) -> None:
    """The queries about an encounter in the order they were asked, with what this person may do."""
    found = physician_queries(database, encounter.id)
    asks = may(user, Act.ASK)
    if not found and not asks:
        return
    texts = {note.id: note.text for note in encounter.notes}
    st.subheader("Queries to the physician", anchor=False)
    for query in found:
        with st.container(border=True, key=f"query_{query.sequence}"):
            _show(query, texts)
            if query.status is PhysicianQueryStatus.OPEN:
                _settle(database, encounter.id, query, user)
    if asks:
        with st.expander("Ask the physician"):
            _ask(database, encounter.id, texts, user)


def _show(query: PhysicianQuery, texts: Mapping[str, str]) -> None:
    words = TEMPLATES[query.reason].words
    st.write(plain(f"{query.actor} asked, {describe_moment(query.at)}: {words}"))
    for each in quoted(query.indicators, texts):
        st.text(f"“{each}”" if each else QUERY_PURGED)
    st.text(QUERY_PURGED if query.question is None else query.question)
    answer = query.answer
    if answer is not None:
        answers = offered_answers(query.options)
        chosen = None if answer.option is None else _named(answers, answer.option)
        told = [each for each in (chosen, answer.words) if each]
        st.write(plain(f"{answer.actor} answered, {describe_moment(answer.at)}:"))
        st.text("\n".join(told) or QUERY_PURGED)
    elif query.status is PhysicianQueryStatus.WITHDRAWN:
        st.caption("Withdrawn.")


def _named(answers: tuple[str, ...], option: int) -> str:
    """An answer by its place; of a purged query only the place is left."""
    return answers[option] if option < len(answers) else f"answer {option + 1}"


def _settle(database: Database, encounter_id: str, query: PhysicianQuery, user: User) -> None:
    """What a person may do with an open query."""
    place = f"query-{encounter_id}-{user.id}-{query.sequence}"
    key = st.session_state.setdefault(place, uuid.uuid4().hex)
    if may(user, Act.ANSWER):
        _answer(database, encounter_id, query, user, key)
    elif may(user, Act.ASK):
        st.caption("Open: a clinician answers it here.")

        def withdraw() -> None:
            withdraw_query(database, encounter_id, query.sequence, actor=user, key=key)

        st.button("Withdraw", key=f"{key}-withdraw", on_click=_trying(place, withdraw))
    _say_refusal(place)


def _answer(
    database: Database, encounter_id: str, query: PhysicianQuery, user: User, key: str
) -> None:
    answers = offered_answers(query.options)
    chosen, words = f"{key}-option", f"{key}-words"
    st.radio(
        "Answer",
        range(len(answers)),
        index=None,
        format_func=lambda each: plain(answers[each]),
        key=chosen,
    )
    st.text_area("In your own words", key=words, max_chars=LONGEST_ANSWER, height=80)

    def send() -> None:
        # What the fields hold now: the page may not have run since the choice that came before.
        option, said = st.session_state[chosen], st.session_state[words]
        answer_query(
            database, encounter_id, query.sequence, option=option, words=said, actor=user, key=key
        )

    place = f"query-{encounter_id}-{user.id}-{query.sequence}"
    st.button("Answer the query", key=f"{key}-answer", on_click=_trying(place, send))


def _ask(database: Database, encounter_id: str, texts: Mapping[str, str], user: User) -> None:
    """The fields; a draft keeps its key until it is stored, so that a second click adds nothing."""
    place = f"query-{encounter_id}-{user.id}"
    key = st.session_state.setdefault(place, uuid.uuid4().hex)
    reason = st.selectbox(
        "What is open",
        list(TEMPLATES),
        format_func=lambda each: TEMPLATES[each].words,
        key=f"{key}-reason",
    )
    template = TEMPLATES[reason]
    quotes, question, options = (
        f"{key}-{name}-{reason}" for name in ("quotes", "question", "options")
    )
    st.text_area(QUOTES, key=quotes, height=80)
    st.text_area(
        "Question", template.question, key=question, max_chars=LONGEST_QUESTION, height=110
    )
    st.text_area(ANSWERS, "\n".join(template.options), key=options, height=110)

    def send() -> None:
        said = st.session_state
        draft = _draft(reason, said[question], said[options], said[quotes], texts)
        ask_physician(database, encounter_id, draft, actor=user, key=key)
        del st.session_state[place]

    st.button("Ask", key=f"{key}-ask", on_click=_trying(place, send))
    _say_refusal(place)


def _draft(
    reason: PhysicianQueryReason, question: str, options: str, quotes: str, texts: Mapping[str, str]
) -> PhysicianQueryDraft:
    """Raises InputError for words that stand in no note."""
    spans = []
    for line in filter(None, map(str.strip, quotes.splitlines())):
        span = find_quote(line, texts)
        if span is None:
            raise InputError(f"“{line:.60}” stands in no note; copy the words from the text.")
        spans.append(span)
    answers = tuple(filter(None, map(str.strip, options.splitlines())))
    return PhysicianQueryDraft(reason, question, answers, tuple(spans))


def _trying(place: str, act: Callable[[], None]) -> Callable[[], None]:
    """The act, whose refusal is shown below the fields at ``place``, which keep what was typed."""

    def attempt() -> None:
        try:
            act()
        except ReviewError as error:
            st.session_state[f"{place}-refused"] = str(error)

    return attempt


def _say_refusal(place: str) -> None:
    if refused := st.session_state.pop(f"{place}-refused", ""):
        st.error(plain(refused))
