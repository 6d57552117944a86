"""What faults need: a seed that is told, and a disk that is small enough to be filled."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.batch.main_module import plain_main

__all__ = ["plain_main"]

_SIZE = 64  # MB: a whole database of PostgreSQL's, and room to fill


@pytest.fixture
def seed() -> int:
    """Another one each time; a test that fails shows it."""
    chosen = random.SystemRandom().randrange(2**32)
    print(f"seed {chosen}")  # noqa: T201
    return chosen


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system in memory."""

    folder: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is left."""
        filler = self.folder / "filler"
        block = b"\0" * 4096
        try:
            with filler.open("wb", buffering=0) as file:
                while file.write(block):
                    pass
        except OSError:
            pass
        try:
            yield
        finally:
            filler.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing may be written; nobody has a file open for it."""
        _mount("-o", "remount,ro", str(self.folder))
        try:
            yield
        finally:
            _mount("-o", "remount,rw", str(self.folder))


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A small disk, or a skip where none may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="icd9-review-disk-"))
    if os.geteuid() != 0 or not _mount("-t", "tmpfs", "-o", f"size={_SIZE}m", "tmpfs", str(folder)):
        folder.rmdir()
        pytest.skip("a small disk can be mounted by root alone")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


def _mount(*arguments: str) -> bool:
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    return done.returncode == 0
