"""People: who signs in, and as what; added, changed, taken out of service, signed out."""

import secrets

import pandas as pd
import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.settings import Settings
from icd9_review.store.people.accounts import (
    accounts,
    add_account,
    change_account,
    set_identity,
    set_password,
    unlock,
)
from icd9_review.store.people.factor.second_factor import remove_factor
from icd9_review.store.people.permissions import Act
from icd9_review.store.people.sessions import end_one, open_sessions
from icd9_review.ui.people.glass import show_broken_glass
from icd9_review.ui.people.teams import ask_teams, show_teams
from icd9_review.ui.people.tokens import show_tokens
from icd9_review.ui.people.webhooks import show_webhooks
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import describe_moment, describe_proof, plain
from icd9_review.values import Account, Role, User

GIVEN = (Role.CODER, Role.CLINICIAN, Role.AUDITOR, Role.ADMINISTRATOR)
TOLD = "people_told"
TEMPORARY_BYTES = 12  # 96 bits, sixteen characters: replaced at the first sign-in

administrator = require_user(Act.ADMINISTER)
database = services().database
way = Settings().sign_in


def tell(words: str) -> None:
    """Say something above the page once it is shown again."""
    st.session_state[TOLD] = words


def describe_way(each: Account) -> str:
    """How somebody signs in."""
    ways = ["password"] if each.has_password else []
    ways += ["second factor"] if each.has_factor else []
    ways += [each.identity] if each.identity else []
    ways += ["tokens, as a service account"] if each.service else []
    return ", ".join(ways) or "cannot sign in"


def rows(people: tuple[Account, ...]) -> list[dict[str, str]]:
    """The table of everybody there ever was."""
    return [
        {
            "Name": each.person.name,
            "Role": each.person.role.value,
            "Signs in by": describe_way(each),
            "Teams": ", ".join(team.name for team in each.teams),
            "In service": "yes" if each.active else "no",
        }
        for each in people
    ]


def temporary_password() -> str:
    """A password that nobody knows yet."""
    return secrets.token_urlsafe(TEMPORARY_BYTES)


def tell_password(person: User, password: str) -> None:
    """Show a new password this once."""
    tell(
        f"The password of {person.name} is {password} until they sign in and choose their own. "
        "It is shown this once."
    )


def new_password(person: User) -> None:
    """Set a password nobody knows yet, and show it this once."""
    password = temporary_password()
    try:
        set_password(database, person, password, by=require_user(Act.ADMINISTER))
        tell_password(person, password)
    except ReviewError as error:
        tell(str(error))


def add_person() -> None:
    """What the form of a new person says."""
    by = require_user(Act.ADMINISTER)
    asked = st.session_state
    identity = asked.get("people_identity", "").strip() or None
    try:
        name, role = asked["people_name"].strip(), asked["people_role"]
        service = asked["people_service"]
        password = temporary_password() if way == "accounts" and not service else None
        person = add_account(
            database, name, role, by=by, identity=identity, password=password, service=service
        )
        if password:
            tell_password(person, password)
        else:
            tell(f"{person.name} is {person.role.value} here now.")
    except ReviewError as error:
        tell(str(error))


def unlock_name(person: User) -> None:
    """Let the name be tried again at once."""
    try:
        unlock(database, person, by=require_user(Act.ADMINISTER))
    except ReviewError as error:
        tell(str(error))


def reset_factor(person: User) -> None:
    """Take away a second factor whose owner has lost it; they set up another."""
    try:
        remove_factor(database, person, by=require_user(Act.ADMINISTER))
        tell(f"{person.name} has no second factor any more, and is signed out everywhere.")
    except ReviewError as error:
        tell(str(error))


def change(person: User, *, role: Role | None = None, active: bool | None = None) -> None:
    """Another role, or in or out of service."""
    try:
        change_account(database, person, by=require_user(Act.ADMINISTER), role=role, active=active)
    except ReviewError as error:
        tell(str(error))


def change_role(person: User, key: str) -> None:
    """The role that is chosen under this key."""
    change(person, role=st.session_state[key])


def change_identity(person: User) -> None:
    """What the provider or proxy calls them."""
    identity = st.session_state[f"identity {person.id}"].strip() or None
    try:
        set_identity(database, person, identity, by=require_user(Act.ADMINISTER))
    except ReviewError as error:
        tell(str(error))


def sign_out(person: User, session_id: str | None = None) -> None:
    """End one session of a person, or all of them."""
    by = require_user(Act.ADMINISTER)
    try:
        for found in open_sessions(database, person, by=by):
            if session_id in (None, found.id):
                end_one(database, found.id, by=by)
    except ReviewError as error:
        tell(str(error))


def show_sessions(person: User) -> None:
    """The browsers that act for a person now."""
    found = open_sessions(database, person, by=administrator)
    if not found:
        st.caption("Not signed in anywhere.")
        return
    for each in found:
        words, button = st.columns([3, 1], vertical_alignment="center")
        seen = describe_moment(each.seen)
        proof = describe_proof(each)
        words.text(f"{each.browser or 'A browser'}, signed in by {proof}, seen {seen}")
        button.button("End", key=each.id, on_click=sign_out, args=(person, each.id))
    st.button("Sign out everywhere", on_click=sign_out, args=(person,))


def show_person(each: Account) -> None:
    """What may be done to one person."""
    person = each.person
    left, right = st.columns(2)
    with left:
        key = f"role {person.id}"
        role = st.selectbox("Role", GIVEN, GIVEN.index(person.role), key=key)
        st.button(
            "Change the role",
            on_click=change_role,
            args=(person, key),
            disabled=role is person.role,
        )
        if each.service:
            st.caption("A service account: another program that asks by a token.")
        elif way == "accounts":
            st.button("Set a new password", on_click=new_password, args=(person,))
            st.button("Unlock", on_click=unlock_name, args=(person,))
            if each.has_factor and person.id != administrator.id:  # one's own asks for the password
                st.button("Reset the second factor", on_click=reset_factor, args=(person,))
        elif way != "single":
            st.text_input("Identity", each.identity or "", key=f"identity {person.id}")
            st.button("Change the identity", on_click=change_identity, args=(person,))
        turned = {"active": not each.active}
        if each.active:
            st.button("Take out of service", on_click=change, args=(person,), kwargs=turned)
        else:
            st.button("Take back into service", on_click=change, args=(person,), kwargs=turned)
        ask_teams(each, tell, administrator)
    with right:
        if each.service:
            show_tokens(person, tell, administrator)
            show_webhooks(person, tell, administrator)
            return
        st.header("Sessions")
        show_sessions(person)


st.title("People")
with st.container():  # with a message or without, what stands below keeps its place
    if told := st.session_state.pop(TOLD, None):
        st.info(plain(told))
if way == "single":
    st.write("Nobody signs in here: set ICD9_REVIEW_SIGN_IN to let a department in.")
everybody = accounts(database, by=administrator)
st.table(pd.DataFrame(rows(everybody)).map(plain), hide_index=True)

with st.expander("Add a person", icon=":material/person_add:"), st.form("people", border=False):
    st.text_input("Name", key="people_name", max_chars=100)
    st.selectbox("Role", GIVEN, key="people_role")
    if way in ("oidc", "proxy"):
        st.text_input(
            "Identity",
            key="people_identity",
            max_chars=255,
            help="What the provider or the proxy calls them.",
        )
    st.checkbox(
        "Service account",
        key="people_service",
        help="Another program: it asks over HTTP by tokens and signs in nowhere.",
    )
    st.form_submit_button("Add", on_click=add_person, type="primary")

names = {each.person.name: each for each in everybody}
chosen = st.selectbox("Person", list(names), index=None, placeholder="Choose somebody to change")
if chosen:
    show_person(names[chosen])
show_teams(tell, administrator)
show_broken_glass(administrator)
