"""Who works with the program, and how they showed that they are who they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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


class Proof(StrEnum):
    """How somebody showed who they are: when their session began, or before they signed."""

    CHOSEN = "chosen"
    PASSWORD = "password"  # noqa: S105
    PROVIDER = "provider"
    PROXY = "proxy"


class SignInFailure(StrEnum):
    """Why a service or a proxy let nobody in; a wrong password has none of these."""

    CANCELLED = "cancelled"
    REFUSED = "refused"
    ANSWER = "answer"
    IDENTITY = "identity"
    EMAIL = "email"
    ROLE = "role"
    OTHER_PERSON = "other_person"
    HEADER = "header"


class Factor(StrEnum):
    """What somebody showed besides their password when their session began."""

    CODE = "code"
    RECOVERY_CODE = "recovery code"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Since when a person shows codes besides the password, and how many recovery codes are
    left."""

    since: datetime
    recovery_codes: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a signer showed once more who they are.

    ``at`` is when: of a provider the moment that it names (its ``auth_time``).
    """

    proof: Proof
    at: datetime


@dataclass(frozen=True, slots=True)
class Team:
    """People who see the encounters that are theirs, where these are restricted to teams."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person as administrators know them.

    ``identity`` is what a sign-in service calls them: the claim of a provider, the header of a
    proxy. None where they sign in by a password or not at all. ``teams`` are theirs, by name. A
    ``service`` account is another program's: it has tokens and signs in nowhere.
    """

    person: User
    active: bool
    identity: str | None
    has_password: bool
    has_factor: bool
    teams: tuple[Team, ...] = ()
    service: bool = False


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A token of a service account, without the token itself, which nobody keeps.

    ``id`` is what lists and the ledger call it; ``used`` is when it was last shown, to the minute.
    It counts until it ``expires`` or was ``revoked``.
    """

    id: str
    account: User
    created: datetime
    expires: datetime
    used: datetime | None
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address of another program that is told when an encounter was signed.

    The secret that its messages are signed with is shown once, and not here.
    """

    id: str
    account: User
    url: str
    created: datetime


class DeliveryState(StrEnum):
    """Where a message to a webhook stands; DEAD is what was given up."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"


class GlassReason(StrEnum):
    """Why somebody looks at an encounter of another team."""

    CARE = "care"
    COVERING = "covering"
    DEADLINE = "deadline"
    QUERY = "query"
    WRONG_TEAM = "wrong_team"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """That somebody looked at an encounter of another team: why, from when until when.

    ``words`` are what they wrote besides; None where they wrote nothing or it was purged.
    """

    encounter_id: str
    encounter: str
    person: User
    reason: GlassReason
    words: str | None
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended: whose it is, how and when that was shown.

    ``factor`` is what was shown besides the password, ``has_factor`` whether the person has set
    one up. ``ends`` is when it lapses unless the person does something before; ``expires`` cannot
    be put off. With a temporary password nothing may be done but to replace it.
    """

    id: str
    person: User
    identity: str | None
    temporary: bool
    proof: Proof
    factor: Factor | None
    has_factor: bool
    proved: datetime
    began: datetime
    seen: datetime
    ends: datetime
    expires: datetime
    browser: str
    address: str
