"""Comments on codes: what people tell each other about a code without deciding on it.

The words are kept apart from the ledger (`store.ledger.free_text`); the event says who commented
on which code, and refers to them by their digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from icd9_review import codes
from icd9_review.errors import CodeError, ConflictError, InputError
from icd9_review.notes.text.disguised import has_controls
from icd9_review.review.fold import decided_code
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.intake.note_rows import all_notes
from icd9_review.store.ledger import free_text
from icd9_review.store.ledger.purged import refuse_purged
from icd9_review.store.people.access import check_sees
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.scoring.model_versions import load_version, scores_by_version
from icd9_review.store.users import user_names
from icd9_review.values import CodeKey, Comment, Event, EventKind, Kind, User

LONGEST_COMMENT: Final = 2_000
"""Characters of a comment; by judgement."""

_LINES = "\n\t"


def add_comment(
    database: Database,
    encounter_id: str,
    kind: Kind,
    code: str,
    words: str,
    *,
    actor: User,
    key: str,
) -> Comment:
    """Store what a person says of a code of an encounter; the chart stays as it is.

    ``words`` are trimmed and then hold 1 to 2,000 characters, on one line or several. The
    same comment sent again under its ``key`` gives the one stored before. Raises InputError
    for other words, CodeError for what is no code of this kind, PermissionDenied for a role
    that does not comment, ConflictError when the key was used for something else, NotFound
    for an unknown encounter, TextPurged for one whose text was purged.
    """
    check_may(actor, Act.COMMENT)
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", key)
    said = _check_words(words)
    with database.write() as session:
        ledger.head(session, encounter_id, lock=True)
        check_sees(session, [encounter_id], actor)
        stored = ledger.find(session, key)
        if stored is None:
            refuse_purged(session, encounter_id)
            _check_code(session, encounter_id, (kind, code))
            digest = free_text.write_text(session, said)
            payload = {"kind": kind.value, "code": code, "words": digest}
            stored = ledger.append(session, encounter_id, EventKind.COMMENTED, payload, actor, key)
        elif not _is_same(session, stored, encounter_id, (kind, code), said, actor):
            raise ConflictError("This comment's key was used for another one; write it again.")
        return find_comments(session, [stored], user_names(session))[0]


def comments(database: Database, encounter_id: str) -> tuple[Comment, ...]:
    """The comments on an encounter's codes in the order they came; none for an unknown one."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        events = ledger.read(session, encounter_id, (EventKind.COMMENTED,))
        return find_comments(session, events, user_names(session)) if events else ()


def find_comments(
    session: Session, events: Iterable[Event], names: Mapping[int, str]
) -> tuple[Comment, ...]:
    """The comments among these events with their words, by people of these names."""
    told = [event for event in events if event.kind is EventKind.COMMENTED]
    if not told:
        return ()
    words = free_text.find_texts(session, [_digest(event) for event in told])
    return tuple(
        Comment(
            sequence=event.sequence,
            code=decided_code(event)[1],
            kind=decided_code(event)[0],
            words=words.get(_digest(event)),
            actor=names[event.actor],
            at=event.at,
        )
        for event in told
    )


def _check_words(words: str) -> str:
    """The words as they are stored. Raises InputError."""
    said = words.replace("\r\n", "\n").strip()
    if not said:
        raise InputError("The comment is empty; write what the coder should know.")
    if len(said) > LONGEST_COMMENT:
        raise InputError(
            f"The comment is {len(said):,} characters long; shorten it to {LONGEST_COMMENT:,}."
        )
    if has_controls(said, besides=_LINES):
        raise InputError("The comment contains a control character; write it without.")
    return said


def _check_code(session: Session, encounter_id: str, key: CodeKey) -> None:
    """Raises CodeError unless it is a code of version 32, or one a model knows that read this."""
    if codes.is_valid(*key):
        return
    notes = [note.id for note in all_notes(session, encounter_id)]
    models = (load_version(session, each) for each in scores_by_version(session, notes))
    if not any(model is not None and key in model.places for model in models):
        raise CodeError(f"{key[1]!r:.40} is not a {key[0].value} code; comment on a code.")


def _is_same(
    session: Session, stored: Event, encounter_id: str, key: CodeKey, said: str, actor: User
) -> bool:
    """Whether an event is this comment; purged words cannot be compared."""
    mine = (encounter_id, EventKind.COMMENTED, actor.id)
    if (stored.stream, stored.kind, stored.actor) != mine or decided_code(stored) != key:
        return False
    return free_text.find_text(session, _digest(stored)) in (None, said)


def _digest(event: Event) -> str:
    return str(event.payload["words"])
