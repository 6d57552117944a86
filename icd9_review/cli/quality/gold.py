"""``python -m icd9_review quality gold …``: encounters with known codes, given to coders unseen."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, open_store
from icd9_review.cli.quality.looking import tell_figures_read
from icd9_review.cli.quality.text_file import read_given_file
from icd9_review.errors import InputError

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database
    from icd9_review.values import GoldEncounter

_TARGET = 0.95

app = typer.Typer(
    name="gold", no_args_is_help=True, help="Encounters with known codes, given to coders unseen."
)

GoldLabels = Annotated[list[str], typer.Argument(help="Gold encounters, like G-00003.")]


@app.command("keep")
def keep_codes(
    encounter: Annotated[str, typer.Argument(help="A signed encounter, like E-00042.")] = "",
    codes: Annotated[
        list[str] | None,
        typer.Argument(help="Its codes, the principal first, with POA behind a colon: 428.0:Y"),
    ] = None,
    audit: Annotated[str, typer.Option(help="Take what this final audit came to: A-00012.")] = "",
    file: Annotated[
        Path | None, typer.Option(help="CSV of encounter, code, and, where known, kind and poa.")
    ] = None,
    onboarding: Annotated[
        bool, typer.Option("--onboarding", help="Take it into the onboarding set.")
    ] = False,
) -> None:
    """Keep the right codes of signed encounters: typed, of a file, or of a final audit."""
    if sum(map(bool, (encounter, audit, file))) != 1:
        raise InputError("Give one of an encounter with its codes, --audit, and --file.")
    with closing(open_store()) as database:
        if audit:
            kept = [_keep_audit(database, audit, onboarding)]
        elif file is not None:
            kept = _keep_file(database, file, onboarding)
        else:
            kept = [_keep_typed(database, encounter, codes or (), onboarding)]
        for each in kept:
            typer.echo(_line(each))


@app.command("list")
def list_gold() -> None:
    """The gold encounters, the newest first: label, encounter, use, where from, codes."""
    from icd9_review.quality.gold.gold_words import NO_GOLD
    from icd9_review.store.recoding.gold_encounters import gold_encounters
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        found = gold_encounters(database, actor=system_user(database))
    for each in found:
        typer.echo(_line(each))
    if not found:
        typer.echo(NO_GOLD)


@app.command("give")
def give_to(
    labels: Annotated[
        list[str] | None, typer.Argument(help="Gold encounters, like G-00003.")
    ] = None,
    to: Annotated[list[str] | None, typer.Option(help="A coder by name; may be repeated.")] = None,
    onboarding: Annotated[
        bool, typer.Option("--onboarding", help="Give what they do not know of the onboarding set.")
    ] = False,
) -> None:
    """Put gold encounters into the worklists of coders, who are not told.

    The exit code is 1 where one could not be given; why stands on standard error.
    """
    from icd9_review.store.people.accounts import account
    from icd9_review.store.recoding.gold_trials import give_gold, give_onboarding
    from icd9_review.store.users import system_user

    if bool(labels) is onboarding or not to:
        raise InputError("Say whom with --to, and what: gold encounters, or --onboarding.")
    with closing(open_store()) as database:
        by = system_user(database)
        coders = [account(database, name, by=by).person.id for name in to]
        if onboarding:
            done = [give_onboarding(database, each, actor=by) for each in coders]
        else:
            done = [give_gold(database, [_number(each) for each in labels or ()], coders, actor=by)]
    typer.echo(f"given: {sum(each.made for each in done)}")
    problems = [problem for each in done for problem in each.problems]
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(EXIT_PROBLEMS)


@app.command("onboarding")
def set_onboarding(
    labels: GoldLabels,
    remove: Annotated[bool, typer.Option("--remove", help="Take them out of the set.")] = False,
) -> None:
    """Take gold encounters into the set that new coders work through."""
    _change(labels, onboarding=not remove)


@app.command("retire")
def retire_gold(
    labels: GoldLabels,
    back: Annotated[bool, typer.Option("--back", help="Take them back into use.")] = False,
) -> None:
    """Give them to nobody any more; what was signed goes on counting."""
    _change(labels, retired=not back)


@app.command("figures")
def print_gold_figures(
    target: Annotated[
        float, typer.Option(min=0, max=1, help="The accuracy to reach, as a share.")
    ] = _TARGET,
    as_json: Annotated[bool, typer.Option("--json", help="Every figure, as JSON.")] = False,
    formulas: Annotated[bool, typer.Option(help="Print how each figure is worked out.")] = False,
) -> None:
    """How right each coder is by gold, in all and by month; the figures of the page Gold."""
    from icd9_review.quality.accuracy import FORMULAS
    from icd9_review.quality.gold.gold_words import (
        NO_TRIAL,
        describe_coder_gold,
        describe_gold_month,
        describe_waiting,
        gold_data,
    )
    from icd9_review.quality.gold.scoring import gold_report
    from icd9_review.store.recoding.gold_encounters import gold_encounters
    from icd9_review.store.recoding.gold_trials import gold_trials
    from icd9_review.store.users import names, system_user

    with closing(open_store()) as database:
        by, people = system_user(database), names(database)
        tell_figures_read(database, "gold")
        trials = gold_trials(database, actor=by)
        report = gold_report(trials, gold_encounters(database, actor=by))
    if as_json:
        typer.echo(json.dumps(gold_data(report, people, target), indent=2, ensure_ascii=False))
        return
    if not report.coders:
        typer.echo(NO_TRIAL)
    for each in report.coders:
        typer.echo(people[each.coder])
        months = [month for month in report.months if month.coder == each.coder]
        for line in (*describe_coder_gold(each, target), *map(describe_gold_month, months)):
            typer.echo(f"    {line}")
    if told := describe_waiting([e.encounter for e in trials if e.waits and not e.signed_at]):
        typer.echo(told)
    for name, formula in FORMULAS.items() if formulas else ():
        typer.echo(f"{name}: {formula}")


def _keep_typed(
    database: Database, label: str, codes: Sequence[str], onboarding: bool
) -> GoldEncounter:
    from icd9_review.quality.gold.gold_codes import read_typed_codes
    from icd9_review.store.oversight.entries import named_encounter
    from icd9_review.store.recoding.gold_encounters import keep_gold
    from icd9_review.store.users import system_user

    by = system_user(database)
    typed = read_typed_codes("\n".join(each.replace(":", " ") for each in codes))
    found = named_encounter(database, label, actor=by)
    return keep_gold(database, found, typed, onboarding=onboarding, actor=by, key=_key())


def _keep_file(database: Database, file: Path, onboarding: bool) -> list[GoldEncounter]:
    from icd9_review.quality.gold.gold_codes import read_gold_file
    from icd9_review.store.oversight.entries import named_encounter
    from icd9_review.store.recoding.gold_encounters import keep_gold
    from icd9_review.store.users import system_user

    by = system_user(database)
    given = read_gold_file(read_given_file(file))
    ids = {label: named_encounter(database, label, actor=by) for label in given}
    return [
        keep_gold(database, ids[label], codes, onboarding=onboarding, actor=by, key=_key())
        for label, codes in given.items()
    ]


def _keep_audit(database: Database, label: str, onboarding: bool) -> GoldEncounter:
    from icd9_review.store.auditing.audits import audits
    from icd9_review.store.recoding.gold_encounters import keep_audited
    from icd9_review.store.users import system_user

    by = system_user(database)
    wanted = f"A-{_number(label, 'A'):05d}"
    for each in audits(database, actor=by):
        if each.label == wanted:
            return keep_audited(database, each.id, onboarding=onboarding, actor=by, key=_key())
    raise InputError(f"There is no audit {wanted} among the last ones.")


def _change(labels: Sequence[str], **more: bool) -> None:
    from icd9_review.store.recoding.gold_encounters import change_gold
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        for label in labels:
            changed = change_gold(database, _number(label), **more, actor=system_user(database))
            typer.echo(_line(changed))


def _line(gold: GoldEncounter) -> str:
    from icd9_review.quality.gold.gold_words import (
        ORIGIN_WORDS,
        describe_gold_codes,
        describe_gold_use,
    )

    told = (gold.label, gold.encounter, describe_gold_use(gold), ORIGIN_WORDS[gold.origin])
    return "\t".join((*told, describe_gold_codes(gold.codes)))


def _number(label: str, letter: str = "G") -> int:
    found = re.fullmatch(f"(?:{letter}-?)?0*([1-9][0-9]{{0,8}})", label.strip().upper(), re.ASCII)
    if found is None:
        raise InputError(f"{label[:30]!r} is no label; one looks like {letter}-00003.")
    return int(found[1])


def _key() -> str:
    return f"command-{secrets.token_hex(11)}"
