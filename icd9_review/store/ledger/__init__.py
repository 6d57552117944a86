"""The ledger: events that are only appended, each chained to the one before."""

from icd9_review.store.ledger.events import (
    SYSTEM,
    ZERO,
    append,
    check_token,
    decode,
    digest,
    encode,
    events,
    find,
    head,
    last,
    lock_heads,
    now,
    read,
    read_many,
    start_stream,
)

__all__ = [
    "SYSTEM",
    "ZERO",
    "append",
    "check_token",
    "decode",
    "digest",
    "encode",
    "events",
    "find",
    "head",
    "last",
    "lock_heads",
    "now",
    "read",
    "read_many",
    "start_stream",
]
