"""The tokens of a service account on the page about people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.store.callers.tokens import add_token, revoke_token, service_tokens
from icd9_review.store.people.permissions import Act
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import describe_moment
from icd9_review.values import ServiceToken, User


def show_tokens(account: User, tell: Callable[[str], None], by: User) -> None:
    """The tokens that may be used now, a button to revoke each and one to make another.

    ``tell`` says something above the page once it is shown again.
    """
    st.header("Tokens")
    now = datetime.now(UTC)
    mine = [t for t in service_tokens(services().database, by=by) if t.account.id == account.id]
    usable = [each for each in mine if each.revoked is None and each.expires > now]
    if not usable:
        st.caption("No token: this account gets in nowhere.")
    for each in usable:
        words, button = st.columns([3, 1], vertical_alignment="center")
        words.text(_describe(each))
        button.button("Revoke", key=each.id, on_click=_revoke, args=(each, tell))
    st.button("Make a token", on_click=_make, args=(account, tell))


def _describe(token: ServiceToken) -> str:
    used = f"used {describe_moment(token.used)}" if token.used else "never used"
    return f"{token.id}, until {token.expires:%Y-%m-%d}, {used}"


def _make(account: User, tell: Callable[[str], None]) -> None:
    by = require_user(Act.ADMINISTER)
    try:
        token, known = add_token(services().database, account, by=by)
        tell(
            f"The token {known.id} of {account.name} is {token} until {known.expires:%Y-%m-%d}. "
            "It is shown this once; who has it is this account."
        )
    except ReviewError as error:
        tell(str(error))


def _revoke(token: ServiceToken, tell: Callable[[str], None]) -> None:
    by = require_user(Act.ADMINISTER)
    try:
        revoke_token(services().database, token.id, by=by)
        tell(f"The token {token.id} of {token.account.name} counts no more.")
    except ReviewError as error:
        tell(str(error))
