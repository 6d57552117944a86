"""The command that looks after who is told of signatures."""

from __future__ import annotations

from icd9_review.store.callers.deliveries import finish_delivery, take_delivery
from icd9_review.store.database.engine import Database
from tests.cli.test_main import Console
from tests.store.auditing.signing import add_signed


def test_an_address_is_told_and_not_any_more_and_what_died_is_listed_and_retried(
    console: Console, sqlite: Database
) -> None:
    console.run("users", "add", "Gateway", "--role", "coder", "--service")
    url = "https://hooks.example.org/signed"
    secret = console.run("webhooks", "add", "Gateway", url).out.strip()
    assert secret.startswith("whsec_")
    listed = console.run("webhooks", "list").out
    webhook = listed.partition("\t")[0]
    assert listed == f"{webhook}\tGateway\t{url}\n"
    signed = add_signed(sqlite)
    assert console.run("webhooks", "dead").code == 0
    taken = take_delivery(sqlite)
    assert taken is not None
    finish_delivery(sqlite, taken, "status 410", sent=False, for_good=True)
    dead = console.run("webhooks", "dead")
    assert dead.code == 1
    assert dead.out == f"{taken.message}\t{signed.label}\t{url}\t1 tries\tstatus 410\n"
    assert console.run("webhooks", "retry", taken.message).code == 0
    assert console.run("webhooks", "dead").out == ""
    assert console.run("webhooks", "remove", webhook).code == 0
    assert console.run("webhooks", "list").out == ""


def test_an_address_that_may_not_be_called_is_refused(console: Console) -> None:
    console.run("users", "add", "Gateway", "--role", "coder", "--service")
    done = console.run("webhooks", "add", "Gateway", "http://hooks.example.org/")
    assert (done.code, done.out) == (2, "")
    assert "by https" in done.err


def test_a_test_says_what_came_of_it(console: Console) -> None:
    console.run("users", "add", "Gateway", "--role", "coder", "--service")
    console.run("webhooks", "add", "Gateway", "http://127.0.0.1:9/")
    webhook = console.run("webhooks", "list").out.partition("\t")[0]
    done = console.run("webhooks", "test", webhook)
    assert (done.code, done.out) == (1, "ConnectionRefusedError\n")
