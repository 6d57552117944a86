"""Who works with the program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a user may do; SYSTEM is the program itself and nobody signs in with it."""

    CODER = "coder"
    CLINICIAN = "clinician"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    role: Role
