"""Which edits wait for an official list."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.codes.lists import ListName, Lists

_MCE = "the list of the Medicare Code Editor (MCE v32)"
_POA = "the list of POA-exempt codes (CMS, FY2015)"
_TABULAR = "the tabular list (CDC, FY2012)"
# Numbers of rules as docs/edits.md has them.
_NEEDS = (
    (5, "age and sex", _MCE, (ListName.NEWBORN, ListName.MATERNITY, ListName.FEMALE)),
    (6, "manifestation as principal diagnosis", _MCE, (ListName.MANIFESTATION,)),
    (7, "unacceptable principal diagnosis", _MCE, (ListName.UNACCEPTABLE_PRINCIPAL,)),
    (8, "questionable admission", _MCE, (ListName.QUESTIONABLE_ADMISSION,)),
    (25, "exemption from POA", _POA, (ListName.POA_EXEMPT,)),
    (30, "coverage, wrong procedure, length of stay", _MCE, (ListName.NONCOVERED,)),
)
# Rules by the notes of the tabular list that they follow, numbered likewise.
_NOTES = ((9, "code first"), (10, "use additional code"), (11, "excludes"))


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A rule that official lists would make complete.

    ``partly``: built-in facts stand in for the list; else the rule does nothing at all.
    """

    number: int
    what: str
    needs: str
    partly: bool


def not_checked(lists: Lists) -> tuple[Unchecked, ...]:
    """The rules that are incomplete with the lists in force, by number.

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> [each.number for each in not_checked(built_in_lists()) if not each.partly]
    [8, 9, 10, 11, 30]
    """
    found = [
        Unchecked(number, what, needs, any(name in lists.lists for name in names))
        for number, what, needs, names in _NEEDS
        if not all(lists.is_official(name) for name in names)
    ]
    if not lists.tabular:
        found += [Unchecked(number, what, _TABULAR, False) for number, what in _NOTES]
    return tuple(sorted(found, key=lambda one: one.number))
