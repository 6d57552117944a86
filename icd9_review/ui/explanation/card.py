"""The model card: text of whoever made the model folder, shown as plain text."""

from __future__ import annotations

from pathlib import Path

_LONGEST = 100_000  # bytes; by judgement: several times a long card


def read_card(folder: Path) -> str:
    """The card of a model folder, cut where it is very long; empty where there is none."""
    try:
        with (folder / "README.md").open("rb") as file:
            content = file.read(_LONGEST + 1)
    except OSError:
        return ""
    told = content[:_LONGEST].decode("utf-8", errors="replace").strip()
    return f"{told}\n\n… (cut here)" if len(content) > _LONGEST else told
