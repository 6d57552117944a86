"""Who reviewed the ledger, up to when and with what result; and whether it verifies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.jobs.verification import Verified
from icd9_review.review.telling.event_facts import OUTCOME_WORDS
from icd9_review.store.database.engine import Database
from icd9_review.store.oversight.entries import COUNTED, labels_of, ledger_page
from icd9_review.store.oversight.reviews import (
    LONGEST_FINDING,
    events_since,
    ledger_reviews,
    record_ledger_review,
)
from icd9_review.store.people.permissions import Act
from icd9_review.ui.ledger.listing import many_events, show_moment
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import Finding, LedgerQuery, LedgerReview, ReviewOutcome, User

_OUTCOME, _WORDS, _UP_TO = "ledger_outcome", "ledger_finding", "ledger_up_to"
_TOLD = "ledger_told"
_FINDINGS = 200  # shown of a verification; the command prints them all
_TURN = 1.0  # seconds between looks at a verification that runs


def show_reviews(user: User) -> None:
    """The last review and how much came since, with the form for another one."""
    database = services().database
    with st.container():  # with a message or without, what stands below keeps its place
        if told := st.session_state.pop(_TOLD, None):
            st.error(plain(told), icon=":material/error:")
    reviews = ledger_reviews(database, actor=user)
    st.write(plain(_describe(database, next(iter(reviews), None), user)))
    if reviews and reviews[0].words:
        st.text(reviews[0].words)
    with st.expander("Record a review", icon=":material/fact_check:"):
        _ask_review(database, user)
    if len(reviews) > 1:
        with st.expander(f"Reviews before ({len(reviews) - 1:,})"):
            st.table(pd.DataFrame(_rows(reviews[1:])).map(plain), hide_index=True)


def _describe(database: Database, last: LedgerReview | None, user: User) -> str:
    since = events_since(database, last, COUNTED + 1, actor=user)
    many = f"more than {COUNTED:,} events" if since > COUNTED else many_events(since)
    if last is None:
        return f"Nobody has reviewed the ledger yet; it has {many}."
    return (
        f"Reviewed up to {show_moment(last.up_to)} by {last.actor}: "
        f"{OUTCOME_WORDS[last.outcome]}. {many.capitalize()} since."
    )


def _ask_review(database: Database, user: User) -> None:
    up_to = _newest(database, user)
    with st.form("ledger_review", border=False):
        st.text(f"Everything up to {show_moment(up_to)}, the newest event as you came here.")
        st.segmented_control(
            "Found",
            list(ReviewOutcome),
            default=ReviewOutcome.NOTHING,
            required=True,
            format_func=lambda each: OUTCOME_WORDS[each].capitalize(),
            key=_OUTCOME,
        )
        st.text_area(
            "What was found",
            max_chars=LONGEST_FINDING,
            key=_WORDS,
            help="Kept apart from the ledger. Name no patients.",
        )
        st.form_submit_button("Reviewed up to here", on_click=_record, type="primary")


def _newest(database: Database, user: User) -> datetime:
    """When the newest event came that the person can have seen: as they came to the page."""
    if _OUTCOME not in st.session_state or _UP_TO not in st.session_state:
        (newest,) = ledger_page(database, LedgerQuery(), actor=user, limit=1).entries
        st.session_state[_UP_TO] = newest.event.at
    up_to: datetime = st.session_state[_UP_TO]
    return up_to


def _record() -> None:
    asked = st.session_state
    actor = require_user(Act.AUDIT)
    try:
        record_ledger_review(
            services().database, asked[_UP_TO], asked[_OUTCOME], asked[_WORDS], actor=actor
        )
        asked[_WORDS] = ""
    except ReviewError as error:
        asked[_TOLD] = str(error)


def _rows(reviews: Sequence[LedgerReview]) -> list[dict[str, str]]:
    return [
        {
            "Up to": show_moment(each.up_to),
            "By": each.actor,
            "Recorded": show_moment(each.at),
            "Events": f"{each.events:,}",
            "Found": OUTCOME_WORDS[each.outcome],
            "In words": each.words or "",
        }
        for each in reviews
    ]


def show_verification(user: User) -> None:
    """Whether every stream verifies: asked for here, worked out beside the pages."""
    running = services().verification.running is not None

    def show() -> None:
        if (services().verification.running is not None) != running:
            st.rerun()  # to look again by itself, or not any more
        _show_verification(user)

    st.fragment(show, run_every=_TURN if running else None)()


def _show_verification(user: User) -> None:
    verification = services().verification
    if (seconds := verification.running) is not None:
        st.write(f"Verifying every stream: {seconds:.0f} s so far. You can go on meanwhile.")
        return
    if verification.last is not None:
        _show_verified(verification.last, user)
    st.button("Verify the ledger", on_click=_verify, icon=":material/verified:")
    st.caption(
        "Walks every chain and compares it with what is stored; a minute or more where much is."
    )


def _verify() -> None:
    services().verification.start(services().database, require_user(Act.AUDIT))


def _show_verified(last: Verified, user: User) -> None:
    took = max(1, round(last.seconds))
    when = f"asked for by {last.person}, done {show_moment(last.at)} in {took} s"
    if last.problem:
        st.warning(plain(f"The ledger could not be verified: {last.problem} ({when})"))
    elif not last.findings:
        st.success(plain(f"Every stream verifies: nothing was changed, removed or added ({when})."))
    else:
        count = len(last.findings)
        places = "1 place does" if count == 1 else f"{count:,} places do"
        st.error(plain(f"{places} not verify ({when})."), icon=":material/error:")
        streams = [each.stream for each in last.findings]
        labels = labels_of(services().database, streams, actor=user)
        shown = [_finding(each, labels) for each in last.findings[:_FINDINGS]]
        st.table(pd.DataFrame(shown).map(plain), hide_index=True)


def _finding(each: Finding, labels: dict[str, str]) -> dict[str, str]:
    return {
        "Stream": labels.get(each.stream, str(each.stream)),
        "Event": str(each.sequence or ""),
        "What is wrong": each.problem,
    }
