"""``python -m icd9_review quality outcomes``: what became of what the model suggested."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.cli.quality.looking import tell_figures_read
from icd9_review.errors import CodeError, InputError
from icd9_review.values import CodeKey, OutcomeQuery

if TYPE_CHECKING:
    from icd9_review.quality.arms.figures import ArmReport
    from icd9_review.quality.outcomes.figures import CodeOutcomes
    from icd9_review.quality.outcomes.report import OutcomeReport
    from icd9_review.store.oversight.outcome_counts import CountedVersion

_LISTED = 20  # codes of the text; by judgement: a screen full


def show_outcomes(
    first: Annotated[
        str, typer.Option("--from", metavar="2026-07", help="From this month (UTC) on.")
    ] = "",
    last: Annotated[
        str, typer.Option("--to", metavar="2026-09", help="Up to this month, included.")
    ] = "",
    model: Annotated[
        str, typer.Option(metavar="VERSION", help="Of one model version: how it begins.")
    ] = "",
    code: Annotated[
        str, typer.Option(metavar="CODE", help="Of one code, with its dot; procedures too.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Every figure, as JSON.")] = False,
) -> None:
    """What became of each suggestion: accepted, replaced, rejected, left alone, and what was added.

    The same figures as the page Outcomes shows; docs/quality-guide.md says what each means.
    """
    from icd9_review.quality.outcomes.periods import read_month
    from icd9_review.quality.outcomes.report import outcome_report
    from icd9_review.quality.outcomes.written import as_record
    from icd9_review.store.oversight.outcome_counts import counted_versions, read_outcomes
    from icd9_review.store.users import names, system_user

    with closing(open_store()) as database:
        actor = system_user(database)
        version = _version(counted_versions(database, actor=actor), model) if model else None
        query = OutcomeQuery(
            first=read_month(first) if first else None,
            last=read_month(last) if last else None,
            version=version,
            key=_read_code(code) if code else None,
        )
        if query.first and query.last and query.first > query.last:
            raise InputError("The first month is after the last; swap --from and --to.")
        asked = {"from": first, "to": last, "model": version and version[:12], "code": code}
        tell_figures_read(database, "outcomes", asked)
        report = outcome_report(read_outcomes(database, query, actor=actor))
        people = names(database)
    if as_json:
        typer.echo(json.dumps(as_record(report, people), indent=2, ensure_ascii=False))
    else:
        _tell(report, people)


def recount_outcomes() -> None:
    """Count every outcome anew from the ledger, while people go on working.

    After an update from a program that did not count them, or whenever the counts are doubted.
    """
    from icd9_review.store.projections.outcomes import recount
    from icd9_review.store.users import system_user

    def tell(done: int, whole: int) -> None:
        if done % 1_000 == 0:
            typer.echo(f"{done:,} of {whole:,} encounters", err=True)

    with closing(open_store()) as database:
        counted = recount(database, actor=system_user(database), tell=tell)
    typer.echo(f"{counted:,} encounters counted")


def _version(known: Sequence[CountedVersion], given: str) -> str:
    found = [each.version for each in known if each.version.startswith(given.strip())]
    if len(found) != 1:
        shown = ", ".join(each.version[:12] for each in known if each.version) or "none"
        how = "no counted model version begins" if not found else "several model versions begin"
        raise InputError(f"{how} with {given.strip()[:30]!r}; counted are: {shown}.")
    return found[0]


def _read_code(given: str) -> CodeKey:
    """The code, of whichever volume has it."""
    from icd9_review.codes import is_valid
    from icd9_review.values import Kind

    written = given.strip().upper()
    for kind in Kind:
        if is_valid(kind, written):
            return kind, written
    raise CodeError(f"{given[:30]!r} is no code of version 32; write it with its dot, like 428.0.")


def _tell(report: OutcomeReport, people: dict[int, str]) -> None:
    from icd9_review.quality.outcomes import sentences

    if report.uncounted:
        typer.echo("Some encounters are not counted yet: python -m icd9_review quality recount")
    if report.period is None:
        typer.echo("Nothing has been suggested or decided yet.")
        return
    typer.echo(f"{report.period}. {sentences.describe_whole(report.whole)}")
    for each in report.codes[:_LISTED]:
        typer.echo(_line(each))
    if len(report.codes) > _LISTED:
        typer.echo(f"and {len(report.codes) - _LISTED:,} more codes; --json has all of them")
    typer.echo(sentences.describe_reliability(report.reliability))
    typer.echo(sentences.describe_risk(report.risk))
    if report.groups:
        typer.echo(sentences.describe_coders(report.coders, people))
        typer.echo(sentences.describe_drift(report.drift))
        typer.echo(sentences.describe_groups(report.groups))
    if report.arms.arms:
        _tell_arms(report.arms)


def _tell_arms(report: ArmReport) -> None:
    from icd9_review.quality.arms import sentences
    from icd9_review.quality.arms.figures import ArmMeasure

    typer.echo(sentences.describe_recall(report))
    typer.echo(sentences.describe_bias(report))
    typer.echo(sentences.describe_highlights(report))
    for each in report.arms:
        told = (
            f"{sentences.MEASURE_NAMES[measure]} "
            f"{sentences.describe_measure(measure, each.measures[measure])}"
            for measure in ArmMeasure
        )
        head = f"{sentences.ARM_NAMES[each.arm]}: {each.charts:,} charts, {each.audits:,} audited"
        typer.echo("; ".join([head, *told]))


def _line(figures: CodeOutcomes) -> str:
    from icd9_review.quality.outcomes.sentences import describe_share

    parts = [
        f"{figures.code:>8}  suggested {figures.shown:,}",
        f"accepted {describe_share(figures.acceptance)}",
        f"replaced {figures.replaced:,}{_most(figures.replaced_by)}",
        f"rejected {figures.rejected:,}{_most(figures.reasons)}",
        f"untouched {figures.untouched:,}",
        f"added {figures.added:,}",
    ]
    return ", ".join(parts)


def _most(details: tuple[tuple[str, int], ...]) -> str:
    return f" (mostly {details[0][0]})" if details and details[0][0] else ""
