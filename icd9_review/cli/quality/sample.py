"""``python -m icd9_review quality sample …``: signed encounters for a second look."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, open_store
from icd9_review.values import (
    CareSetting,
    Sample,
    SampleQuery,
    Stratifier,
    Trait,
)

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database

app = typer.Typer(
    name="sample", no_args_is_help=True, help="Draw signed encounters for a second look."
)

Number = Annotated[int, typer.Argument(help="The number of the sample.", show_default=False)]


@app.command("draw")
def draw_and_keep(
    size: Annotated[int, typer.Option(help="How many encounters.", show_default=False)],
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Signed on this day (UTC) or later."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Signed on this day (UTC) or before."),
    ] = None,
    coder: Annotated[
        list[str] | None, typer.Option(help="Signed by them: a name; may be repeated.")
    ] = None,
    setting: Annotated[list[CareSetting] | None, typer.Option(help="Of this setting.")] = None,
    service: Annotated[list[str] | None, typer.Option(help="Of this service.")] = None,
    trait: Annotated[
        list[Trait] | None,
        typer.Option(help="Only what has one of these traits; docs/quality-guide.md names them."),
    ] = None,
    by: Annotated[
        list[Stratifier] | None,
        typer.Option(help="Divide by this first, so that every part gives its share."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Draw by this seed instead of a random one.")
    ] = None,
) -> None:
    """Draw a sample and keep it with its seed and question."""
    from icd9_review.store.auditing.samples import keep_sample
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        query = SampleQuery(
            size=size,
            since=since.date() if since else None,
            until=until.date() if until else None,
            coders=_numbers(database, coder or ()),
            settings=tuple(setting or ()),
            services=tuple(service or ()),
            traits=tuple(trait or ()),
            strata=tuple(dict.fromkeys(by or ())),
        )
        actor, key = system_user(database), f"command-{secrets.token_hex(11)}"
        _show(database, keep_sample(database, query, actor=actor, key=key, seed=seed))


@app.command("list")
def list_samples() -> None:
    """The samples that were drawn, the newest first, a line each."""
    from icd9_review.quality.sample_words import describe_sample_query
    from icd9_review.store.auditing.samples import samples
    from icd9_review.store.users import names, system_user

    with closing(open_store()) as database:
        people = names(database)
        for each in samples(database, actor=system_user(database)):
            size = f"{len(each.drawn)} of {each.candidates:,}"
            asked = _printable(describe_sample_query(each.query, people))
            typer.echo(f"{each.number}\t{each.at:%Y-%m-%d}\t{size}\t{asked}\t{each.actor}")


@app.command("show")
def show_sample(
    number: Number,
    again: Annotated[
        bool, typer.Option("--again", help="Draw it again by its seed, and say what differs.")
    ] = False,
) -> None:
    """What a sample was drawn from and by, and its encounters in the order they came.

    With --again the exit code is 1 where other encounters would be drawn now.
    """
    from icd9_review.store.auditing.samples import redraw, sample
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        actor = system_user(database)
        _show(database, sample(database, number, actor=actor))
        if not again:
            return
        found = redraw(database, number, actor=actor)
        if found.is_equal:
            typer.echo(f"drawn again: the same {len(found.same)}")
            return
        typer.echo(f"drawn again: {len(found.same)} the same")
        for words, ids in (
            ("no longer among those to draw from", found.gone),
            ("drawn no more, because others came before", found.displaced),
            ("drawn now", found.new),
        ):
            for label in _labels(database, ids):
                typer.echo(f"{label}\t{words}")
        raise typer.Exit(EXIT_PROBLEMS)


def _show(database: Database, sample: Sample) -> None:
    from icd9_review.quality.sample_words import describe_sample_query, describe_stratum
    from icd9_review.store.users import names

    people = names(database)
    asked = describe_sample_query(sample.query, people)
    typer.echo(f"sample {sample.number}: {_printable(asked)}")
    typer.echo(f"drawn {len(sample.drawn)} of {sample.candidates:,}, seed {sample.seed}")
    if len(sample.drawn) < sample.query.size:
        typer.echo(f"{sample.query.size} were asked for; there were no more")
    for each in sample.strata if sample.query.strata else ():
        name = describe_stratum(each.stratum, sample.query.strata, people)
        typer.echo(f"    {each.drawn} of {each.candidates:,}: {_printable(name)}")
    for label in _labels(database, [each.encounter_id for each in sample.drawn]):
        typer.echo(label)


def _printable(text: str) -> str:
    """Text on one line: what a source calls a service may hold anything."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def _labels(database: Database, encounter_ids: Sequence[str]) -> list[str]:
    from icd9_review.store.oversight.entries import labels_of
    from icd9_review.store.users import system_user

    found = labels_of(database, list(encounter_ids), actor=system_user(database))
    return [found[each] for each in encounter_ids]


def _numbers(database: Database, given: Sequence[str]) -> tuple[int, ...]:
    from icd9_review.store.people.accounts import account
    from icd9_review.store.users import system_user

    by = system_user(database)
    return tuple(account(database, name, by=by).person.id for name in dict.fromkeys(given))
