"""Who may what: one table of acts and roles, which pages and the store ask alike.

Pages leave out what a person may not do; the store refuses it, whoever asks. On which encounters
they may do it says ``access``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from icd9_review.errors import PermissionDenied
from icd9_review.values import Role, User


class Act(StrEnum):
    """What a person does with the program."""

    READ = "read"
    TAKE_IN = "take_in"
    OPEN = "open"
    CODE = "code"
    ASSIGN = "assign"
    COMMENT = "comment"
    ASK = "ask"
    ANSWER = "answer"
    TRY_OUT = "try_out"
    EXPORT = "export"
    AUDIT = "audit"
    SAMPLE = "sample"
    REVIEW = "review"
    KEEP_GOLD = "keep_gold"
    COMPARE = "compare"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do something, and what is said to whoever may not."""

    roles: tuple[Role, ...]
    refusal: str


_CODERS = (Role.CODER, Role.ADMINISTRATOR)
_EVERYBODY = (Role.CODER, Role.CLINICIAN, Role.AUDITOR, Role.ADMINISTRATOR)
_ADMINISTRATORS = (Role.ADMINISTRATOR,)

PERMISSIONS: Final[Mapping[Act, Permission]] = MappingProxyType(
    {
        Act.READ: Permission(_EVERYBODY, "does not read encounters"),
        Act.TAKE_IN: Permission(
            (*_CODERS, Role.SYSTEM), "does not take in notes; ask a coder to do it"
        ),
        Act.OPEN: Permission(
            (*_CODERS, Role.AUDITOR),
            "does not open the workbench; ask a coder, an auditor or an administrator to do it",
        ),
        Act.CODE: Permission(_CODERS, "does not decide on codes; ask a coder to do it"),
        Act.ASSIGN: Permission(
            _ADMINISTRATORS, "does not assign work to others; ask an administrator to do it"
        ),
        Act.COMMENT: Permission(_EVERYBODY, "does not comment on codes"),
        Act.ASK: Permission(
            (*_CODERS, Role.AUDITOR), "does not ask physicians; ask a coder to do it"
        ),
        Act.ANSWER: Permission(
            (Role.CLINICIAN,), "does not answer for the physician; ask a clinician to do it"
        ),
        Act.TRY_OUT: Permission(
            (*_CODERS, Role.CLINICIAN), "does not try out changed notes; ask a coder to do it"
        ),
        Act.EXPORT: Permission(
            (*_CODERS, Role.AUDITOR, Role.SYSTEM),
            "does not export; ask a coder, an auditor or an administrator to do it",
        ),
        Act.AUDIT: Permission(
            (Role.AUDITOR, Role.ADMINISTRATOR, Role.SYSTEM),
            "does not look into the ledger; ask an auditor or an administrator to do it",
        ),
        Act.SAMPLE: Permission(
            (Role.AUDITOR, Role.ADMINISTRATOR, Role.SYSTEM),
            "does not draw samples; ask an auditor or an administrator to do it",
        ),
        Act.REVIEW: Permission(
            (Role.AUDITOR, Role.ADMINISTRATOR), "does not audit charts; ask an auditor to do it"
        ),
        Act.KEEP_GOLD: Permission(
            (Role.AUDITOR, Role.ADMINISTRATOR, Role.SYSTEM),
            "does not have charts coded twice; ask an auditor or an administrator to do it",
        ),
        Act.COMPARE: Permission(
            (Role.AUDITOR, Role.ADMINISTRATOR, Role.SYSTEM),
            "does not look at the models; ask an auditor or an administrator to do it",
        ),
        Act.ADMINISTER: Permission(
            (*_ADMINISTRATORS, Role.SYSTEM), "does not administer; ask an administrator to do it"
        ),
    }
)
"""The system is the program itself: what is done on the command line."""

EVERY_TEAM: Final = (Role.AUDITOR, Role.SYSTEM)
"""Who sees the encounters of every team. Auditors review what all have done, and every look of
theirs is an event. Administrators look after people and move encounters without reading them: what
they see, they see as members of a team."""


def may(person: User, act: Act) -> bool:
    """Whether a person's role allows an act.

    >>> may(User(2, "Ana", Role.AUDITOR), Act.EXPORT), may(User(2, "Ana", Role.AUDITOR), Act.CODE)
    (True, False)
    """
    return person.role in PERMISSIONS[act].roles


def check_may(person: User, act: Act) -> None:
    """Raises PermissionDenied, with the role and whom to ask, for what a person may not do."""
    if not may(person, act):
        raise PermissionDenied(f"The role {person.role.value} {PERMISSIONS[act].refusal}.")
