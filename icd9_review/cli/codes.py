"""``python -m icd9_review codes …``; each command imports what it needs when it runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import open_store

if TYPE_CHECKING:
    from icd9_review.codes.lists import ListSource

app = typer.Typer(name="codes", no_args_is_help=True, help="Code lists for edits and search.")


@app.command("import")
def import_releases(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="The MCE 32 list, the POA exempt list, the tabular lists of diseases and of "
            "procedures, the indexes of diseases, external causes and procedures, the table of "
            "drugs and chemicals (RTF or zip), the lists of MCCs and CCs (IPPS tables 6I and 6J)."
        ),
    ],
) -> None:
    """Take official lists into the database, in place of built-in or older ones.

    Every file is read before anything is stored: one that is refused leaves all as it was.
    """
    from icd9_review.codes.lists import describe_sources
    from icd9_review.codes.official import read_release
    from icd9_review.store.code_lists import lists_in_force, replace_lists
    from icd9_review.store.users import system_user

    releases = [read_release(path) for path in paths]
    database = open_store()
    stored = {
        release.name for release in replace_lists(database, releases, actor=system_user(database))
    }
    for path, release in zip(paths, releases, strict=True):
        said = "imported" if release.name in stored else "unchanged"
        typer.echo(f"{said}: {release.provenance.version} ({release.count:,}) from {path.name}")
    typer.echo("now in force:")
    _show(describe_sources(lists_in_force(database)))


@app.command("lists")
def show_lists() -> None:
    """Say which lists are in force, where they came from and how much they hold."""
    from icd9_review.codes.lists import describe_sources
    from icd9_review.store.code_lists import lists_in_force

    _show(describe_sources(lists_in_force(open_store())))


def _show(sources: Iterable[ListSource]) -> None:
    for source in sources:
        typer.echo(
            f"{source.name:<23} {source.origin:<9} {source.count:>7,}  "
            f"{source.version}, {source.sha256[:12]}"
        )
