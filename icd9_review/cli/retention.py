"""``python -m icd9_review purge`` and ``legal-hold``: how long text is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, complain, open_store
from icd9_review.errors import ConflictError, InputError, TextPurged
from icd9_review.values import CountedFrom, Purgeable, PurgeReason

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database

_SHOWN = 50  # encounters of a dry run, one a line; by judgement: a screen

app = typer.Typer()
legal_hold_app = typer.Typer(
    name="legal-hold", no_args_is_help=True, help="Keep text from any purge until it is lifted."
)
app.add_typer(legal_hold_app)

Labels = Annotated[list[str], typer.Argument(help="Encounters, as E-00042.", show_default=False)]
WhyHeld = Annotated[str, typer.Option("--words", help="Why, in words; they are kept.")]


@app.command("purge")
def purge_text(
    encounter: Annotated[
        list[str] | None, typer.Option(help="An encounter, as E-00042; may be given several times.")
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(help="What is older than 7y, 18m or 90d, by the calendar (UTC).")
    ] = None,
    counted_from: Annotated[
        CountedFrom,
        typer.Option(help="The age counts from the signature, or the intake of the last note."),
    ] = CountedFrom.SIGNATURE,
    reason: Annotated[
        PurgeReason | None,
        typer.Option(help="Purge for this reason; without it nothing is changed."),
    ] = None,
    words: Annotated[
        str, typer.Option(help="More of the reason in words; they are kept. OTHER asks for them.")
    ] = "",
) -> None:
    """Purge note text, titles of notes and what people wrote; codes and decisions stay.

    First without --reason: it says what would go, and what a legal hold keeps. With --reason it
    goes for good. The exit code is 1 where something that was named was not purged.
    """
    from icd9_review.store.retention.purging import purge_all
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        found = _find(database, encounter, older_than, counted_from)
        kept = [each for each in found if not each.free]
        free = [each.encounter_id for each in found if each.free]
        if reason is None:
            _say(found)
            typer.echo("Nothing was changed; say --reason to purge it.")
            return
        by = system_user(database)
        outcome = purge_all(database, free, reason, words, actor=by)
        for each in kept:
            typer.echo(_describe(each))
        for problem in outcome.problems:
            complain(problem)
        typer.echo(f"Purged the text of {_encounters(outcome.purged)}.")
    if outcome.problems or (encounter and kept):
        raise typer.Exit(EXIT_PROBLEMS)


@app.command("archive")
def archive_signed_encounters(
    older_than: Annotated[
        str,
        typer.Option(help="Signed longer ago than 18m, 2y or 90d, by the calendar (UTC)."),
    ] = "",
    empty: Annotated[
        bool, typer.Option("--empty", help="Have every encounter back on the worklist.")
    ] = False,
) -> None:
    """Leave encounters that were signed long ago out of the worklist, which stays quick so.

    Nothing goes: search, exports, figures and the ledger have them as before, and the worklist on
    request. The last archive holds: with a longer time some come back.
    """
    from icd9_review.store.retention.archiving import archive_signed, count_archived
    from icd9_review.store.retention.periods import read_period
    from icd9_review.store.users import system_user

    if bool(older_than) == empty:
        raise InputError("Say --older-than 18m, or --empty.")
    before = None if empty else read_period(older_than).before(datetime.now(UTC).date())
    with closing(open_store()) as database:
        by = system_user(database)
        done = archive_signed(database, before, actor=by)
        held = count_archived(database, actor=by)
    typer.echo(
        f"Archived {_encounters(done.archived)}; {done.returned:,} came back. The archive has "
        f"{_encounters(held)}."
    )


@legal_hold_app.command("place")
def place_legal_hold(
    words: WhyHeld,
    encounters: Annotated[
        list[str] | None, typer.Argument(help="Encounters, as E-00042.", show_default=False)
    ] = None,
    number: Annotated[
        str, typer.Option(help="All that came in under this number, as its source writes it.")
    ] = "",
    source: Annotated[
        str, typer.Option(help="Who gave the number out, as `import --source` was told.")
    ] = "",
) -> None:
    """Keep the text of encounters from every purge.

    The exit code is 1 where one of them was not put on hold, and why is said.
    """
    from icd9_review.store.retention.legal_holds import place_hold

    with closing(open_store()) as database:
        _each(database, _named(database, encounters or (), number, source), words, place_hold)


@legal_hold_app.command("lift")
def lift_legal_hold(encounters: Labels, words: WhyHeld) -> None:
    """Let the text of encounters be purged again."""
    from icd9_review.store.retention.legal_holds import lift_hold

    with closing(open_store()) as database:
        _each(database, _labelled(database, encounters), words, lift_hold)


@legal_hold_app.command("list")
def list_legal_holds() -> None:
    """Every encounter that is on legal hold, since when, by whom and why."""
    from icd9_review.review.status_words import describe_legal_hold
    from icd9_review.store.retention.legal_holds import legal_holds
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        for _, label, hold in legal_holds(database, actor=system_user(database)):
            typer.echo(f"{label}\t{describe_legal_hold(hold)}")


def _each(
    database: Database, encounters: Sequence[str], words: str, act: Callable[..., None]
) -> None:
    """Do it to one after the other; what stands in the way of one is told and stops no other."""
    from icd9_review.store.users import system_user

    by, refused = system_user(database), 0
    for each in encounters:
        try:
            act(database, each, words, actor=by)
        except (ConflictError, TextPurged) as error:
            complain(str(error))
            refused += 1
    if refused:
        raise typer.Exit(EXIT_PROBLEMS)


def _find(
    database: Database,
    labels: Sequence[str] | None,
    older_than: str | None,
    counted_from: CountedFrom,
) -> list[Purgeable]:
    from icd9_review.store.retention import candidates
    from icd9_review.store.retention.periods import read_period
    from icd9_review.store.users import system_user

    if bool(labels) is bool(older_than):
        raise InputError("Say either --encounter or --older-than.")
    by = system_user(database)
    if labels:
        return candidates.named(database, _labelled(database, labels), actor=by)
    day = read_period(older_than or "").before(datetime.now(UTC).date())
    since = "signed" if counted_from is CountedFrom.SIGNATURE else "taken in"
    typer.echo(f"What was {since} before {day}:")
    return candidates.older_than(database, day, counted_from, actor=by)


def _named(database: Database, labels: Sequence[str], number: str, source: str) -> list[str]:
    from icd9_review.store.retention.legal_holds import encounters_of_number
    from icd9_review.store.users import system_user

    if bool(labels) is bool(number):
        raise InputError("Name the encounters, or say --number.")
    if number:
        return encounters_of_number(database, number, source, actor=system_user(database))
    return _labelled(database, labels)


def _labelled(database: Database, labels: Sequence[str]) -> list[str]:
    from icd9_review.store.retention.legal_holds import encounters_of_labels
    from icd9_review.store.users import system_user

    return encounters_of_labels(database, labels, actor=system_user(database))


def _say(found: Sequence[Purgeable]) -> None:
    free = [each for each in found if each.free]
    for each in free[:_SHOWN]:
        typer.echo(_describe(each))
    if len(free) > _SHOWN:
        typer.echo(f"… and {len(free) - _SHOWN:,} more")
    for each in found:
        if not each.free:
            typer.echo(_describe(each))
    notes, words = sum(each.notes for each in free), sum(each.words for each in free)
    typer.echo(
        f"Would purge {_encounters(len(free))}: {notes:,} texts of notes, {words:,} of people."
    )


def _describe(each: Purgeable) -> str:
    """A line of the dry run: what would go, or why it does not."""
    from icd9_review.review.status_words import (
        STATUS_WORDS,
        describe_legal_hold,
        describe_purge,
        describe_twin,
        with_twins,
    )

    if each.purged is not None:
        return f"{each.label}\t{describe_purge(each.purged)}"
    if each.hold is not None:
        return f"{each.label}\tkept. {describe_legal_hold(each.hold)}"
    if each.goes_with is not None:
        return f"{each.label}\tkept. {describe_twin(each.goes_with)}"
    day = f"\t{each.counted:%Y-%m-%d}" if each.counted else ""
    return (
        f"{with_twins(each)}\t{STATUS_WORDS[each.status]}{day}\t"
        f"{each.notes} notes, {each.words} words of people"
    )


def _encounters(count: int) -> str:
    return f"{count:,} encounter{'' if count == 1 else 's'}"
