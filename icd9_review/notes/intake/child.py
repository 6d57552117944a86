"""The process that reads one file for another: see ``formats/isolated``."""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import signal
import sys
from typing import BinaryIO

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.answers import divide, encode_answer
from icd9_review.notes.intake.formats.isolated import TASK, write_answer
from icd9_review.notes.intake.limits import Limits, under
from icd9_review.notes.intake.reading import read_parts

_NICENESS = 10  # as the background work of the app: pages go first
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)


def answer_parent() -> None:
    """Read standard input and write what was found, with everything bounded."""
    task = json.loads(os.environ[TASK])
    limits = Limits(**task["limits"])
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what a library prints
    restrain(limits, task["parent"])
    with under(limits):
        answer = _read(out, task["title"], limits)
    with contextlib.suppress(BrokenPipeError):
        write_answer(out, answer)


def restrain(limits: Limits, parent: int) -> None:
    """Bound memory, files, core dumps and the life of this process where the system can."""
    sys.dont_write_bytecode = True
    with contextlib.suppress(ImportError):
        import resource

        bounds = {
            resource.RLIMIT_AS: limits.memory,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
        }
        for name, most in bounds.items():
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(name, (most, most))
    _renew_time(limits)
    if sys.platform == "linux":
        os.nice(_NICENESS)
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the line above
            raise SystemExit


def _renew_time(limits: Limits) -> None:
    """Give this process its time again, for the next answer."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + limits.seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _read(out: BinaryIO, title: str, limits: Limits) -> dict[str, object]:
    """Send what was found; the last answer says how it ended."""
    try:
        for found in read_parts(_source(), title):
            for piece in divide(found):
                write_answer(out, encode_answer(piece))
                _renew_time(limits)
    except NoteError as error:
        return {"refusal": str(error)}
    except MemoryError:
        needed = f"{limits.memory / 1e9:.1f} GB"
        return {"problem": f"needs more than {needed} of memory to read; split it."}
    except ImportError:
        return {"problem": "needs a library that is missing: pip install -r requirements.txt"}
    return {"end": True}


def _source() -> BinaryIO:
    """The file itself where standard input is one, else everything that comes through the pipe."""
    stream = sys.stdin.buffer
    return stream if stream.seekable() else io.BytesIO(stream.read())
