"""Your account: the browsers that act for you, your password, your second factor."""

from html import escape

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.settings import Settings
from icd9_review.store.people.factor.second_factor import second_factor
from icd9_review.store.people.permissions import Act
from icd9_review.store.people.sessions import end_one, open_session, open_sessions
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.factor.required import roles_with_factor
from icd9_review.ui.serving.sign_in.factor.screens import CODES, REMOVAL
from icd9_review.ui.serving.sign_in.identity import present_token
from icd9_review.ui.serving.sign_in.page import ACCOUNT, FACTOR, PASSWORD
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import describe_moment, describe_proof, plain
from icd9_review.values import OpenSession, User

TOLD = "account_told"
FEW = 3  # recovery codes left, at which it is time for new ones; by judgement

person = require_user(Act.READ)
database = services().database
settings = Settings()
present = open_session(database, present_token())


def end(sessions: tuple[OpenSession, ...]) -> None:
    """End sessions of one's own; the browsers leave within seconds."""
    by = require_user(Act.READ)
    try:
        for each in sessions:
            end_one(database, each.id, by=by)
    except ReviewError as error:
        st.session_state[TOLD] = str(error)


def show_session(each: OpenSession, *, this: bool) -> None:
    """A browser: what it is, from where, since when."""
    words, button, _ = st.columns([3, 1, 2], vertical_alignment="center")
    with words.container(gap=None):
        place = f", {each.address}" if each.address else ""
        name = f"{each.browser or 'A browser'}{place}"
        st.markdown(f"**This one:** {plain(name)}" if this else plain(name))
        began, seen = describe_moment(each.began), describe_moment(each.seen)
        st.caption(f"Signed in {began} by {describe_proof(each)}, seen {seen}.")
    if not this:
        button.button("End", key=f"end {each.id}", on_click=end, args=((each,),))


def show_sessions() -> None:
    """The browsers that act for the person now, this one first."""
    found = open_sessions(database, person, by=person)
    here = present.id if present else ""
    others = tuple(each for each in found if each.id != here)
    for each in sorted(found, key=lambda each: each.id != here):
        show_session(each, this=each.id == here)
    if others:
        st.button("End all others", on_click=end, args=(others,))
    else:
        st.caption("You are signed in nowhere else.")


def steps(*ways: tuple[str, str]) -> None:
    """Ways to plain pages, through which passwords pass; they lead back here."""
    links = "".join(
        f'<a href="{escape(path)}?place={ACCOUNT}" target="_self">{escape(words)}</a>'
        for path, words in ways
    )
    st.html(f'<p class="own-steps">{links}</p>')


def show_factor(owner: User) -> None:
    """What is asked for besides the password, and what can be done about it."""
    found = second_factor(database, owner)
    must = owner.role in roles_with_factor(settings)
    if found is None:
        st.write(
            "With a second factor, whoever knows your password still needs a code of the "
            "authenticator app on your telephone."
        )
        steps((FACTOR, "Set up a second factor"))
        return
    left = found.recovery_codes
    codes = {0: "No recovery code is left", 1: "One recovery code is left"}
    said = codes.get(left, f"{left} recovery codes are left")
    since = describe_moment(found.since)
    st.write(f"Besides your password a code of your authenticator app is asked for, since {since}.")
    if left < FEW:
        st.warning(f"{said}: without one and without the app, only an administrator lets you in.")
    else:
        st.write(f"{said}.")
    ways = [(FACTOR, "Renew the second factor"), (CODES, "New recovery codes")]
    steps(*ways, *([] if must else [(REMOVAL, "Take it away")]))
    if must:
        st.caption(f"Whoever has the role {owner.role} must have a second factor here.")


st.title("Your account")
if settings.sign_in == "single":
    st.info("Nobody signs in here, so there is no account to look after.")
    st.stop()
with st.container():  # with a message or without, what stands below keeps its place
    if told := st.session_state.pop(TOLD, None):
        st.info(plain(told))
st.text(f"{person.name}, {person.role}")
st.header("Where you are signed in")
show_sessions()
if settings.sign_in == "accounts":
    st.header("Password")
    steps((PASSWORD, "Change the password"))
    st.header("Second factor")
    show_factor(person)
