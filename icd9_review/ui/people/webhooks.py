"""The webhooks of a service account on the page about people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.jobs.webhooks import send_test
from icd9_review.store.callers.deliveries import Delivery, deliveries, retry_delivery
from icd9_review.store.callers.webhooks import add_webhook, remove_webhook, webhooks
from icd9_review.store.people.permissions import Act
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.values import DeliveryState, User, Webhook

_Tell = Callable[[str], None]

_NAMED: Final = 5  # encounters of messages that were given up; by judgement: a line


def show_webhooks(account: User, tell: _Tell, by: User) -> None:
    """Where signatures are told, with a test and what was given up, and a form for another address.

    ``tell`` says something above the page once it is shown again.
    """
    st.header("Webhooks")
    database = services().database
    mine = [each for each in webhooks(database, by=by) if each.account.id == account.id]
    if not mine:
        st.caption("No webhook: this account is told of no signature.")
    dead = deliveries(database, by=by, state=DeliveryState.DEAD) if mine else ()
    for each in mine:
        _show(each, [one for one in dead if one.webhook.id == each.id], tell)
    with st.form(f"webhook {account.id}", clear_on_submit=True):
        address = f"webhook_url {account.id}"
        st.text_input(
            "Address",
            key=address,
            max_chars=500,
            placeholder="https://hooks.example.org/signed",
            help="Told of every signature that this account sees; https, http on this machine "
            "alone.",
        )
        st.form_submit_button("Add the webhook", on_click=_add, args=(account, address, tell))


def _show(webhook: Webhook, dead: Sequence[Delivery], tell: _Tell) -> None:
    st.text(webhook.url)
    with st.container(horizontal=True):
        st.button("Send a test", key=f"test {webhook.id}", on_click=_test, args=(webhook, tell))
        st.button("Remove", key=f"remove {webhook.id}", on_click=_remove, args=(webhook, tell))
        if dead:
            again = f"retry {webhook.id}"
            st.button("Try again", key=again, on_click=_retry, args=(dead, tell))
    if dead:
        st.text(_describe(dead))


def _describe(dead: Sequence[Delivery]) -> str:
    """How many messages were given up, of which encounters, and what came of the last."""
    count = "1 message was" if len(dead) == 1 else f"{len(dead):,} messages were"
    more = ", …" if len(dead) > _NAMED else ""
    of = ", ".join(each.encounter for each in dead[:_NAMED])
    return f"{count} given up ({of}{more}); the last: {dead[0].outcome or 'no answer'}"


def _add(account: User, address: str, tell: _Tell) -> None:
    by = require_user(Act.ADMINISTER)
    url = str(st.session_state[address]).strip()
    try:
        secret, _ = add_webhook(services().database, account, url, by=by)
        tell(f"The secret of the messages to {url} is {secret}. It is shown this once.")
    except ReviewError as error:
        tell(str(error))


def _remove(webhook: Webhook, tell: _Tell) -> None:
    by = require_user(Act.ADMINISTER)
    try:
        remove_webhook(services().database, webhook.id, by=by)
        tell(f"{webhook.url} is told of nothing more.")
    except ReviewError as error:
        tell(str(error))


def _test(webhook: Webhook, tell: _Tell) -> None:
    by = require_user(Act.ADMINISTER)
    try:
        done = send_test(services().database, webhook.id, by=by)
        came = "took the test" if done.sent else "did not take the test"
        tell(f"{webhook.url} {came}: {done.outcome}.")
    except ReviewError as error:
        tell(str(error))


def _retry(dead: Sequence[Delivery], tell: _Tell) -> None:
    by = require_user(Act.ADMINISTER)
    try:
        for each in dead:
            retry_delivery(services().database, each.message, by=by)
        tell("What was given up is tried again.")
    except ReviewError as error:
        tell(str(error))
