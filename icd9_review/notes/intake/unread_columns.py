"""Columns of a table that hold prose and that nothing is taken from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from icd9_review.notes.intake.documents import Notice

_PROSE = 40  # characters; a name, a code or a date is shorter, a remark is longer; by judgement
_NAMED = 10  # columns in one sentence, by judgement


class UnreadColumns:
    """Which of the columns that no meaning was given to hold prose, as rows come in.

    >>> unread = UnreadColumns(("note", "addendum", "ward"), {"note"})
    >>> unread.take(("CHF", "Cough is worse, sputum is green, no fever.", "3 North"))
    >>> [notice.words for notice in unread.take_notices()]
    ["has text in the column 'addendum', which is not read; put it into rows of its own to keep it"]
    """

    def __init__(self, columns: Sequence[str], read: Collection[str]) -> None:
        self._silent = {place: name for place, name in enumerate(columns) if name not in read}
        self._found: dict[int, str] = {}

    def take(self, cells: Sequence[str]) -> None:
        """A row; a column that has been found is not looked at again."""
        found = [place for place in self._silent if _is_prose(cells[place])]
        self._found |= {place: self._silent.pop(place) for place in found}

    def take_notices(self) -> tuple[Notice, ...]:
        """The columns found since this was last called, in one sentence."""
        names = [self._found[place] for place in sorted(self._found)]
        self._found = {}
        return (Notice(_words(names)),) if names else ()


def _is_prose(cell: str) -> bool:
    plain = cell.strip()
    return len(plain) > _PROSE and any(map(str.isspace, plain))


def _words(names: Sequence[str]) -> str:
    told = ", ".join(repr(name[:40]) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    which = "the columns" if len(names) > 1 else "the column"
    they_are = "which are" if len(names) > 1 else "which is"
    return (
        f"has text in {which} {told}{more}, {they_are} not read; "
        "put it into rows of its own to keep it"
    )
