"""Samples for second review, held against the events that say how they were drawn.

What a source calls a service may hold anything, so a sample has a digest in its place, as an event
has of words of people: the name can go with the last encounter that has it, and the sum stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.tables import DrawRow, SampleRow
from icd9_review.store.ledger.free_text import WordsFound, find_texts, find_words, write_text
from icd9_review.store.ledger.purged import purged_services
from icd9_review.values import EventKind, Finding, Stratifier

PURGED_SERVICE: Final = "a service that was purged"
"""What is read where a sample had the name of a service."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PROBLEMS: Final[Mapping[tuple[bool, WordsFound], str]] = {
    (False, WordsFound.MISSING): "a service of sample {} is missing",
    (True, WordsFound.MISSING): "a service of sample {} is missing",
    (False, WordsFound.OTHER): "a service of sample {} is not the one that was written",
    (False, WordsFound.GONE): "a service of sample {} is gone and no event purged it",
    (True, WordsFound.OTHER): "a service of sample {} was purged and is here",
    (True, WordsFound.STAND): "a service of sample {} was purged and is here",
}
"""What is said of the name of a service, by whether an event purged it and how it is found."""


def write_services(session: Session, services: Iterable[str]) -> dict[str, str]:
    """The digest that a sample has in place of each service; none of one that nobody named."""
    return {each: write_text(session, each) if each else "" for each in sorted(set(services))}


def read_services(session: Session, rows: Iterable[SampleRow]) -> dict[str, str]:
    """The services that samples name, by their digests."""
    digests = sorted({each for row in rows for each in services_of(row)})
    found = find_texts(session, digests)
    return {each: found.get(each) or PURGED_SERVICE for each in digests}


def services_of(row: SampleRow) -> Iterator[str]:
    """The digests of the services that a sample was asked for and divided by.

    The first samples have the names themselves, which are none.
    """
    given: list[Any] = list(row.query["services"])
    if Stratifier.SERVICE.value in row.query["strata"]:
        place = row.query["strata"].index(Stratifier.SERVICE.value)
        given += [stratum[place] for stratum, _, _ in row.strata]
    return (each for each in given if _DIGEST.fullmatch(each))


def sample_sha256(row: SampleRow, draws: Sequence[DrawRow]) -> str:
    """SHA-256 of number, seed, query, strata and what was drawn, in order, as JSON."""
    given = {
        "number": row.number,
        "seed": row.seed,
        "query": row.query,
        "strata": row.strata,
        "drawn": [[each.encounter_id, each.stratum] for each in draws],
    }
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def draws_of(session: Session, sample_id: str) -> Sequence[DrawRow]:
    """What was drawn, in order."""
    mine = select(DrawRow).where(DrawRow.sample_id == sample_id)
    return session.scalars(mine.order_by(DrawRow.position)).all()


def check_samples(session: Session) -> Iterator[Finding]:
    """Samples that are missing, others than were drawn, or of which no event tells."""
    left = {row.id: row for row in session.scalars(select(SampleRow))}
    for event in ledger.walk(session, ledger.SYSTEM, (EventKind.SAMPLE_DRAWN,)):
        row = left.pop(str(event.payload["sample"]), None)
        number = event.payload["number"]
        if row is None:
            problem = f"sample {number} is missing"
            yield Finding(ledger.SYSTEM, event.sequence, problem)
        elif (row.actor, _sum(session, row)) != (event.actor, event.payload["sha256"]):
            problem = f"sample {number} is not the one that was drawn"
            yield Finding(ledger.SYSTEM, event.sequence, problem)
        else:
            yield from _check_services(session, row, event.sequence)
    for row in left.values():
        yield Finding(ledger.SYSTEM, None, f"no event tells of sample {row.number}")


def _check_services(session: Session, row: SampleRow, sequence: int) -> Iterator[Finding]:
    """Names of services that are missing, or others, or gone without a purge."""
    if not (digests := dict.fromkeys(services_of(row))):
        return
    purged = purged_services(session)
    for each in digests:
        if problem := _PROBLEMS.get((each in purged, find_words(session, each))):
            yield Finding(ledger.SYSTEM, sequence, problem.format(row.number))


def _sum(session: Session, row: SampleRow) -> str:
    return sample_sha256(row, draws_of(session, row.id))
