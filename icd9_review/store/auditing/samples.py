"""Samples for second review: drawn once, kept with seed, question and outcome, drawn again.

What was drawn stands in tables; an event of the system has the seed and the sum of all of it.
Of services the tables have digests (``ledger.samples``), and of what was drawn by which none: a
purge takes an encounter's service, and nothing shall give it back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, InputError, NotFound, PermissionDenied
from icd9_review.quality.sampling import (
    MOST_SEED,
    check_query,
    compare_draws,
    draw_sample,
    has_trait,
)
from icd9_review.store import ledger
from icd9_review.store.auditing.signed_encounters import signed_encounters
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import DrawRow, EncounterRow, SampleRow, SummaryRow
from icd9_review.store.intake.note_rows import new_id
from icd9_review.store.ledger.samples import (
    draws_of,
    read_services,
    sample_sha256,
    write_services,
)
from icd9_review.store.people.access import in_team
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.users import user_names
from icd9_review.values import (
    CareSetting,
    Draw,
    EncounterStatus,
    EventKind,
    Redraw,
    Sample,
    SampleQuery,
    Stratifier,
    StratumCount,
    Trait,
    User,
)

_SHOWN: Final = 100  # samples of a list, unless said otherwise; by judgement


def keep_sample(
    database: Database, query: SampleQuery, *, actor: User, key: str, seed: int | None = None
) -> Sample:
    """Draw a sample and store it with its seed, which is a random one unless given.

    The same ``key`` gives the sample stored before. Raises InputError for a query that cannot be,
    or of which nothing is left to draw from; PermissionDenied; ConflictError when the key was used
    for something else.
    """
    check_may(actor, Act.SAMPLE)
    ledger.check_token("idempotency key", key)
    seed = secrets.randbelow(MOST_SEED + 1) if seed is None else seed
    check_query(query, seed)
    with database.write() as session:
        lock(session, "samples")
        if (stored := ledger.find(session, key)) is not None:
            if stored.kind is not EventKind.SAMPLE_DRAWN or stored.actor != actor.id:
                raise ConflictError("This key was used for something else; reload the page.")
            return _sample(session, session.get_one(SampleRow, stored.payload["sample"]), actor)
        row = _draw(session, query, seed, actor, key)
        return _sample(session, row, actor)


def samples(
    database: Database, *, actor: User, first: int = 0, most: int = _SHOWN
) -> tuple[Sample, ...]:
    """Samples, the newest first: so many from the ``first`` on. Raises PermissionDenied."""
    check_may(actor, Act.SAMPLE)
    newest = select(SampleRow).order_by(SampleRow.number.desc()).offset(first).limit(most)
    with database.read() as session:
        return tuple(_sample(session, row, actor) for row in session.scalars(newest).all())


def count_samples(database: Database, *, actor: User) -> int:
    """How many samples were drawn. Raises PermissionDenied."""
    check_may(actor, Act.SAMPLE)
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(SampleRow)) or 0


def signed_services(database: Database, *, actor: User) -> tuple[str, ...]:
    """The services of signed encounters that the person may draw from. Raises PermissionDenied."""
    check_may(actor, Act.SAMPLE)
    with database.read() as session:
        mine = in_team(session, actor)
        found = session.scalars(_services()).all()
        return tuple(sorted(each for each in found if each and _signs(session, each, mine)))


def _services() -> Select[str | None]:
    """Every service, each found from the one before by the index: a few among a million rows."""
    column = EncounterRow.service
    first = select(func.min(column).label("service")).cte("services", recursive=True)
    least = select(func.min(column)).where(column > first.c.service).correlate(first)
    after = select(least.scalar_subquery()).select_from(first)
    every = first.union_all(after.where(first.c.service.is_not(None)))
    return select(every.c.service)


def _signs(session: Session, service: str, mine: Sequence[ColumnElement[bool]]) -> bool:
    signed = (
        select(EncounterRow.id)
        .join(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(EncounterRow.service == service, *mine)
        .where(SummaryRow.status == EncounterStatus.FINALISED)
    )
    return session.scalar(signed.limit(1)) is not None


def sample(database: Database, number: int, *, actor: User) -> Sample:
    """A sample by its number; of what was drawn what the person sees. Raises NotFound."""
    check_may(actor, Act.SAMPLE)
    with database.read() as session:
        return _sample(session, _row(session, number), actor)


def redraw(database: Database, number: int, *, actor: User) -> Redraw:
    """What the same question and seed draw now, beside what was drawn; nothing is stored.

    Raises NotFound, PermissionDenied also for somebody who does not see every encounter.
    """
    check_may(actor, Act.SAMPLE)
    with database.read() as session:
        if in_team(session, actor):
            raise PermissionDenied(
                "You do not see the encounters of other teams, so you cannot draw from all of them "
                "again; ask an auditor to do it."
            )
        row = _row(session, number)
        query = _read_query(row.query, read_services(session, [row]))
        candidates = [
            each
            for each in signed_encounters(session, query, actor)
            if has_trait(each, query.traits)
        ]
        drawn, _ = draw_sample(candidates, query, row.seed)
        return compare_draws(_drawn(draws_of(session, row.id)), drawn, candidates)


def _draw(session: Session, query: SampleQuery, seed: int, actor: User, key: str) -> SampleRow:
    drawn, counts = draw_sample(signed_encounters(session, query, actor), query, seed)
    if not drawn:
        raise InputError(
            "No signed encounter fits these filters, so there is nothing to draw; take a longer "
            "period or fewer filters."
        )
    row = _sample_row(session, query, counts, seed, actor)
    session.add(row)
    session.flush()
    draws = [
        DrawRow(
            sample_id=row.id,
            position=position,
            encounter_id=each.encounter_id,
            stratum=_stratum(each.stratum, query, {}),
        )
        for position, each in enumerate(drawn)
    ]
    session.add_all(draws)
    _tell(session, row, draws, actor, key)
    return row


def _sample_row(
    session: Session, query: SampleQuery, counts: Sequence[StratumCount], seed: int, actor: User
) -> SampleRow:
    parts = [part for each in counts for part in zip(query.strata, each.stratum, strict=True)]
    named = [part for by, part in parts if by is Stratifier.SERVICE]
    services = write_services(session, [*query.services, *named])
    return SampleRow(
        id=new_id(),
        number=(session.scalar(select(func.max(SampleRow.number))) or 0) + 1,
        seed=seed,
        query=_write_query(query, services),
        strata=[
            [_stratum(each.stratum, query, services), each.candidates, each.drawn]
            for each in counts
        ],
        actor=actor.id,
        at=ledger.now(),
    )


def _stratum(stratum: Sequence[str], query: SampleQuery, services: Mapping[str, str]) -> list[str]:
    """A stratum as it is stored: its service by another name, or as if nobody had named it."""
    parts = zip(query.strata, stratum, strict=True)
    return [services.get(part, "") if by is Stratifier.SERVICE else part for by, part in parts]


def _tell(session: Session, row: SampleRow, draws: list[DrawRow], actor: User, key: str) -> None:
    said = {
        "sample": row.id,
        "number": row.number,
        "seed": row.seed,
        "candidates": sum(held for _, held, _ in row.strata),
        "drawn": len(draws),
        "sha256": sample_sha256(row, draws),
    }
    ledger.append(session, ledger.SYSTEM, EventKind.SAMPLE_DRAWN, said, actor, key)


def _row(session: Session, number: int) -> SampleRow:
    row = session.scalars(select(SampleRow).where(SampleRow.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no sample {number}.")
    return row


def _sample(session: Session, row: SampleRow, actor: User) -> Sample:
    draws = draws_of(session, row.id)
    if conditions := in_team(session, actor):
        ids = [each.encounter_id for each in draws]
        mine = select(EncounterRow.id).where(EncounterRow.id.in_(ids), *conditions)
        shown = set(session.scalars(mine))
        draws = [each for each in draws if each.encounter_id in shown]
    services = read_services(session, [row])
    return Sample(
        id=row.id,
        number=row.number,
        seed=row.seed,
        query=_read_query(row.query, services),
        strata=tuple(
            StratumCount(_named(name, services), held, drawn) for name, held, drawn in row.strata
        ),
        drawn=_drawn(draws),
        actor=user_names(session)[row.actor],
        at=row.at,
    )


def _named(stratum: Sequence[str], services: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(services.get(part, part) for part in stratum)


def _drawn(draws: Sequence[DrawRow]) -> tuple[Draw, ...]:
    return tuple(Draw(each.encounter_id, tuple(each.stratum)) for each in draws)


def _write_query(query: SampleQuery, services: Mapping[str, str]) -> dict[str, Any]:
    return {
        "size": query.size,
        "since": query.since and query.since.isoformat(),
        "until": query.until and query.until.isoformat(),
        "coders": sorted(query.coders),
        "settings": [each.value for each in query.settings],
        "services": [services[each] for each in query.services],
        "traits": [each.value for each in query.traits],
        "strata": [each.value for each in query.strata],
        **({"version": query.version, "first": query.first} if query.version else {}),
    }


def _read_query(given: dict[str, Any], services: Mapping[str, str]) -> SampleQuery:
    return SampleQuery(
        size=given["size"],
        since=_read_day(given["since"]),
        until=_read_day(given["until"]),
        coders=tuple(given["coders"]),
        settings=tuple(map(CareSetting, given["settings"])),
        services=_named(given["services"], services),
        traits=tuple(map(Trait, given["traits"])),
        strata=tuple(map(Stratifier, given["strata"])),
        version=given.get("version", ""),
        first=given.get("first", 0),
    )


def _read_day(given: str | None) -> date | None:
    return cast("date | None", given and date.fromisoformat(given))
