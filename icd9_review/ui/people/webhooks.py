"""The webhooks of a service account on the page about people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
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
        add = partial(_add, account, address)
        st.form_submit_button("Add the webhook", on_click=_do, args=(tell, add))


def _show(webhook: Webhook, dead: Sequence[Delivery], tell: _Tell) -> None:
    st.text(webhook.url)
    with st.container(horizontal=True):
        offered: list[tuple[str, Callable[[User], str]]] = [
            ("Send a test", partial(_test, webhook)),
            ("Remove", partial(_remove, webhook)),
        ]
        if dead:
            offered.append(("Try again", partial(_retry, dead)))
        for label, work in offered:
            st.button(label, key=f"{label} {webhook.id}", on_click=_do, args=(tell, work))
    if dead:
        st.text(_describe(dead))


def _describe(dead: Sequence[Delivery]) -> str:
    """How many messages were given up, of which encounters, and what came of the last."""
    count = "1 message was" if len(dead) == 1 else f"{len(dead):,} messages were"
    more = ", …" if len(dead) > _NAMED else ""
    of = ", ".join(each.encounter for each in dead[:_NAMED])
    return f"{count} given up ({of}{more}); the last: {dead[0].outcome or 'no answer'}"


def _do(tell: _Tell, work: Callable[[User], str]) -> None:
    """What a button asks for; says what came of it, or why nothing did."""
    by = require_user(Act.ADMINISTER)
    try:
        tell(work(by))
    except ReviewError as error:
        tell(str(error))


def _add(account: User, address: str, by: User) -> str:
    url = str(st.session_state[address]).strip()
    secret, _ = add_webhook(services().database, account, url, by=by)
    return f"The secret of the messages to {url} is {secret}. It is shown this once."


def _remove(webhook: Webhook, by: User) -> str:
    remove_webhook(services().database, webhook.id, by=by)
    return f"{webhook.url} is told of nothing more."


def _test(webhook: Webhook, by: User) -> str:
    done = send_test(services().database, webhook.id, by=by)
    came = "took the test" if done.sent else "did not take the test"
    return f"{webhook.url} {came}: {done.outcome}."


def _retry(dead: Sequence[Delivery], by: User) -> str:
    for each in dead:
        retry_delivery(services().database, each.message, by=by)
    return "What was given up is tried again."
