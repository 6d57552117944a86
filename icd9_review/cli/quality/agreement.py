"""``python -m icd9_review quality agreement``: how far people, the model and a gold file agree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.cli.quality.looking import tell_figures_read
from icd9_review.cli.quality.text_file import read_given_file
from icd9_review.errors import InputError
from icd9_review.values import Kind

if TYPE_CHECKING:
    from icd9_review.quality.agreement.codings import Coding, FoundCodings
    from icd9_review.quality.agreement.gold import GoldStandard
    from icd9_review.quality.agreement.measuring import Agreement

_SHOWN = 20  # codes and confused pairs that a terminal shows; --json has all
_CASES = 5  # encounters named beside a confused pair
_LEVELS = ("full", "4", "3")


def _check_level(given: str) -> str:
    if given not in _LEVELS:
        raise typer.BadParameter(f"{given[:20]!r} is not one of {', '.join(_LEVELS)}.")
    return given


def agreement(
    gold: Annotated[
        Path | None,
        typer.Option(
            help="CSV of encounter, code and, for procedures, kind; a member like others."
        ),
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="Codes of this kind alone.")] = None,
    level: Annotated[
        str,
        typer.Option(
            callback=_check_level,
            metavar=f"[{'|'.join(_LEVELS)}]",
            help="Compare whole codes, their first four characters, or three (the category).",
        ),
    ] = "full",
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what was signed on this day or later."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what was signed on this day or before."),
    ] = None,
    member: Annotated[
        list[str] | None, typer.Option(help="Compare these alone; to be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as JSON.")] = False,
) -> None:
    """How far people, the model and a gold standard agree on the codes of signed encounters.

    A day is one in the time zone of this machine. docs/quality-guide.md explains each figure.
    """
    from icd9_review.quality.agreement.levels import CodeLevel
    from icd9_review.quality.agreement.measuring import measure
    from icd9_review.quality.agreement.words import agreement_notices, describe_none

    read, standard = _read(gold, since, until)
    codings = [*read.codings, *(standard.codings if standard else ())]
    chosen = _chosen(codings, member) if member else codings
    found = measure(chosen, kind=kind, level=CodeLevel(level))
    for notice in agreement_notices(read, found, standard):
        typer.echo(f"note: {notice}", err=True)
    if found is None:
        raise InputError(describe_none(read))
    _show(found, read, as_json=as_json)


def _read(
    gold: Path | None, since: datetime | None, until: datetime | None
) -> tuple[FoundCodings, GoldStandard | None]:
    from icd9_review.export.days import day_bounds
    from icd9_review.quality.agreement.gold import read_gold
    from icd9_review.store.oversight.codings import encounter_codings
    from icd9_review.store.users import system_user

    text = read_given_file(gold) if gold else None
    bounds = day_bounds(since and since.date(), until and until.date())
    with closing(open_store()) as database:
        asked = {"from": since and since.date(), "to": until and until.date()}
        tell_figures_read(database, "agreement", asked)
        read = encounter_codings(database, *bounds, actor=system_user(database))
    return read, None if text is None else read_gold(text, read.labels)


def _chosen(codings: Sequence[Coding], wanted: Sequence[str]) -> list[Coding]:
    members = {each.member for each in codings}
    if unknown := [each for each in wanted if each not in members]:
        raise InputError(
            f"--member {unknown[0][:60]!r} has coded none of these encounters; members are "
            f"{', '.join(sorted(members)) or 'none'}."
        )
    return [each for each in codings if each.member in wanted]


def _show(found: Agreement, read: FoundCodings, *, as_json: bool) -> None:
    from icd9_review.quality.agreement.written import agreement_data

    if as_json:
        typer.echo(json.dumps(agreement_data(found, read.labels), indent=2, ensure_ascii=False))
        return
    for line in _lines(found, read):
        typer.echo(line)


def _lines(found: Agreement, read: FoundCodings) -> Iterator[str]:
    from icd9_review.quality.agreement.words import describe_agreement, write_interval

    yield f"alpha\t{write_interval(found.alpha)}"
    yield f"jaccard\t{write_interval(found.jaccard)}"
    yield f"credit\t{write_interval(found.credit)}"
    yield f"encounters\t{found.encounters:,} of {read.signed:,} signed"
    for name, count in found.members.items():
        yield f"member\t{_printable(name)}\t{count:,}"
    yield describe_agreement(found)
    yield from _pairs(found)
    yield from _codes(found)
    yield from _confused(found, read)


def _pairs(found: Agreement) -> Iterator[str]:
    from icd9_review.quality.agreement.words import write_figure, write_interval

    yield "\nfirst\tsecond\tencounters\tjaccard\talpha\tcredit"
    for each in found.pairs:
        names = (_printable(each.first), _printable(each.second), f"{each.encounters:,}")
        figures = map(write_interval, (each.jaccard, each.alpha))
        yield "\t".join((*names, *figures, write_figure(each.credit)))


def _codes(found: Agreement) -> Iterator[str]:
    from icd9_review.quality.agreement.words import write_figure, write_interval

    yield "\ncode\tboth\tone\tneither\tpositive\tkappa\tAC1\tnegative"
    for each in found.codes[:_SHOWN]:
        counts = (f"{count:,}" for count in (each.both, each.one, each.neither))
        figures = (write_interval(each.positive), write_interval(each.kappa))
        others = (write_figure(each.ac1), write_figure(each.negative))
        yield "\t".join((each.key[1], *counts, *figures, *others))


def _confused(found: Agreement, read: FoundCodings) -> Iterator[str]:
    if not found.confusions:
        return
    yield "\ncode\ttaken for\tcases\tencounters"
    for each in found.confusions[:_SHOWN]:
        labels = dict.fromkeys(read.labels[case.encounter] for case in each.cases)
        named = " ".join(list(labels)[:_CASES]) + (" …" if len(labels) > _CASES else "")
        yield f"{each.first[1]}\t{each.second[1]}\t{len(each.cases):,}\t{named}"


def _printable(text: str) -> str:
    """Text on one line: what a model calls itself may hold anything."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)
