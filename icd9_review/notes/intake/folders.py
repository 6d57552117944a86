"""The files of a folder that hold notes, and those that are passed over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_SYSTEM = {"thumbs.db", "desktop.ini", "icon\r", "__macosx", "$recycle.bin"}
"""Names that Windows and macOS give to files and folders of their own, in lower case."""

_LOCK = "~$"
"""How the names of files begin by which Office marks a document as open."""


def folder_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each file below a folder in a fixed order, with the reason where it is passed over.

    Of a folder that is passed over or cannot be read the folder itself is told.
    """
    unread: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unread.append):
        for name in sorted(folders):
            if _is_system(name):
                reason = "is a hidden folder or one of the system; it is passed over"
                yield Path(place, name), reason
            elif Path(place, name).is_symlink():
                reason = "is a link to a folder; it is passed over, name the folder itself"
                yield Path(place, name), reason
        folders[:] = sorted(name for name in folders if not _is_system(name))
        for name in sorted(files):
            yield Path(place, name), _reason(Path(place, name))
    for error in unread:
        yield Path(str(error.filename)), f"cannot be read ({error.strerror}); it is passed over"


def _reason(path: Path) -> str:
    if _is_system(path.name):
        return "is a hidden file or one of the system; it is passed over"
    return "" if path.is_file() else "is no regular file; it is passed over"


def _is_system(name: str) -> bool:
    return name.startswith((".", _LOCK)) or name.lower() in _SYSTEM
