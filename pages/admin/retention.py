"""Retention: which text is old enough to go, a preview before it goes, and legal holds."""

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.review.status_words import (
    PURGE_WORDS,
    STATUS_WORDS,
    describe_legal_hold,
    describe_purge,
    describe_twin,
    with_twins,
)
from icd9_review.store.people.permissions import Act
from icd9_review.store.retention.candidates import named, older_than
from icd9_review.store.retention.legal_holds import (
    encounters_of_labels,
    encounters_of_number,
    legal_holds,
    lift_hold,
    place_hold,
)
from icd9_review.store.retention.periods import read_period
from icd9_review.store.retention.purging import purge_all
from icd9_review.store.retention.words import LONGEST_WHY
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import CountedFrom, LegalHold, Purgeable, PurgeReason, User

SHOWN = 200
TOLD, LOOKED = "retention_told", "retention_looked"
BY_AGE, BY_NAME = "What is old enough", "Encounters by name"
COUNTED = {
    CountedFrom.SIGNATURE: "the signature",
    CountedFrom.INTAKE: "the intake of the last note",
}

administrator = require_user(Act.ADMINISTER)
database = services().database


def tell(words: str) -> None:
    """Say something above the page once it is shown again."""
    st.session_state[TOLD] = words


def look() -> None:
    """Ask for a preview of what is named in the fields."""
    st.session_state[LOOKED] = {
        name: st.session_state.get(f"retention_{name}")
        for name in ("which", "period", "counted", "labels")
    }


def find(by: User) -> list[Purgeable]:
    """What the preview was asked for, as it is now. Raises InputError, NotFound."""
    asked = st.session_state[LOOKED]
    if asked["which"] == BY_NAME:
        labels = (asked["labels"] or "").replace(",", " ").split()
        found = encounters_of_labels(database, labels, actor=by)
        return named(database, found, actor=by)
    day = read_period(asked["period"] or "").before(datetime.now(UTC).date())
    return older_than(database, day, asked["counted"], actor=by)


def purge_found(count: int) -> None:
    """Purge what the preview showed, unless there is more or less of it by now."""
    by, asked = require_user(Act.ADMINISTER), st.session_state
    free = [each.encounter_id for each in find(by) if each.free]
    if not asked.get("retention_sure"):
        tell("Nothing was purged: confirm the number of encounters first.")
        return
    if len(free) != count:
        tell("Nothing was purged: what would go has changed meanwhile. Look at it again.")
        return
    try:
        reason, words = asked["retention_reason"], asked["retention_words"]
        done = purge_all(database, free, reason, words, actor=by)
    except ReviewError as error:
        tell(str(error))
        return
    asked.pop(LOOKED)
    tell(" ".join((f"Purged the text of {encounters(done.purged)}.", *done.problems)))


def change_hold(change: Callable[..., None], found: list[str], words: str, by: User) -> None:
    """Place or lift holds, one after the other; the first refusal is told and ends it."""
    try:
        for each in found:
            change(database, each, words, actor=by)
    except ReviewError as error:
        tell(str(error))


def place() -> None:
    """What the form of a new hold says."""
    by, asked = require_user(Act.ADMINISTER), st.session_state
    number, source = asked["retention_number"], asked["retention_source"]
    labels = asked["retention_held"].replace(",", " ").split()
    try:
        found = (
            encounters_of_number(database, number, source, actor=by)
            if number
            else encounters_of_labels(database, labels, actor=by)
        )
    except ReviewError as error:
        tell(str(error))
        return
    if not found:
        tell("Name the encounters to hold, or the number they came in under.")
        return
    change_hold(place_hold, found, asked["retention_why"], by)


def encounters(count: int) -> str:
    """So many encounters, in words."""
    return f"{count:,} encounter{'' if count == 1 else 's'}"


def describe(each: Purgeable) -> dict[str, str]:
    """A row of the preview; what was named has no day that its age counts from."""
    day = {"Counted from": f"{each.counted:%Y-%m-%d}"} if each.counted else {}
    return {
        "Encounter": with_twins(each),
        "Status": STATUS_WORDS[each.status],
        **day,
        "Notes": f"{each.notes:,}",
        "Words of people": f"{each.words:,}",
    }


def show_kept(kept: list[Purgeable]) -> None:
    """What was named and does not go, and why."""
    for each in kept[:SHOWN]:
        if each.hold is not None:
            st.warning(plain(f"{each.label} is kept. {describe_legal_hold(each.hold)}"))
        elif each.purged is not None:
            st.info(plain(f"{each.label}: {describe_purge(each.purged)}"))
        elif each.goes_with is not None:
            st.info(plain(f"{each.label} is kept. {describe_twin(each.goes_with)}"))


def show_preview() -> None:
    """What would go, and the form that lets it go."""
    try:
        found = find(administrator)
    except ReviewError as error:
        st.error(plain(str(error)))
        return
    free = [each for each in found if each.free]
    show_kept([each for each in found if not each.free])
    if not free:
        st.write("Nothing would go.")
        return
    columns = st.columns(3)
    columns[0].metric("Encounters", f"{len(free):,}")
    columns[1].metric("Texts of notes", f"{sum(each.notes for each in free):,}")
    columns[2].metric("Words of people", f"{sum(each.words for each in free):,}")
    st.table(pd.DataFrame(map(describe, free[:SHOWN])).map(plain), hide_index=True)
    if len(free) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(free):,}.")
    with st.form("retention_purge", border=True):
        why, words = st.columns(2)
        why.selectbox(
            "Reason", list(PurgeReason), format_func=PURGE_WORDS.__getitem__, key="retention_reason"
        )
        words.text_input("More of the reason", max_chars=LONGEST_WHY, key="retention_words")
        st.checkbox(
            f"Purge the text of {encounters(len(free))} for good. It does not come back.",
            key="retention_sure",
        )
        st.form_submit_button("Purge", on_click=purge_found, args=(len(free),), type="primary")


def ask() -> None:
    """Which encounters, by age or by name."""
    which = st.segmented_control(
        "Which", [BY_AGE, BY_NAME], default=BY_AGE, required=True, key="retention_which"
    )
    if which == BY_NAME:
        st.text_input("Encounters", key="retention_labels", placeholder="E-00012, E-00013")
    else:
        period, counted = st.columns(2)
        period.text_input("Older than", "7y", key="retention_period", help="7y, 18m or 90d")
        counted.selectbox(
            "Counted from",
            list(CountedFrom),
            format_func=COUNTED.__getitem__,
            key="retention_counted",
        )
    st.button("Show what would go", on_click=look, icon=":material/preview:")


def show_holds(found: list[tuple[str, str, LegalHold]]) -> None:
    """Every hold, and the way to lift it."""
    if not found:
        st.write("No encounter is on legal hold.")
        return
    rows = [
        {
            "Encounter": label,
            "Since": f"{hold.at:%Y-%m-%d}",
            "By": hold.actor,
            "Reason": hold.words or "",
        }
        for _, label, hold in found[:SHOWN]
    ]
    st.table(pd.DataFrame(rows).map(plain), hide_index=True)
    labels = {encounter_id: label for encounter_id, label, _ in found}
    with st.expander("Lift a legal hold"), st.form("retention_lift", border=False):
        st.selectbox(
            "Encounter", list(labels), format_func=labels.__getitem__, key="retention_lifted"
        )
        st.text_input("Why it is lifted", max_chars=LONGEST_WHY, key="retention_lift_why")
        st.form_submit_button("Lift", on_click=lift)


def lift() -> None:
    """What the form of a lifted hold says."""
    by, asked = require_user(Act.ADMINISTER), st.session_state
    change_hold(lift_hold, [asked["retention_lifted"]], asked["retention_lift_why"], by)


st.title("Retention")
st.write(
    "A purge takes the text and titles of notes and what people wrote, for good. Codes, decisions "
    "and signatures stay, and the ledger says what went, when, by whom and why."
)
with st.container():  # with a message or without, what stands below keeps its place
    if told := st.session_state.pop(TOLD, None):
        st.info(plain(told))
st.header("Purge")
ask()
if LOOKED in st.session_state:
    show_preview()
st.header("Legal holds")
show_holds(legal_holds(database, actor=administrator))
with st.expander("Place a legal hold"), st.form("retention_place", border=False):
    st.text_input("Encounters", key="retention_held", placeholder="E-00012, E-00013")
    number, source = st.columns(2)
    number.text_input(
        "Or all that came in under a number",
        key="retention_number",
        help="Letter by letter as its source writes it: of numbers only digests are kept.",
    )
    source.text_input("Given out by", key="retention_source", help="As import --source was told.")
    st.text_input("Why it is held", max_chars=LONGEST_WHY, key="retention_why")
    st.form_submit_button("Place", on_click=place)
