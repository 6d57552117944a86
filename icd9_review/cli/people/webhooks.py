"""``python -m icd9_review webhooks …``: who is told when an encounter was signed."""

from __future__ import annotations

from typing import Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, open_store

app = typer.Typer(
    name="webhooks", no_args_is_help=True, help="Look after who is told of signed encounters."
)

WebhookId = Annotated[str, typer.Argument(help="The webhook by its name in webhooks list.")]


@app.command("list")
def list_webhooks() -> None:
    """Every webhook: its name, whose, and its address."""
    from icd9_review.store.callers.webhooks import webhooks
    from icd9_review.store.users import system_user

    database = open_store()
    for each in webhooks(database, by=system_user(database)):
        typer.echo(f"{each.id}\t{each.account.name}\t{each.url}")


@app.command("add")
def add_new_webhook(
    name: Annotated[str, typer.Argument(help="The service account, letter by letter.")],
    url: Annotated[str, typer.Argument(help="An https address; http on this machine alone.")],
) -> None:
    """Have an address told. The secret of its messages is printed this once."""
    from icd9_review.store.callers.webhooks import add_webhook
    from icd9_review.store.people.accounts import account
    from icd9_review.store.users import system_user

    database = open_store()
    by = system_user(database)
    secret, _ = add_webhook(database, account(database, name, by=by).person, url, by=by)
    typer.echo(secret)


@app.command("remove")
def stop_telling(webhook: WebhookId) -> None:
    """An address is told of nothing more."""
    from icd9_review.store.callers.webhooks import remove_webhook
    from icd9_review.store.users import system_user

    database = open_store()
    remove_webhook(database, webhook, by=system_user(database))


@app.command("test")
def send_a_test(webhook: WebhookId) -> None:
    """Send an address a message that tells nothing, now and from here; the exit code is 1 where it
    is not taken."""
    from icd9_review.jobs.webhooks import send_test
    from icd9_review.store.users import system_user

    database = open_store()
    done = send_test(database, webhook, by=system_user(database))
    typer.echo(done.outcome)
    if not done.sent:
        raise typer.Exit(EXIT_PROBLEMS)


@app.command("dead")
def list_dead() -> None:
    """Messages that were given up; the exit code is 1 where there are any."""
    from icd9_review.store.callers.deliveries import deliveries
    from icd9_review.store.users import system_user
    from icd9_review.values import DeliveryState

    database = open_store()
    found = deliveries(database, by=system_user(database), state=DeliveryState.DEAD)
    for each in found:
        typer.echo(
            f"{each.message}\t{each.encounter}\t{each.webhook.url}\t{each.attempts} tries\t"
            f"{each.outcome or ''}"
        )
    if found:
        raise typer.Exit(EXIT_PROBLEMS)


@app.command("retry")
def retry(
    messages: Annotated[
        list[str], typer.Argument(help="Messages by their names in webhooks dead.")
    ],
) -> None:
    """Have dead messages tried again from the start."""
    from icd9_review.store.callers.deliveries import retry_delivery
    from icd9_review.store.users import system_user

    database = open_store()
    for each in messages:
        retry_delivery(database, each, by=system_user(database))
