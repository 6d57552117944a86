"""Failed sign-ins, counted where every replica sees them.

A try is counted before the password is looked at, so that many at once are as many; one that
succeeds takes its count back. Names that nobody has are counted like others: being locked says
nothing about who works here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Network, ip_address

from sqlalchemy import delete
from sqlalchemy.orm import Session

from icd9_review.store.database.engine import lock
from icd9_review.store.database.tables import AttemptRow

PAUSE = timedelta(minutes=15)
"""How long nothing is tried after too many failures; by judgement: ten guesses a quarter of an
hour are too few for fifteen characters."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What a try is counted under; how many may fail before a pause, and how many in a row at all.

    Where there is no last one, a pause makes all forgotten.
    """

    subject: str
    most: int
    last: int | None = None

    @property
    def id(self) -> str:
        return sha256(self.subject.encode("utf-8", "surrogatepass")).hexdigest()


def of_name(name: str) -> Tries:
    """Tries for a name: ten, by judgement more than whoever mistypes needs, and a hundred in a row
    (NIST SP 800-63B-4, 3.2.2) before an administrator has to look."""
    return Tries(f"name:{name.casefold()}", 10, last=100)


def of_factor(person_id: int) -> Tries:
    """Tries for the second factor of a person, as many as for a name and counted apart: a password
    that was right makes no wrong code forgotten."""
    return Tries(f"factor:{person_id}", 10, last=100)


def of_address(address: str) -> Tries:
    """Tries from an address, a hundred: a ward may share one.

    Of IPv6 from the whole /64 that it lies in: whoever has one of its addresses has all 2^64 (RFC
    6177), and would never meet a bound that counted each by itself.
    """
    return Tries(f"address:{_line_of(address)}", 100)


def of_token_from(address: str) -> Tries:
    """Tries of other programs from an address, with tokens that nobody has: as many, counted apart
    from those of people."""
    return Tries(f"token:{_line_of(address)}", 100)


def _line_of(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))


def count_try(session: Session, tries: Tries, now: datetime) -> int:
    """The number of this try since the last that succeeded; 0 where none is to be made now."""
    lock(session, tries.id)
    row = session.get(AttemptRow, tries.id)
    if row is None:
        session.add(AttemptRow(id=tries.id, failures=1, last=now))
        return 1
    if tries.last is None and abs(now - row.last) >= PAUSE:
        row.failures, row.last = 0, now
    if _is_pausing(row, tries, now):
        return 0
    row.failures += 1
    if tries.last is not None or row.failures >= tries.most:
        row.last = now
    return row.failures


def forget_tries(session: Session, tries: Tries) -> None:
    """Whoever came so may start anew."""
    lock(session, tries.id)
    session.execute(delete(AttemptRow).where(AttemptRow.id == tries.id))


def take_back(session: Session, tries: Tries) -> None:
    """This one try was none that failed; the others stay counted."""
    lock(session, tries.id)
    row = session.get(AttemptRow, tries.id)
    if row is not None and row.failures > 0:
        row.failures -= 1


def _is_pausing(row: AttemptRow, tries: Tries, now: datetime) -> bool:
    if tries.last is not None and row.failures >= tries.last:
        return True
    full = row.failures > 0 and row.failures % tries.most == 0
    return full and abs(now - row.last) < PAUSE  # whichever way a clock was set
