"""``python -m icd9_review model list|register|promote|rollback|retire``: which model is in use."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.errors import InputError
from icd9_review.values import ModelStanding

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database

app = typer.Typer()

_Version = Annotated[
    str, typer.Argument(help="The first 8 digits of the version or more.", show_default=False)
]
_Reason = Annotated[str, typer.Option(help="Why, in words; people read it in the history.")]


@app.command("list")
def list_models() -> None:
    """The models that are known here, a line each, and what was done to them, the newest first."""
    from icd9_review.store.models.known_models import known_models
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        _show(database, known_models(database, actor=system_user(database)))


@app.command("register")
def register_model_folder(
    folder: Annotated[Path, typer.Argument(help="The model folder.", show_default=False)],
) -> None:
    """Check a model folder and have it read in the shadow: beside the model in use, unseen."""
    from icd9_review.jobs.changing_models import register_checked
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        standing = register_checked(database, folder, actor=system_user(database))
        typer.echo(f"registered {standing.shadow.version if standing.shadow else ''}")


@app.command("promote")
def promote_version(version: _Version, reason: _Reason) -> None:
    """Put a registered model in use; running apps and workers take it up within seconds."""
    from icd9_review.jobs.changing_models import promote_checked
    from icd9_review.quality.models.standing import find_model
    from icd9_review.settings import Settings
    from icd9_review.store.models.known_models import known_models, models_in_use
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        actor = system_user(database)
        known = find_model(known_models(database, actor=actor), version)
        in_use, _ = models_in_use(database, actor=actor)
        setting = Settings().model
        promote_checked(database, known, reason, instead_of=in_use, setting=setting, actor=actor)
        typer.echo(f"in use: {known.version}")


@app.command("rollback")
def roll_back_one_step(reason: _Reason) -> None:
    """Go back to the model that was in use before the last promotion that stands."""
    from icd9_review.jobs.changing_models import roll_back_checked
    from icd9_review.settings import Settings
    from icd9_review.store.models.known_models import models_in_use
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        actor = system_user(database)
        in_use, _ = models_in_use(database, actor=actor)
        roll_back_checked(
            database, reason, instead_of=in_use, setting=Settings().model, actor=actor
        )
        typer.echo(f"in use: {models_in_use(database, actor=actor)[0]}")


@app.command("retire")
def retire_shadow(version: _Version, reason: _Reason) -> None:
    """Have a model read in the shadow no more."""
    from icd9_review.quality.models.standing import find_model
    from icd9_review.store.models.known_models import known_models, retire_model
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        actor = system_user(database)
        known = find_model(known_models(database, actor=actor), version)
        retire_model(database, known.version, reason, actor=actor)
        typer.echo(f"retired {known.version}")


@app.command("compare")
def compare_shadow() -> None:
    """How the model in the shadow would have done on signed charts, beside the one in use."""
    from icd9_review.quality.models.comparing import compare_models
    from icd9_review.quality.models.model_words import (
        COMPARISON_CAUTION,
        comparison_rows,
        describe_gain,
        describe_reading,
    )
    from icd9_review.store.models.known_models import known_models
    from icd9_review.store.models.shadow_readings import compared_charts, count_in_shadow
    from icd9_review.store.users import system_user

    with closing(open_store()) as database:
        actor = system_user(database)
        if (shadow := known_models(database, actor=actor).shadow) is None:
            raise InputError("No model reads in the shadow; register one.")
        read = count_in_shadow(database, shadow.version, actor=actor)
        typer.echo(_printable(describe_reading(shadow, *read)))
        if not (charts := compared_charts(database, actor=actor)):
            typer.echo("no signed chart was read by both")
            return
        found = compare_models(charts)
        typer.echo(COMPARISON_CAUTION)
        typer.echo(f"{found.charts:,} charts. {describe_gain(found)}")
        for name, before, after in comparison_rows(found):
            typer.echo(f"{name}\tin use {before}\tshadow {after}")
        for each in found.codes:
            told = (f"{each.found[0]} -> {each.found[1]}", f"{each.wrong[0]} -> {each.wrong[1]}")
            typer.echo(f"{each.key[1]}\tsigned {each.signed}\tfound {told[0]}\twrong {told[1]}")


def _show(database: Database, standing: ModelStanding) -> None:
    from icd9_review.quality.models.model_words import MODEL_STATE_WORDS, describe_model_change
    from icd9_review.store.models.known_models import models_in_use
    from icd9_review.store.users import names, system_user

    people = names(database)
    in_use, called = models_in_use(database, actor=system_user(database))
    if standing.chosen is None and in_use is not None:
        typer.echo(f"{in_use}\tin use, by the setting\t{_printable(called[in_use])}")
    for each in standing.known:
        told = (each.version, MODEL_STATE_WORDS[each.state], each.name, each.folder)
        typer.echo("\t".join(map(_printable, told)))
    for change in reversed(standing.changes):
        what = describe_model_change(change)
        said = (f"{change.at:%Y-%m-%d %H:%M}", people[change.by], what, change.words or "")
        typer.echo("\t".join(map(_printable, said)))


def _printable(text: str) -> str:
    """Text on one line: names of models and folders may hold anything."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)
