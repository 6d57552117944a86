"""Parsers of complicated formats in a process of their own, which can be killed.

A hostile file can keep a parser busy for hours, fill the memory or crash it: then the
child ends and the app says so. The bytes go in through one pipe and what was found
comes back through another as JSON, so that nothing of a note is on a disk, in the list of
processes or in a core dump.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from icd9_review.errors import NoteError

SECONDS = 60
MEMORY = 2 * 1024**3
"""Bytes of address space."""

_ROOT = Path(__file__).resolve().parents[4]
_START = (
    "import os, sys; sys.path[:] = sys.argv[1].split(os.pathsep);"
    "from icd9_review.notes.intake.formats.isolated import child; child(sys.argv[2])"
)
_KEPT = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")  # an interpreter may not start without
_PARSERS = ("pdf", "docx", "rtf", "xlsx")


def extract_isolated(
    parser: str, data: bytes, title: str, seconds: float = SECONDS
) -> dict[str, Any]:
    """What ``extract(data)`` of a module of this package gives, worked out in a child.

    Raises NoteError where the parser refuses the file, takes too long or breaks down.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-c", _START, _search_path(), parser],
            input=data,
            capture_output=True,
            timeout=seconds,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoteError(
            f'"{title}" took longer than {seconds:.0f} seconds to read; '
            "split it, or paste the text of the note."
        ) from None
    if done.returncode != 0:
        raise NoteError(
            f'"{title}" is damaged, or too large to read; save it again in the program it '
            "comes from, or paste the text of the note."
        )
    found: dict[str, Any] = json.loads(done.stdout)
    if "problem" in found:
        raise NoteError(f'"{title}" {found["problem"]}')
    return found


def _search_path() -> str:
    """Where this process finds modules, the folder it was started in left out."""
    return os.pathsep.join(dict.fromkeys((str(_ROOT), *filter(None, sys.path))))


def child(parser: str) -> None:
    """Read a file from standard input and write what was found; runs in the child.

    Here the message of a NoteError goes on after the name of the file, which the
    child does not know.
    """
    if parser not in _PARSERS:
        raise ValueError(parser)
    data = sys.stdin.buffer.read()
    extract = import_module(f"icd9_review.notes.intake.formats.{parser}").extract
    _limit()
    try:
        found = extract(data)
    except NoteError as error:
        found = {"problem": str(error)}
    except ImportError:
        found = {"problem": "needs a library that is missing: pip install -r requirements.txt"}
    sys.stdout.buffer.write(json.dumps(found).encode())


def _limit() -> None:
    """Bound time, memory, written files and core dumps where the system can."""
    with contextlib.suppress(ImportError):
        import resource

        limits = {
            resource.RLIMIT_CPU: SECONDS,
            resource.RLIMIT_AS: MEMORY,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
        }
        for name, most in limits.items():
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(name, (most, most))
