"""Queries to physicians, as the events of an encounter tell them.

Question, answers to choose from and the words of the answer are kept apart from the ledger
(`store.ledger.free_text`); the events say who asked what kind of thing, by which places of the
notes, and who answered, and refer to the words by their digest. An answer changes no code: coders
read it as they read a note. A hold that waits for a query ends with the last one that is open.

A query about a twin is stored as any other, so that whoever codes it learns nothing, and stays
open: no physician sees it, because the patient's was asked when the source was coded. It is named
to those who keep gold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, cast

from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, InputError, NotFound
from icd9_review.notes.text.disguised import has_controls
from icd9_review.quality.queries.compliance import compliance_problems
from icd9_review.quality.queries.open_queries import QUERY_KINDS, hold_to_end
from icd9_review.quality.queries.templates import offered_answers
from icd9_review.review.fold import DECISIONS, evidence
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.intake.note_rows import all_notes
from icd9_review.store.ledger import free_text
from icd9_review.store.ledger.purged import refuse_purged
from icd9_review.store.people.access import check_sees
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.projections import outcomes, summaries
from icd9_review.store.querying.standing import reads_to_answer
from icd9_review.store.recoding.twin_marks import is_twin
from icd9_review.store.users import user_names
from icd9_review.values import (
    Action,
    Event,
    EventKind,
    PhysicianAnswer,
    PhysicianQuery,
    PhysicianQueryDraft,
    PhysicianQueryReason,
    PhysicianQueryStatus,
    User,
)

LONGEST_ANSWER: Final = 2_000
"""Characters of an answer in words; by judgement, as of a comment."""

_LINES = "\n\t"
_NO_QUERY = "There is no such query; it may be one of another encounter."
_Said = dict[str, Any]


def ask_physician(
    database: Database, encounter_id: str, draft: PhysicianQueryDraft, *, actor: User, key: str
) -> PhysicianQuery:
    """Ask the physician of an encounter; the chart stays as it is.

    The same query sent again under its ``key`` gives the one stored before. Raises InputError with
    what `compliance_problems` finds, and for places that are not in its notes, PermissionDenied,
    ConflictError when the key was used for something else, NotFound for an unknown encounter,
    TextPurged for one whose text was purged.
    """
    check_may(actor, Act.ASK)
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        ledger.head(session, encounter_id, lock=True)
        check_sees(session, [encounter_id], actor)
        stored = ledger.find(session, key)
        if stored is None:
            refuse_purged(session, encounter_id)
            _check_draft(session, encounter_id, draft)
            stored = _ask(session, encounter_id, draft, actor, key)
        elif not _is_same(session, stored, encounter_id, draft, actor):
            raise ConflictError("This query's key was used for another one; ask it again.")
        return _find(session, encounter_id, stored.sequence)


def answer_query(
    database: Database,
    encounter_id: str,
    query: int,
    *,
    option: int | None = None,
    words: str = "",
    actor: User,
    key: str,
) -> PhysicianQuery:
    """Answer an open query by one of its answers, by its place from 0, in words, or both.

    The last two answers stand behind those of the query (`offered_answers`); "other" needs words.
    Raises InputError for no answer, PermissionDenied, NotFound for an unknown query, and
    ConflictError for one that was answered or withdrawn meanwhile.
    """
    check_may(actor, Act.ANSWER)
    said = words.replace("\r\n", "\n").strip()
    with database.write() as session:
        if is_twin(session, encounter_id):
            raise NotFound(_NO_QUERY)
        stored, open_query = _begin(session, encounter_id, query, actor, key)
        if stored is None:
            refuse_purged(session, encounter_id)
            _check_answer(open_query, option, said)
            payload: dict[str, object] = {"query": query, "option": option}
            if said:
                payload["words"] = free_text.write_text(session, said)
            kind = EventKind.PHYSICIAN_ANSWERED
            ledger.append(session, encounter_id, kind, payload, actor, key)
            _end_hold(session, encounter_id, actor, key)
        return _find(session, encounter_id, query)


def withdraw_query(
    database: Database, encounter_id: str, query: int, *, actor: User, key: str
) -> PhysicianQuery:
    """Take an open query back. Raises as ``answer_query`` does."""
    check_may(actor, Act.ASK)
    with database.write() as session:
        stored, _ = _begin(session, encounter_id, query, actor, key)
        if stored is None:
            kind = EventKind.PHYSICIAN_QUERY_WITHDRAWN
            ledger.append(session, encounter_id, kind, {"query": query}, actor, key)
            _end_hold(session, encounter_id, actor, key)
        return _find(session, encounter_id, query)


def physician_queries(database: Database, encounter_id: str) -> tuple[PhysicianQuery, ...]:
    """The queries about an encounter in the order they were asked; none for an unknown one.

    Of a twin none where a clinician reads.
    """
    with database.read() as session:
        check_sees(session, [encounter_id])
        if is_twin(session, encounter_id) and reads_to_answer(session):
            return ()
        return _queries(session, encounter_id)


def _begin(
    session: Session, encounter_id: str, query: int, actor: User, key: str
) -> tuple[Event | None, PhysicianQuery]:
    """What was stored under the key for this query, and the query: open where nothing was."""
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", key)
    ledger.head(session, encounter_id, lock=True)
    check_sees(session, [encounter_id], actor)
    stored, found = ledger.find(session, key), _find(session, encounter_id, query)
    if stored is not None:
        mine = stored.stream, stored.actor, stored.payload.get("query")
        if mine != (encounter_id, actor.id, query):
            raise ConflictError("This key was used for something else; try it again.")
    elif found.status is not PhysicianQueryStatus.OPEN:
        raise ConflictError(f"This query is {found.status.value} already; nothing was changed.")
    return stored, found


def _end_hold(session: Session, encounter_id: str, actor: User, key: str) -> None:
    """Take the encounter off a hold that waited for what was settled just now."""
    waited = hold_to_end(ledger.read(session, encounter_id, (*DECISIONS, *QUERY_KINDS)))
    if waited is None:
        return
    payload = {"action": Action.RELEASE.value, "query": waited}
    name = sha256(f"release {key}".encode()).hexdigest()
    ledger.append(session, encounter_id, EventKind.RELEASED, payload, actor, name)
    summaries.refresh(session, [encounter_id])
    outcomes.refresh_outcomes(session, [encounter_id])


def _check_draft(session: Session, encounter_id: str, draft: PhysicianQueryDraft) -> None:
    texts = {note.id: note.text for note in all_notes(session, encounter_id)}
    cited = []
    for span in draft.indicators:
        text = texts.get(span.note_id)
        if text is None or not 0 <= span.start < span.end <= len(text):
            raise InputError("A quoted place is not in the notes; choose the words again.")
        cited.append(text[span.start : span.end])
    if problems := compliance_problems(draft, cited):
        raise InputError(" ".join(problems))


def _check_answer(query: PhysicianQuery, option: int | None, said: str) -> None:
    answers = offered_answers(query.options)
    if option is None and not said:
        raise InputError("The answer is empty; choose one or write it.")
    if option is not None and not 0 <= option < len(answers):
        raise InputError(f"There is no answer {option + 1}; choose one of {len(answers)}.")
    if option == len(answers) - 2 and not said:
        raise InputError("Other what? Please write it beside.")
    if len(said) > LONGEST_ANSWER:
        raise InputError(
            f"The answer is {len(said):,} characters long; shorten it to {LONGEST_ANSWER:,}."
        )
    if has_controls(said, besides=_LINES):
        raise InputError("The answer contains a control character; write it without.")


def _ask(
    session: Session, encounter_id: str, draft: PhysicianQueryDraft, actor: User, key: str
) -> Event:
    payload = {
        "reason": draft.reason.value,
        "evidence": [[each.note_id, each.start, each.end] for each in draft.indicators],
        "words": free_text.write_text(session, _write(draft)),
    }
    return ledger.append(session, encounter_id, EventKind.PHYSICIAN_ASKED, payload, actor, key)


def _write(draft: PhysicianQueryDraft) -> str:
    """Question and answers as one text: they are purged together."""
    question = draft.question.replace("\r\n", "\n").strip()
    return json.dumps([question, *(each.strip() for each in draft.options)], ensure_ascii=False)


def _is_same(
    session: Session, stored: Event, encounter_id: str, draft: PhysicianQueryDraft, actor: User
) -> bool:
    """Whether an event is this query; purged words cannot be compared."""
    mine = encounter_id, EventKind.PHYSICIAN_ASKED, actor.id
    if (stored.stream, stored.kind, stored.actor) != mine:
        return False
    same = stored.payload["reason"] == draft.reason and evidence(stored) == draft.indicators
    written = free_text.find_text(session, str(stored.payload["words"]))
    return same and written in (None, _write(draft))


def _find(session: Session, encounter_id: str, query: int) -> PhysicianQuery:
    found = (each for each in _queries(session, encounter_id) if each.sequence == query)
    first = next(found, None)
    if first is None:
        raise NotFound(_NO_QUERY)
    return first


def _queries(session: Session, encounter_id: str) -> tuple[PhysicianQuery, ...]:
    events = ledger.read(session, encounter_id, QUERY_KINDS)
    names = user_names(session) if events else {}
    digests = [str(event.payload.get("words")) for event in events]
    return fold_queries(events, names, free_text.find_texts(session, digests))


def fold_queries(
    events: Sequence[Event], names: Mapping[int, str], words: Mapping[str, str | None]
) -> tuple[PhysicianQuery, ...]:
    """The queries that the events of an encounter tell of; ``words`` are by their digests."""
    settled = {
        cast(int, event.payload["query"]): event
        for event in events
        if event.kind is not EventKind.PHYSICIAN_ASKED
    }
    asked = (event for event in events if event.kind is EventKind.PHYSICIAN_ASKED)
    return tuple(_read(event, settled.get(event.sequence), names, words) for event in asked)


def _read(
    event: Event, settled: Event | None, names: Mapping[int, str], words: Mapping[str, str | None]
) -> PhysicianQuery:
    said = cast(_Said, event.payload)
    written = words.get(said["words"])
    question, *options = json.loads(written) if written else ("",)
    return PhysicianQuery(
        sequence=event.sequence,
        reason=PhysicianQueryReason(said["reason"]),
        question=question if written else None,
        options=tuple(options),
        indicators=evidence(event),
        actor=names[event.actor],
        at=event.at,
        status=_status(settled),
        answer=_answer(settled, names, words),
    )


def _status(settled: Event | None) -> PhysicianQueryStatus:
    if settled is None:
        return PhysicianQueryStatus.OPEN
    answered = settled.kind is EventKind.PHYSICIAN_ANSWERED
    return PhysicianQueryStatus.ANSWERED if answered else PhysicianQueryStatus.WITHDRAWN


def _answer(
    settled: Event | None, names: Mapping[int, str], words: Mapping[str, str | None]
) -> PhysicianAnswer | None:
    if settled is None or settled.kind is not EventKind.PHYSICIAN_ANSWERED:
        return None
    said = cast(_Said, settled.payload)
    return PhysicianAnswer(
        said["option"], words.get(said.get("words", "")), names[settled.actor], settled.at
    )
