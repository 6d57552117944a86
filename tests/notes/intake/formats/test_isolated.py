"""A parser that hangs, dies or grows takes nothing with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats import isolated as module
from icd9_review.notes.intake.formats.isolated import extract_isolated

WORDS = "unmistakable words"


def run_child(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Have the child run another program in place of the parser."""
    monkeypatch.setattr(module, "_START", program)


def test_a_parser_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    run_child(monkeypatch, "import time; time.sleep(600)")
    with pytest.raises(NoteError, match=r'^"a\.pdf" took longer than 1 seconds'):
        extract_isolated("pdf", b"x", "a.pdf", seconds=1)


def test_a_parser_that_crashes_is_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    run_child(monkeypatch, "import os; os.abort()")
    with pytest.raises(NoteError, match=r'^"a\.pdf" is damaged'):
        extract_isolated("pdf", b"x", "a.pdf")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_memory_and_written_files_are_bounded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    limits = "import os, sys; sys.path[:] = sys.argv[1].split(os.pathsep)\n"
    limits += "from icd9_review.notes.intake.formats.isolated import _limit; _limit()\n"
    written = tmp_path / "written"
    grow = limits + "b = bytearray(3 * 1024**3)"
    write = limits + f"from pathlib import Path; Path({str(written)!r}).write_text('note')"
    for program in (grow, write):
        run_child(monkeypatch, program)
        with pytest.raises(NoteError, match="damaged, or too large"):
            extract_isolated("pdf", b"x", "a.pdf")
    assert not written.exists() or written.stat().st_size == 0


def test_what_a_failing_parser_says_goes_nowhere(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run_child(monkeypatch, f"raise ValueError({WORDS!r})")
    with pytest.raises(NoteError) as refusal:
        extract_isolated("pdf", b"x", "a.pdf")
    assert WORDS not in str(refusal.value) + "".join(capfd.readouterr())


def test_name_and_text_are_not_in_the_list_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    run = subprocess.run

    def watch(command: list[str], **options: object) -> object:
        commands.append(command)
        return run(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watch)
    extract_isolated("rtf", rb"{\rtf1 " + WORDS.encode() + b"}", "Jane Doe.rtf")
    assert len(commands) == 1
    assert "Jane" not in repr(commands)
    assert WORDS not in repr(commands)


def test_only_parsers_of_this_package_run() -> None:
    with pytest.raises(NoteError):
        extract_isolated("os", b"", "a")
