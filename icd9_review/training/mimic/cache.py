"""Prepared corpora on disk: whole or not at all, for their owner's eyes only.

They hold patients' text: folders are 0700, files 0600. One run at a time works in a cache;
a draft becomes the corpus by one rename, and a draft that a killed run left is deleted by
the next.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

CORPUS = "corpus.jsonl"
_FACTS = "corpus.json"
_DRAFT = ".draft-"


def digest_request(
    tables: Iterable[Path], listings: Iterable[Path], settings: Mapping[str, object]
) -> str:
    """SHA-256 over tables by name, size and time of change, listings by content, and settings."""
    states = [(path.name, path.stat()) for path in tables]
    facts = {
        "tables": [[name, state.st_size, state.st_mtime_ns] for name, state in states],
        "listings": [
            [path.name, hashlib.sha256(path.read_bytes()).hexdigest()] for path in listings
        ],
        "settings": dict(settings),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@contextmanager
def locked(cache: Path, report: Callable[[str], None]) -> Iterator[None]:
    """The cache folder for this run alone; waits for another and clears what a killed one left."""
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    cache.chmod(0o700)
    descriptor = os.open(cache, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"Waiting for another run that works in {cache}")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        for left in cache.glob(f"{_DRAFT}*"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """A folder to write in that becomes ``folder`` at the end, and vanishes after an error."""
    work = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder.parent))
    try:
        yield work
        for path in work.iterdir():
            _sync(path)
        if folder.exists():  # somebody changed it by hand, else it would have been used
            shutil.rmtree(folder)
        os.replace(work, folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


@contextmanager
def private(path: Path, mode: str) -> Iterator[IO[Any]]:
    """A new file that only its owner may read."""
    encoding = None if "b" in mode else "utf-8"
    with open(path, mode, encoding=encoding, opener=_owner_only) as file:
        yield file


def write_facts(work: Path, facts: Mapping[str, Any]) -> None:
    """What a later run wants to know of the corpus in this folder, and its size."""
    size = (work / CORPUS).stat().st_size
    with private(work / _FACTS, "w") as file:
        json.dump({**facts, "bytes": size}, file)


def read_facts(folder: Path) -> dict[str, Any] | None:
    """What was kept, or None where there is no corpus or it is not as it was written."""
    try:
        facts: dict[str, Any] = json.loads((folder / _FACTS).read_text("utf-8"))
        return facts if facts["bytes"] == (folder / CORPUS).stat().st_size else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)
