"""A reader that hangs, dies or grows takes nothing with it, and nobody waits for it in vain."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document
from icd9_review.notes.intake.formats import isolated as module
from icd9_review.notes.intake.formats.isolated import TASK, read_isolated
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.limits import PAGE, Limits
from icd9_review.notes.intake.reading import read_file
from tests.notes.intake.formats.made import MDM, pdf

WORDS = "unmistakable words"
RTF = rb"{\rtf1 " + WORDS.encode() + b"}"
RESTRAINED = """
import json, os, sys
sys.path[:] = sys.argv[1].split(os.pathsep)
from icd9_review.notes.intake.child import restrain
from icd9_review.notes.intake.limits import Limits
task = json.loads(os.environ["ICD9_REVIEW_READING"])
restrain(Limits(**task["limits"]), task["parent"])
"""
SEND = """
def send(data):
    sys.stdout.buffer.write(len(data).to_bytes(8, "big") + data)
    sys.stdout.buffer.flush()
"""


def read(data: bytes = RTF, limits: Limits = PAGE) -> list[Document | Table]:
    return list(read_isolated(io.BytesIO(data), "a.rtf", limits))


@pytest.fixture
def run_child(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has the child run another program in place of the reader."""
    return lambda program: monkeypatch.setattr(module, "_START", program)


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The children that a test starts."""
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def watch(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", watch)
    return started


def test_what_a_child_found_arrives_as_it_is() -> None:
    (found,) = read()
    assert isinstance(found, Document)
    assert found.encounters[0].notes[0].intake.note.text == WORDS


def test_a_file_on_disk_is_read_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(RTF)
    with (tmp_path / "a.rtf").open("rb") as file:
        (found,) = read_isolated(file, "a.rtf", PAGE)
    assert isinstance(found, Document)


def test_a_reader_that_never_ends_is_killed(run_child: Callable[[str], None]) -> None:
    run_child("import time; time.sleep(600)")
    with pytest.raises(NoteError, match=r'^"a\.rtf" took longer than 1 seconds'):
        read(limits=replace(PAGE, seconds=1))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of the time used up")
def test_a_reader_that_works_without_end_is_ended_by_the_system(
    run_child: Callable[[str], None],
) -> None:
    run_child(f"import os; os.kill(os.getpid(), {int(signal.SIGXCPU)})")
    with pytest.raises(NoteError, match="took longer than 60 seconds"):
        read()


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        f"raise ValueError({WORDS!r})",
        f"import sys{SEND}send(b'no JSON')",
        f"import sys{SEND}send(b'[]')",
        f"import sys{SEND}send(b'{{}}')",
        f'import sys{SEND}send(b\'{{"table": {{"title": 5}}}}\')',
        "import sys; sys.stdout.buffer.write(b'\\xff' * 8)",
    ],
)
def test_a_reader_that_breaks_down_is_a_refusal_without_its_words(
    run_child: Callable[[str], None], capfd: pytest.CaptureFixture[str], program: str
) -> None:
    run_child(program)
    with pytest.raises(NoteError, match=r'^"a\.rtf" is damaged, or too large') as refusal:
        read()
    assert WORDS not in str(refusal.value) + "".join(capfd.readouterr())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_memory_and_written_files_are_bounded(
    run_child: Callable[[str], None], tmp_path: Path
) -> None:
    written = tmp_path / "written"
    write = f"from pathlib import Path; Path({str(written)!r}).write_text('note')"
    for program in ("b = bytearray(3 * 1024**3)", write):
        run_child(RESTRAINED + program)
        with pytest.raises(NoteError, match="damaged, or too large"):
            read()
    assert not written.exists() or written.stat().st_size == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_a_reader_short_of_memory_says_so() -> None:
    table = b'{"note": "' + b"x" * 20_000_000 + b'"}'
    with pytest.raises(NoteError, match=r"needs more than 0\.1 GB of memory"):
        read(table, replace(PAGE, memory=130_000_000))


def test_an_answer_is_no_longer_than_it_may_be(run_child: Callable[[str], None]) -> None:
    run_child(f"import sys{SEND}send(b' ' * 2_000_000)")
    with pytest.raises(NoteError, match="damaged, or too large"):
        read(limits=replace(PAGE, answer=1_000_000))


def test_all_answers_together_are_bounded(run_child: Callable[[str], None]) -> None:
    table = '{"table": {"title": "t", "format": "CSV", "columns": [], "rows": [], "problems": [], '
    table += '"notices": []}}'
    run_child(f"import sys{SEND}\nwhile True: send({table.encode()!r})")
    with pytest.raises(NoteError, match=r"holds more than 1 MB of text; split it"):
        read(limits=replace(PAGE, answers=1_000_000))


def test_a_reader_has_a_lower_priority_than_pages(run_child: Callable[[str], None]) -> None:
    run_child(f"{RESTRAINED}{SEND}send(json.dumps({{'problem': os.nice(0)}}).encode())")
    with pytest.raises(NoteError, match=rf'^"a\.rtf" {min(os.nice(0) + 10, 19)}$'):
        read()


def test_name_and_text_are_not_in_the_list_of_processes(
    children: list[subprocess.Popen[bytes]],
) -> None:
    list(read_isolated(io.BytesIO(RTF), "Jane Doe.rtf", PAGE))
    assert len(children) == 1
    assert "Jane" not in repr(children[0].args)
    assert WORDS not in repr(children[0].args)


def test_a_reader_ends_with_the_page_that_waits_for_it(
    run_child: Callable[[str], None], children: list[subprocess.Popen[bytes]]
) -> None:
    run_child("import time; time.sleep(600)")

    def leave() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(read_isolated(io.BytesIO(RTF), "a.rtf", PAGE, leave))
    assert children[0].returncode == -signal.SIGKILL


def test_a_reader_of_which_no_more_is_wanted_ends(
    children: list[subprocess.Popen[bytes]],
) -> None:
    parts = read_isolated(io.BytesIO(b"encounter,note\n1,x\n"), "t.csv", PAGE)
    next(parts)
    parts.close()
    assert children[0].returncode is not None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_reader_ends_with_the_process_that_started_it() -> None:
    sleep = RESTRAINED + "print(os.getpid(), file=sys.stderr, flush=True)\n"
    sleep += "import time; time.sleep(600)"
    program = (
        "import io, sys, subprocess\n"
        "from icd9_review.notes.intake.formats import isolated\n"
        f"isolated._START = {sleep!r}\n"
        "subprocess.DEVNULL = None\n"  # to hear who the child is
        "list(isolated.read_isolated(io.BytesIO(b'x'), 'a', isolated.Limits(**{limits})))\n"
    ).replace("{limits}", repr({name: getattr(PAGE, name) for name in PAGE.__slots__}))
    parent = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    assert parent.stderr is not None
    with parent.stderr:
        child = int(parent.stderr.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 60
    while _alive(child):
        assert time.monotonic() < deadline, "the child goes on"
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not asked for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_more_children_than_allowed_run_at_once(
    monkeypatch: pytest.MonkeyPatch, children: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setattr(module, "_turns", threading.BoundedSemaphore(1))
    first = read_isolated(io.BytesIO(b"encounter,note\n1,x\n"), "t.csv", PAGE)
    next(first)
    ticks = []

    def give_way() -> None:
        ticks.append(len(children))
        first.close()

    assert list(read_isolated(io.BytesIO(RTF), "a.rtf", PAGE, give_way))
    assert ticks[0] == 1  # the second one was not started while the first one ran
    assert len(children) == 2


def test_without_a_process_to_spare_the_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(NoteError, match="no process could be started for it"):
        read()
    monkeypatch.undo()
    assert read()  # and the turn was given back


def test_plain_text_needs_no_child_and_everything_else_one(
    children: list[subprocess.Popen[bytes]],
) -> None:
    read_file(b"CHF", "a.txt")
    assert not children
    for count, data in enumerate((MDM.encode(), pdf(["CHF"]), b'{"note": "x"}', b"<p>x</p>"), 1):
        read_file(data, "a.txt")
        assert len(children) == count
    assert TASK not in os.environ
