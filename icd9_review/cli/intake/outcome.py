"""What ``import`` says of each file, on the screen and in the report, and how it ends for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import typer

from icd9_review.cli.console import EXIT_PROBLEMS

if TYPE_CHECKING:
    from icd9_review.export.import_report import ImportReport
    from icd9_review.notes.intake.documents import FoundEncounter
    from icd9_review.store.intake.imports import ImportLine

EXIT_LEFT_OUT = 3  # apart from 1 (refused) and 2, which is Typer's for wrong options
_SHOWN = 5  # refusals of one file on the screen; the report has them all; by judgement


class FileRefusal(NamedTuple):
    """Why something is not stored, and where in the file it stands; never with words of a note."""

    reason: str
    place: str = ""


class FileOutcome:
    """What becomes of one file, said on the screen and in the report."""

    def __init__(self, name: str, report: ImportReport | None) -> None:
        self.name = name
        self.code = 0
        self._report = report
        self._counts: Counter[str] = Counter()
        self._label = ""

    def count(self, result: str) -> int:
        """Of how many encounters or rows of the file this became."""
        return self._counts[result]

    def line(self, line: ImportLine) -> None:
        """An encounter that is stored, was here, or is refused by the store."""
        if line.result.value == "refused":
            self.refuse(FileRefusal(line.reason, line.place))
            return
        self._counts[line.result.value] += 1
        self._label = line.label
        self._write(line)
        if line.reason:
            say(f"note: {self._where(line.place)}: {line.reason}")

    def refuse(self, refusal: FileRefusal) -> None:
        from icd9_review.store.intake.imports import ImportLine, Result

        self.code = worse(self.code, EXIT_PROBLEMS)
        self._counts[Result.REFUSED.value] += 1
        self._write(ImportLine(refusal.place, Result.REFUSED, reason=refusal.reason))
        if self._counts[Result.REFUSED.value] <= _SHOWN:
            # What refuses a whole file names it already.
            named = refusal.reason if not refusal.place else ""
            say(f"error: {named or f'{self._where(refusal.place)}: {refusal.reason}'}")

    def notices(self, notices: Iterable[str]) -> None:
        for notice in notices:
            self.notice(notice)

    def notice(self, notice: str) -> None:
        """Something was left out or assumed."""
        from icd9_review.store.intake.imports import ImportLine, Result

        self.code = worse(self.code, EXIT_LEFT_OUT)
        self._write(ImportLine("", Result.NOTICE, reason=notice))
        say(f"note: {notice}")

    def found(self, encounters: Sequence[FoundEncounter]) -> None:
        """What would be stored."""
        self._counts["encounters"] += len(encounters)
        self._counts["notes"] += sum(len(encounter.notes) for encounter in encounters)

    def close(self, *, stored: bool) -> None:
        """One line for the file."""
        refused = self._counts["refused"]
        if refused > _SHOWN:
            say(f"error: {self.name}: {refused - _SHOWN:,} more; --report FILE names them all")
        if not stored:
            told = [f"{name} {self._counts[name]:,}" for name in ("encounters", "notes", "refused")]
            typer.echo(f"{self.name}: {', '.join(told)}; nothing was stored")
        elif sum(self._counts.values()) == 1 and self._label:
            typer.echo(f"{self.name}: {next(iter(self._counts))}: {self._label}")
        else:
            told = [f"{count:,} {result}" for result, count in sorted(self._counts.items())]
            typer.echo(f"{self.name}: {', '.join(told) or 'nothing to store'}")

    def _where(self, place: str) -> str:
        return f"{self.name} {place}" if place else self.name

    def _write(self, line: ImportLine) -> None:
        if self._report is not None:
            self._report.write(self.name, line)


def worse(code: int, other: int) -> int:
    """Something refused weighs more than something left out."""
    return EXIT_PROBLEMS if EXIT_PROBLEMS in (code, other) else max(code, other)


def say(message: str) -> None:
    typer.echo(" ".join(message.split()), err=True)
