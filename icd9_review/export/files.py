"""A file or folder that is there whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from icd9_review.errors import InputError


@contextmanager
def new_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which appears under its name when the block ends well.

    Until then it stands beside under a hidden name, so that whoever is killed leaves no half
    file that looks like a whole one; an error takes it away. What has the name already is never
    overwritten. A ``private`` one only its owner may read. Raises InputError, with what to do,
    where there is such a file or the system refuses.
    """
    if os.path.lexists(path):
        raise InputError(f"{path} exists already; name a file that does not.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(part, "xb", opener=partial(os.open, mode=0o600 if private else 0o666)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _appear(part, path)
    except FileExistsError:
        raise InputError(f"{path} came into being meanwhile; name another file.") from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}. Nothing is kept of it; make "
            "room or name another place."
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _appear(part: Path, path: Path) -> None:
    """Give the file its name, unless something has it: a rename would take its place."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError from None
        part.rename(path)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to write into, which appears under its name when the block ends well.

    As ``new_file``: hidden until then, gone after an error, and nothing is overwritten.
    """
    if os.path.lexists(path):
        raise InputError(f"{path} exists already; name a folder that does not.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.mkdir()
        yield part
        if os.path.lexists(path):  # a rename would put it in the place of an empty one
            raise InputError(f"{path} came into being meanwhile; name another folder.")
        part.rename(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}. Nothing is kept of it; make "
            "room or name another place."
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
