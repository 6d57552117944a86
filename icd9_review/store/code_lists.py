"""Imported releases of code lists, and which lists are in force.

A release is one compressed JSON, so that reading 13,000 headings and 77,000 index entries
is one row each.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import asdict, astuple
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import (
    IndexEntry,
    ListName,
    ListOrigin,
    Lists,
    Provenance,
    Release,
    SourceName,
    Substance,
    TabularNotes,
    describe_sources,
)
from icd9_review.errors import InputError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import ReleaseRow
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import EventKind, Kind, User


def replace_lists(
    database: Database, releases: Sequence[Release], *, actor: User
) -> tuple[Release, ...]:
    """Store releases in place of those of the same name, all or none; those that are new.

    What is stored already, read from the same file, is left alone and has no event. Raises
    InputError for two releases of one name: which one is meant is not for us to say;
    PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    names = [release.name for release in releases]
    if twice := {name for name in names if names.count(name) > 1}:
        raise InputError(f"Two files hold {', '.join(sorted(twice))}; give one of them.")
    with database.write() as session:
        lock(session, "code_releases")
        return tuple(release for release in releases if _replace(session, release, actor))


def lists_in_force(database: Database) -> Lists:
    """The built-in lists with the imported releases over them."""
    with database.read() as session:
        rows = session.scalars(select(ReleaseRow).order_by(ReleaseRow.name)).all()
    lists = built_in_lists()
    for row in rows:
        lists = lists.with_release(_decode(row))
    return lists


def lists_version(database: Database) -> str:
    """A short digest of what ``lists_in_force`` gives, without reading it.

    It changes with every import, whichever process made it.
    """
    with database.read() as session:
        return find_lists_version(session)


def find_lists_version(session: Session) -> str:
    """The same inside a transaction."""
    stored = session.execute(
        select(ReleaseRow.name, ReleaseRow.version, ReleaseRow.sha256, ReleaseRow.digest).order_by(
            ReleaseRow.name
        )
    ).all()
    built_in = sorted({source.sha256 for source in describe_sources(built_in_lists())})
    parts = [built_in, *(list(row) for row in stored)]
    return sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _replace(session: Session, release: Release, actor: User) -> bool:
    content = _encode(release)
    digest = sha256(content).hexdigest()
    name, origin = release.name.value, release.provenance
    stored = session.execute(
        select(ReleaseRow.version, ReleaseRow.sha256, ReleaseRow.digest).where(
            ReleaseRow.name == name
        )
    ).one_or_none()
    if stored is not None and tuple(stored) == (origin.version, origin.sha256, digest):
        return False
    session.execute(delete(ReleaseRow).where(ReleaseRow.name == name))
    session.add(
        ReleaseRow(
            name=name,
            version=origin.version,
            sha256=origin.sha256,
            digest=digest,
            content=zlib.compress(content),
            actor=actor.id,
            at=ledger.now(),
        )
    )
    _record(session, release, actor)
    return True


def _record(session: Session, release: Release, actor: User) -> None:
    payload = {
        "name": release.name.value,
        "version": release.provenance.version,
        "sha256": release.provenance.sha256,
        "count": release.count,
        "lists": {name.value: len(keys) for name, keys in release.lists.items()},
    }
    key = f"codes/{uuid.uuid4().hex}"
    ledger.append(session, ledger.SYSTEM, EventKind.CODES_IMPORTED, payload, actor, key)


def _encode(release: Release) -> bytes:
    """The canonical JSON of what a release holds; empty notes are left out.

    So is the table of drugs in every other release, which keeps the digests they always had.
    """
    content: dict[str, object] = {
        "lists": {
            name.value: {
                kind.value: sorted(code for each, code in keys if each is kind) for kind in Kind
            }
            for name, keys in release.lists.items()
        },
        "tabular": [
            {field: value for field, value in asdict(notes).items() if value}
            for notes in release.tabular.values()
        ],
        "index": [_entry(entry) for entry in release.index],
    }
    if release.drugs:
        content["drugs"] = [astuple(substance) for substance in release.drugs]
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def _entry(entry: IndexEntry) -> list[str]:
    """Phrase and code; the kind of procedures alone, as entries were stored before."""
    kind = [entry.kind.value] if entry.kind is Kind.PROCEDURE else []
    return [entry.phrase, entry.code, *kind]


def _decode(row: ReleaseRow) -> Release:
    content: dict[str, Any] = json.loads(zlib.decompress(row.content))
    return Release(
        SourceName(row.name),
        Provenance(ListOrigin.OFFICIAL, row.version, row.sha256),
        {
            ListName(name): frozenset((Kind(kind), code) for kind in on for code in on[kind])
            for name, on in content["lists"].items()
        },
        {notes["heading"]: _notes(notes) for notes in content["tabular"]},
        tuple(IndexEntry(*entry[:2], *map(Kind, entry[2:])) for entry in content["index"]),
        tuple(Substance(*row) for row in content.get("drugs", ())),
    )


def _notes(stored: dict[str, Any]) -> TabularNotes:
    rest = {kind: tuple(texts) for kind, texts in stored.items() if isinstance(texts, list)}
    return TabularNotes(stored["heading"], stored["title"], **rest)
