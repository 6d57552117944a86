"""How an encounter or a note of another system is recognised without keeping its name.

Visit numbers and document numbers identify patients to whoever has the other system.
Stored is HMAC-SHA-256 of the identifier with a random key of this database. A plain
hash would not do: visit numbers are short, and whoever gets hold of the file could try
them all. With the key in the same database this protects what leaves it without the
``secrets`` table (exports, reports, a table copied for analysis), and no two databases
can be joined by it; who has the whole database has the notes as well.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.notes.intake.particulars.words import account_key
from icd9_review.store.database.tables import SecretRow

KEY = "identities"


def keyed_digest(session: Session, *parts: str) -> str:
    """The keyed digest of an identifier with what it belongs to; no two lists give the same."""
    key = session.scalars(select(SecretRow.value).where(SecretRow.name == KEY)).one()
    written = b"".join(
        len(data).to_bytes(8, "big") + data
        for data in (part.encode("utf-8", "surrogatepass") for part in parts)
    )
    return hmac.new(key, written, sha256).hexdigest()


def account_digest(session: Session, account: str | None) -> str | None:
    """What an encounter is found by whose account number somebody types; None for what is none.

    Who gave it out does not matter: people type the number alone.
    """
    key = account_key(account)
    return None if key is None else keyed_digest(session, "account", key)
