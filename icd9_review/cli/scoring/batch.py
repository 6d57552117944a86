"""``python -m icd9_review batch PATH… --out FOLDER``: codes for many notes, as Parquet."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from icd9_review.batch.record import NOTES, Engine
from icd9_review.cli.console import EXIT_PROBLEMS
from icd9_review.cli.intake.mapping import parse_mapping
from icd9_review.errors import InputError

app = typer.Typer()

_MOST_NOTICES: Final = 20  # that are said one by one; by judgement
_UNITS: Final = ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))
_EVERY: Final = 5.0  # seconds between two words of progress; by judgement


@app.command("batch")
def batch(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, or folders with files, of any format.")
    ],
    out: Annotated[
        Path,
        typer.Option(help="A new folder for the results; the same again goes on where it stopped."),
    ],
    engine: Annotated[
        Engine,
        typer.Option(help="local: processes of this machine. ray: a Ray cluster (RAY_ADDRESS)."),
    ] = Engine.LOCAL,
    explain: Annotated[
        str, typer.Option(help="top=5 explains the five most probable suggestions of each note.")
    ] = "",
    mapping: Annotated[
        list[str] | None,
        typer.Option(help="For tables: note=COLUMN, also encounter, note_id; else guessed."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that score; else as many as the cores suffice for."),
    ] = None,
    threads: Annotated[
        int, typer.Option(min=1, help="Cores that each of them takes, ONNX Runtime's too.")
    ] = 1,
    limit: Annotated[
        float, typer.Option(min=1, help="Seconds after which a note is given up.")
    ] = 120.0,
    block: Annotated[int, typer.Option(min=1, help="Notes in one file of results.")] = NOTES,
) -> None:
    """Suggest codes for the notes of files, by the million, without a database.

    The results are Parquet: a row for each note with its suggestions, each with the code, its
    probability and the words it comes from. What cannot be scored is in rejected.csv with the
    reason (exit code 1). Stopped anywhere, the same command goes on where it was.
    """
    from icd9_review.batch.run import BatchOrder, run_batch
    from icd9_review.batch.scoring import BatchSettings
    from icd9_review.settings import Settings

    settings = Settings()
    exports = settings.exports if settings.backend == "fastest" else None
    order = BatchOrder(
        files=[*_files(paths)],
        out=out,
        settings=BatchSettings(
            settings.model, exports, threads, _parse_explain(explain), settings.device
        ),
        mapping=parse_mapping(mapping or []),
        engine=engine,
        processes=processes or max(1, len(os.sched_getaffinity(0)) // threads),
        limit=limit,
        block=block,
    )
    notices = _Notices()
    outcome = run_batch(order, _Progress(), notices.tell)
    notices.close()
    typer.echo(f"{outcome.notes:,} notes in {outcome.results}")
    if outcome.rejected:
        typer.echo(f"{outcome.rejected:,} of them rejected, see {out / 'rejected.csv'}", err=True)
        raise typer.Exit(EXIT_PROBLEMS)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    from icd9_review.notes.intake.folders import folder_files

    for path in paths:
        if not path.exists():
            raise InputError(f"{path} does not exist")
        if not path.is_dir():
            yield path
            continue
        for file, passed_over in folder_files(path):
            if passed_over:
                typer.echo(f'"{file}" {passed_over}.', err=True)
            else:
                yield file


def _parse_explain(given: str) -> int:
    if not given:
        return 0
    if (found := re.fullmatch(r"top=(\d{1,3})", given)) is None:
        raise InputError(f"--explain is like top=5, not {given[:20]!r}")
    return int(found[1])


class _Notices:
    """Says the first of what was left out or assumed, and counts the rest."""

    def __init__(self) -> None:
        self._count = 0

    def tell(self, notice: str) -> None:
        self._count += 1
        if self._count <= _MOST_NOTICES:
            typer.echo(notice, err=True)

    def close(self) -> None:
        if (more := self._count - _MOST_NOTICES) > 0:
            typer.echo(f"and {more:,} more things left out or assumed", err=True)


class _Progress:
    """Says every few seconds how many notes are done, how fast, and how long it will take."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._done = self._total = self._first = 0
        self._began = self._told = clock()

    def begin(self, done: int, total: int) -> None:
        self._done = self._first = done
        self._total = total
        self._began = self._told = self._clock()
        before = f", {done:,} of them scored before" if done else ""
        typer.echo(f"{total:,} notes{before}", err=True)

    def advance(self, notes: int) -> None:
        if not notes and self._done == self._total:
            return
        self._done += notes
        now = self._clock()
        if now - self._told < _EVERY and self._done < self._total:
            return
        self._told = now
        typer.echo(f"{self._done:,} of {self._total:,} notes{self._pace(now)}", err=True)

    def _pace(self, now: float) -> str:
        """How fast it went since this command began, and how long that will take."""
        if self._done == self._first:
            return ""
        rate = (self._done - self._first) / max(now - self._began, 0.001)
        return f", {rate:,.1f} a second, {_span((self._total - self._done) / rate)} left"


def _span(seconds: float) -> str:
    """A time in the two largest units that say it.

    >>> _span(42), _span(400), _span(7300), _span(200_000)
    ('42 s', '6 min 40 s', '2 h 1 min', '2 d 7 h')
    """
    whole = int(seconds)
    for size, unit, part, small in _UNITS:
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {small}"
    return f"{whole} s"
