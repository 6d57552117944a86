"""Decisions of coders: checked against the encounter's state and appended to its stream."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from sqlalchemy.orm import Session

from icd9_review.codes.edits import check_chart
from icd9_review.codes.lists import Lists
from icd9_review.errors import ConflictError, StateChanged
from icd9_review.notes.intake.fact_texts import facts_of
from icd9_review.quality.queries.open_queries import open_queries
from icd9_review.review import rules
from icd9_review.review.chart import chart_of
from icd9_review.review.fold import DECISIONS, VERDICTS, fold
from icd9_review.review.payload import payload, said
from icd9_review.review.signing import named_lists, sign
from icd9_review.review.situation import Situation
from icd9_review.store import ledger
from icd9_review.store.callers.deliveries import announce_signature
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.basis import basis, scored_models
from icd9_review.store.deciding.confirmations import find_confirmation, is_asked
from icd9_review.store.deciding.facts import set_fact
from icd9_review.store.deciding.withholding import withheld
from icd9_review.store.intake.encounters import check_encounter_id, load_encounter
from icd9_review.store.ledger import free_text
from icd9_review.store.people.access import check_sees
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.projections import outcomes, summaries
from icd9_review.store.projections.dossier import Dossier, read_dossier
from icd9_review.store.scoring.scoring_queue import enqueue_unread
from icd9_review.values import (
    Action,
    Assertion,
    CodeKey,
    Confirmation,
    Decision,
    Edit,
    Encounter,
    Event,
    EventKind,
    ModelVersion,
    ReviewState,
    Sentences,
    Severity,
    Span,
    User,
)

_EVENTS = {action: kind for kind, action in DECISIONS.items()}
_VERDICT_ACTIONS = tuple(DECISIONS[kind] for kind in VERDICTS)
_MAY_BE_FOUND = (Action.ADD, Action.REPLACE)
_TOLD = (*DECISIONS, EventKind.NOTE_ADDED)

_Inspection = Callable[[Encounter, ReviewState], tuple[Edit, ...]]
_NO_ASSERTIONS: Mapping[CodeKey, Assertion] = MappingProxyType({})
_NO_SENTENCES: Mapping[CodeKey, Sentences] = MappingProxyType({})


def decide(
    database: Database,
    encounter_id: str,
    decision: Decision,
    actor: User,
    *,
    lists: Lists | None = None,
    assertions: Mapping[CodeKey, Assertion] = _NO_ASSERTIONS,
    sentences: Mapping[CodeKey, Sentences] = _NO_SENTENCES,
    token: str = "",
    found: Sequence[Span] = (),
    uncoded: Sequence[Span] | None = None,
    unchanged_since: int | None = None,
) -> Event:
    """Store a decision; once this returns it is on disk.

    ``lists`` are the code lists in force, ``assertions`` what the best evidence of each code
    says, ``sentences`` the words that speak of it: with the lists the worklist learns how many
    errors the chart has after the decision. FINALISE needs them: what is signed is what is
    found, and stored, here.
    ``token`` is that of the actor's session: where signers show once more who they are, they
    did it there (``confirmations``). ``found`` is what the program found in the notes as evidence
    of a code that comes without any; it is kept apart from what a person chose. ``uncoded`` are
    the chart lines without a code that a signer was told of; the signature names them. Where
    ``unchanged_since`` names an event, it must be the last that changed the encounter
    (``state_sequence``), else StateChanged is raised.

    The same decision sent again gives the event stored before. Raises DecisionError
    and ConflictError as ``review.rules`` says, ConflictError too when the key was used
    for another decision, PermissionDenied for a role that does not decide, NotFound for
    an unknown encounter, ValueError for a FINALISE without ``lists``.
    """
    _check_call(encounter_id, decision, actor)
    inspect = partial(_inspect, lists, assertions, sentences) if lists else None
    with database.write() as session:
        head = ledger.head(session, encounter_id, lock=True)
        check_sees(session, [encounter_id], actor)
        if (stored := ledger.find(session, decision.key)) is not None:
            return _replay(session, stored, encounter_id, decision, actor)
        dossier = read_dossier(session, load_encounter(session, encounter_id))
        models = scored_models(session, dossier, actor)
        situation = _situation(dossier, models, actor, head[0])
        if decision.action is Action.FINALISE and inspect:
            situation = replace(situation, edits=inspect(dossier.encounter, situation.state))
        _check_unchanged(situation, unchanged_since)
        rules.check(decision, situation)
        written = _payload(session, dossier, decision, situation, models, found)
        if decision.action is Action.FINALISE:
            confirmed = _confirmation(session, encounter_id, decision, actor, token)
            written |= _sign(situation, lists, confirmed, uncoded)
            written |= withheld(dossier, models)
        kind = _EVENTS[decision.action]
        event = ledger.extend(session, encounter_id, head, kind, written, actor, decision.key)
        _follow(session, replace(dossier, events=(*dossier.events, event)), decision, inspect)
        return event


def _check_unchanged(situation: Situation, since: int | None) -> None:
    last = max((event.sequence for event in situation.events), default=0)
    if since not in (None, last):
        raise StateChanged("The encounter has changed since you read it; read it again.")


def _check_call(encounter_id: str, decision: Decision, actor: User) -> None:
    check_may(actor, Act.CODE)
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", decision.key)
    ledger.check_token("client name", decision.client)


def _situation(
    dossier: Dossier, models: Sequence[ModelVersion], actor: User, last: int
) -> Situation:
    encounter = dossier.encounter
    return Situation(
        events=dossier.those(_TOLD),
        labels=ChainMap(*(model.places for model in models)),
        actor=actor,
        names=dossier.names,
        last=last,
        setting=encounter.setting,
        lengths={note.id: len(note.text) for note in encounter.notes},
        purged=encounter.purged,
        facts=facts_of(encounter),
        queries=open_queries(dossier.events),
    )


def _inspect(
    lists: Lists,
    assertions: Mapping[CodeKey, Assertion],
    sentences: Mapping[CodeKey, Sentences],
    encounter: Encounter,
    state: ReviewState,
) -> tuple[Edit, ...]:
    """The edits of an encounter's chart in this state."""
    return check_chart(chart_of(encounter, state, assertions, sentences), lists)


def _confirmation(
    session: Session, encounter_id: str, decision: Decision, actor: User, token: str
) -> Confirmation | None:
    """How the signer showed once more who they are; None where nobody is asked."""
    if not is_asked():
        return None
    return find_confirmation(session, encounter_id, decision.key, actor, token=token)


def _sign(
    situation: Situation,
    lists: Lists | None,
    confirmation: Confirmation | None,
    uncoded: Sequence[Span] | None,
) -> dict[str, object]:
    if lists is None:
        raise ValueError("an encounter is not finalised without the code lists in force")
    return sign(situation.state, situation.edits, named_lists(lists), confirmation, uncoded)


def _follow(
    session: Session, dossier: Dossier, decision: Decision, inspect: _Inspection | None
) -> None:
    """Bring what is kept of the encounter up to the decision, the last of its events."""
    encounter = dossier.encounter
    if decision.action is Action.SET_FACT:
        encounter = set_fact(session, encounter, decision)
        dossier = replace(dossier, encounter=encounter)
    if decision.action is Action.FINALISE:
        announce_signature(session, encounter, dossier.events[-1])
    errors = _count_errors(inspect(encounter, fold(dossier.events))) if inspect else None
    summaries.refresh_from(session, dossier, errors)
    if decision.action is Action.REOPEN and dossier.in_use is not None:
        # While it was signed, a newer model left it alone.
        enqueue_unread(session, [encounter.id], dossier.in_use.version, urgent=True)
    told = {encounter.id: dossier.events}
    outcomes.refresh_outcomes(session, [encounter.id], told)  # last: others wait for its counts


def _count_errors(edits: Sequence[Edit]) -> int:
    return sum(edit.severity is Severity.ERROR for edit in edits)


def last_sequence(database: Database, encounter_id: str) -> int:
    """The number of the encounter's last event. Raises NotFound."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        return ledger.head(session, encounter_id)[0]


def state_sequence(database: Database, encounter_id: str) -> int:
    """The number of the last event that changed the encounter: a decision, or a note that came in.

    Raises NotFound, Restricted.
    """
    check_encounter_id(encounter_id)
    with database.read() as session:
        check_sees(session, [encounter_id])
        ledger.head(session, encounter_id)
        told = ledger.read(session, encounter_id, _TOLD)
        return max((event.sequence for event in told), default=0)


def review_state(database: Database, encounter_id: str) -> ReviewState:
    """Where every decided code of the encounter stands. Raises NotFound."""
    check_encounter_id(encounter_id)
    with database.read() as session:
        check_sees(session, [encounter_id])
        sequence, _ = ledger.head(session, encounter_id)
        state = fold(ledger.read(session, encounter_id, tuple(DECISIONS)))
        return replace(state, sequence=sequence)


def decision_events(database: Database, encounter_id: str) -> tuple[Event, ...]:
    """The events of an encounter that are decisions, in order."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        return ledger.read(session, encounter_id, tuple(DECISIONS))


def _replay(
    session: Session, stored: Event, encounter_id: str, decision: Decision, actor: User
) -> Event:
    same = (
        stored.stream == encounter_id
        and stored.kind is _EVENTS[decision.action]
        and stored.actor == actor.id
        and all(stored.payload.get(name) == part for name, part in said(decision).items())
        and _same_words(session, stored, decision)
    )
    if not same:
        raise ConflictError("This decision's key was used for another one; reload the encounter.")
    return stored


def _same_words(session: Session, stored: Event, decision: Decision) -> bool:
    """Whether the words are those of the stored event; purged ones cannot be compared."""
    digest = stored.payload.get("words")
    if digest is None:
        return not decision.words
    kept = free_text.find_text(session, str(digest))
    return kept is None or kept == decision.words


def _payload(
    session: Session,
    dossier: Dossier,
    decision: Decision,
    situation: Situation,
    models: Sequence[ModelVersion],
    found: Sequence[Span],
) -> dict[str, object]:
    key = decision.kind, decision.code
    undoes = situation.stacks[key][-1].key if decision.action is Action.UNDO else None
    words = free_text.write_text(session, decision.words) if decision.words else ""
    beside = found if decision.action in _MAY_BE_FOUND and not decision.evidence else ()
    written = payload(decision, undoes=undoes, words=words, found=beside)
    if decision.action in _VERDICT_ACTIONS:
        written |= basis(dossier, models, key)
    if decision.fact is not None:
        written["from"] = situation.facts.get(decision.fact)
    if decision.by is not None:
        written["by_basis"] = basis(dossier, models, (decision.kind, decision.by))
    return written
