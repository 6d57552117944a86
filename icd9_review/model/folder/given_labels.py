"""The labels of a folder that is converted: what is written, made into dotted codes.

From id2label or from a text file with one code a line, in the order of the outputs. Digits
without a dot stand in both volumes, so somebody has to say what they are: for all of them by a
kind, or line by line with the word behind the code. Nothing is guessed from a list of codes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.bounded import read_bounded
from icd9_review.model.folder.files import listed_labels
from icd9_review.model.folder.labels import dot, forms, kind_of
from icd9_review.values import Kind

_PLACEHOLDER = re.compile(r"LABEL_[0-9]+")
_BETWEEN = re.compile(r"[\s,;]+")  # code and kind of a line
_NAMED = 3  # labels that a message names; by judgement
_QUOTED = 20  # characters of a label that a message repeats; by judgement

Given = tuple[str, Kind | None]
"""A label as it is written, and the kind that is said of it."""


def read_given_labels(
    source: Path, config: dict[str, Any], kind: Kind | None, file: Path | None
) -> tuple[str, ...]:
    """The dotted codes of the outputs, from the labels file or from id2label.

    ``kind`` is that of all labels whose line does not name its own. Raises ModelFolderError
    for a label that is no code or may be one of either kind, and for a code that comes twice.
    """
    origin = file or source / "config.json"
    given = _listed(source, config) if file is None else _read_lines(file)
    given = [(label, own or kind) for label, own in given]
    # In a list with dots 486 is the diagnosis; in one without it may be the procedure 48.6 too.
    dots = all(own is not None or kind_of(label) for label, own in given)
    found = [_readings(label, own, dots=dots) for label, own in given]
    if bad := [label for (label, _), codes in zip(given, found, strict=True) if not codes]:
        raise ModelFolderError(
            f"{origin}: {len(bad):,} of {len(given):,} labels cannot be written as dotted "
            f"{kind or ''} codes: {_name(bad)}; correct them, or name codes with "
            f"{'--labels' if kind else '--kind diagnosis or --kind procedure'}"
        )
    if both := [label for (label, _), codes in zip(given, found, strict=True) if len(codes) > 1]:
        first = " or the procedure ".join(forms(both[0]).values())
        raise ModelFolderError(
            f"{origin}: {len(both):,} of {len(given):,} labels may be of either kind without their "
            f"dot: {_name(both)}. {both[0]} may be the diagnosis {first}: write the dots, or the "
            f"kind behind each ({both[0]} procedure) in a file for --labels; where all are of one "
            "kind, --kind diagnosis or --kind procedure"
        )
    codes = tuple(each[0] for each in found)
    if twice := [code for code, times in Counter(codes).items() if times > 1]:
        raise ModelFolderError(f"{origin}: {twice[0]} stands for more than one output")
    return codes


def _readings(label: str, kind: Kind | None, *, dots: bool) -> tuple[str, ...]:
    """The dotted codes a label may stand for; ``dots`` says that the list is written with them."""
    if dots and kind is None:
        return (label,)
    if kind is None:
        return tuple(forms(label).values())
    code = dot(label, kind)
    return (code,) if code else ()


def _name(labels: Sequence[str]) -> str:
    return ", ".join(repr(label[:_QUOTED]) for label in labels[:_NAMED])


def _listed(source: Path, config: dict[str, Any]) -> list[Given]:
    found = listed_labels(source, config)
    if _PLACEHOLDER.fullmatch(found[0]):
        raise ModelFolderError(
            f"{source / 'config.json'}: id2label has {found[0]} and so on instead of codes; name "
            "a file with one code a line, in the order of the outputs: --labels CODES.txt"
        )
    return [(label, None) for label in found]


def _read_lines(file: Path) -> list[Given]:
    try:
        lines = read_bounded(file).decode("utf-8-sig").rstrip().splitlines()
    except UnicodeDecodeError:
        raise ModelFolderError(f"{file} is not text in UTF-8") from None
    if not lines:
        raise ModelFolderError(f"{file} is empty; it must have one code a line")
    return [_read_line(line.strip()) for line in lines]


def _read_line(line: str) -> Given:
    """A code, with its kind where the line names it: ``9604 procedure``."""
    code, *behind = _BETWEEN.split(line, maxsplit=1)
    named = next((kind for kind in Kind if [kind.value] == [word.lower() for word in behind]), None)
    return (line, None) if named is None else (code, named)
