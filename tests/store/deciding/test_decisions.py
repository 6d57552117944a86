"""Decisions: acknowledged means stored, a key counts once, nobody is overwritten."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import ConflictError, DecisionError, InputError, NotFound, PermissionDenied
from icd9_review.review.signing import broken_signatures
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, decision_events, review_state
from icd9_review.store.deciding.views import record_view, shown
from icd9_review.store.ledger.free_text import read_text
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.purging import purge
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.page import status
from icd9_review.values import (
    Action,
    Calibration,
    Decision,
    Demotion,
    Doubt,
    Encounter,
    EncounterStatus,
    Event,
    EventKind,
    HoldReason,
    Kind,
    Origin,
    Poa,
    PurgeReason,
    RejectReason,
    ReopenReason,
    Role,
    Span,
    Verdict,
)
from tests.encounters import (
    CODES,
    LOGITS,
    NOTE,
    add_encounter,
    add_scored_encounter,
    coders,
    make_model,
    make_scores,
)

ACCEPT = Decision("key-1", Action.ACCEPT, "428.0", "tab-1", 0)
REJECT = replace(
    ACCEPT, key="key-2", action=Action.REJECT, code="427.31", reason=RejectReason.NEGATED
)


def test_nothing_starts_decided(database: Database) -> None:
    encounter = add_scored_encounter(database)
    state = review_state(database, encounter.id)
    assert state.codes == ()
    assert state.sequence == 3  # created, note added, scored


def test_a_decision_is_there_for_everybody_once_it_returned(database: Database) -> None:
    encounter = add_scored_encounter(database)
    first, second = coders(database)
    accepted = decide(database, encounter.id, ACCEPT, first)
    rejected = decide(database, encounter.id, replace(REJECT, seen=accepted.sequence), second)
    state = review_state(database, encounter.id)
    assert state.sequence == rejected.sequence
    assert [(code.code, code.verdict, code.reason, code.actor) for code in state.codes] == [
        ("428.0", Verdict.ACCEPTED, None, first.id),
        ("427.31", Verdict.REJECTED, RejectReason.NEGATED, second.id),
    ]


def test_an_event_carries_what_the_decision_rests_on(database: Database) -> None:
    model = make_model(calibration=Calibration(0.5, -0.25, "validation"))
    encounter = add_scored_encounter(database, model)
    event = decide(database, encounter.id, REJECT, coders(database)[0])
    (suggestion,) = (
        each
        for each in suggestions(database, encounter.id, model.version)
        if each.code == REJECT.code
    )
    assert event.payload == {
        "code": "427.31",
        "kind": "diagnosis",
        "action": "reject",
        "reason": "negated",
        "client": "tab-1",
        "seen": 0,
        "model_version": model.version,
        "probability": suggestion.probability,
        "calibrated": suggestion.calibrated,
        "threshold": 0.5,
        "note": encounter.notes[0].id,
        "window": [1, len(NOTE) // 2, len(NOTE)],
    }
    assert suggestion.calibrated is not None


@pytest.mark.parametrize("demotion", [Demotion(Doubt.WITHHELD), Demotion(Doubt.OUTDONE, "486")])
def test_a_demoted_code_is_accepted_as_any_other_with_what_was_doubted(
    database: Database, demotion: Demotion
) -> None:
    encounter = add_scored_encounter(database, demoted={"428.0": demotion})
    coder = coders(database)[0]
    event = decide(database, encounter.id, ACCEPT, coder)
    assert event.payload["demoted"] == demotion.doubt.value
    assert event.payload["probability"] >= event.payload["threshold"]  # type: ignore[operator]
    assert "demoted" not in decide(database, encounter.id, REJECT, coder).payload
    (accepted, _) = review_state(database, encounter.id).codes
    assert (accepted.verdict, accepted.code) == (Verdict.ACCEPTED, "428.0")
    assert verify(database) == []


def test_an_undo_names_what_it_takes_back(database: Database) -> None:
    encounter = add_scored_encounter(database)
    coder, _ = coders(database)
    decide(database, encounter.id, ACCEPT, coder)
    undo = replace(ACCEPT, key="key-3", action=Action.UNDO)
    assert decide(database, encounter.id, undo, coder).payload["undoes"] == ACCEPT.key
    assert review_state(database, encounter.id).codes == ()
    told = decision_events(database, encounter.id)
    assert [(each.kind, each.actor) for each in told] == [
        (EventKind.ACCEPTED, coder.id),
        (EventKind.UNDONE, coder.id),
    ]


def test_only_coders_and_administrators_decide(database: Database) -> None:
    encounter = add_scored_encounter(database)
    before = ledger.events(database, encounter.id)
    deciding = (Role.CODER, Role.ADMINISTRATOR)
    others = [user for user in users(database) if user.role not in deciding]
    assert {user.role for user in others} == {Role.CLINICIAN, Role.AUDITOR}
    for user in (*others, system_user(database)):
        with pytest.raises(PermissionDenied, match=f"The role {user.role.value} does not decide"):
            decide(database, encounter.id, ACCEPT, user)
    assert ledger.events(database, encounter.id) == before
    (chief,) = (user for user in users(database) if user.role is Role.ADMINISTRATOR)
    assert decide(database, encounter.id, ACCEPT, chief).actor == chief.id


def test_the_same_decision_sent_again_is_the_same_event(database: Database) -> None:
    encounter = add_scored_encounter(database)
    coder, _ = coders(database)
    event = decide(database, encounter.id, ACCEPT, coder)
    again = replace(ACCEPT, seen=event.sequence)
    assert decide(database, encounter.id, again, coder) == event
    assert review_state(database, encounter.id).sequence == event.sequence


@pytest.mark.parametrize(
    "other",
    [
        replace(ACCEPT, code="427.31"),
        replace(ACCEPT, action=Action.UNDO),
        replace(ACCEPT, action=Action.REJECT, reason=RejectReason.OTHER),
    ],
)
def test_a_key_is_not_taken_for_another_decision(database: Database, other: Decision) -> None:
    encounter = add_scored_encounter(database)
    coder, _ = coders(database)
    decide(database, encounter.id, ACCEPT, coder)
    with pytest.raises(ConflictError, match="key"):
        decide(database, encounter.id, other, coder)


def test_a_key_is_not_taken_in_another_encounter_or_by_another_person(
    database: Database,
) -> None:
    here, there = add_scored_encounter(database), add_scored_encounter(database)
    first, second = coders(database)
    decide(database, here.id, ACCEPT, first)
    with pytest.raises(ConflictError, match="key"):
        decide(database, there.id, ACCEPT, first)
    with pytest.raises(ConflictError, match="key"):
        decide(database, here.id, ACCEPT, second)


def test_another_persons_decision_in_between_is_told_and_stays(database: Database) -> None:
    encounter = add_scored_encounter(database)
    first, second = coders(database)
    seen = review_state(database, encounter.id).sequence
    theirs = decide(
        database, encounter.id, replace(REJECT, code="428.0", seen=seen, client="tab-2"), second
    )
    with pytest.raises(ConflictError) as caught:
        decide(database, encounter.id, replace(ACCEPT, seen=seen), first)
    assert str(caught.value) == (
        f"Second coder rejected 428.0 at {theirs.at:%H:%M} UTC; look at it again and decide."
    )
    (state,) = review_state(database, encounter.id).codes
    assert (state.verdict, state.actor) == (Verdict.REJECTED, second.id)
    other = replace(ACCEPT, code="427.31", seen=seen)
    assert decide(database, encounter.id, other, first).sequence == theirs.sequence + 1


def test_ones_own_queue_is_applied_in_order(database: Database) -> None:
    encounter = add_scored_encounter(database)
    coder, _ = coders(database)
    actions = [Action.ACCEPT, Action.UNDO, Action.REJECT, Action.ACCEPT, Action.UNDO]
    for number, action in enumerate(actions):
        reason = RejectReason.OTHER if action is Action.REJECT else None
        decision = Decision(f"k{number}", action, "428.0", "tab-1", 0, reason=reason)
        decide(database, encounter.id, decision, coder)
    (state,) = review_state(database, encounter.id).codes
    assert state.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("decision", "error", "message"),
    [
        (replace(ACCEPT, code="999.9"), DecisionError, "not among those the model knows"),
        (replace(ACCEPT, code="\x00\ud800"), DecisionError, "not among those the model knows"),
        (replace(REJECT, reason=None), DecisionError, "Choose a reason"),
        (replace(ACCEPT, action=Action.UNDO), DecisionError, "no decision on 428.0 to undo"),
        (replace(ACCEPT, seen=99), DecisionError, "reload"),
        (replace(ACCEPT, key="a/b"), InputError, "idempotency key"),
        (replace(ACCEPT, client=""), InputError, "client name"),
    ],
)
def test_a_decision_that_is_refused_stores_nothing(
    database: Database, decision: Decision, error: type[Exception], message: str
) -> None:
    encounter = add_scored_encounter(database)
    before = ledger.events(database, encounter.id)
    with pytest.raises(error, match=message):
        decide(database, encounter.id, decision, coders(database)[0])
    assert ledger.events(database, encounter.id) == before


def test_an_encounter_the_model_has_not_read_takes_no_decision(database: Database) -> None:
    register_model(database, make_model())
    encounter = add_encounter(database)
    with pytest.raises(DecisionError, match="still reading this encounter"):
        decide(database, encounter.id, ACCEPT, coders(database)[0])


@pytest.mark.parametrize("hostile", ["x" * 22, "system", "", "\x00", "\ud800"])
def test_an_unknown_encounter_is_not_found(database: Database, hostile: str) -> None:
    coder, _ = coders(database)
    with pytest.raises(NotFound):
        decide(database, hostile, ACCEPT, coder)
    with pytest.raises(NotFound):
        review_state(database, hostile)


def test_a_decision_rests_on_the_model_version_that_was_shown(database: Database) -> None:
    old = make_model("a" * 64)
    encounter = add_scored_encounter(database, old)
    first, second = coders(database)
    seen = suggestions(database, encounter.id, old.version)
    record_view(
        database,
        encounter.id,
        EventKind.SHOWN,
        first,
        "view",
        shown(old.version, seen, explanations=True),
    )
    new = make_model("b" * 64)
    register_model(database, new)
    save_scores(database, encounter.notes[0].id, make_scores(new))
    decided = decide(database, encounter.id, ACCEPT, first)
    assert decided.payload["model_version"] == old.version
    other = replace(REJECT, seen=decided.sequence)
    assert decide(database, encounter.id, other, second).payload["model_version"] == new.version


def test_no_word_of_a_note_is_in_the_ledger(database: Database) -> None:
    encounter = add_scored_encounter(database, titles=("Unmistakable",))
    decide(database, encounter.id, ACCEPT, coders(database)[0])
    told = repr(ledger.events(database, encounter.id))
    assert not [word for word in (*NOTE.split(), "Unmistakable") if f"{word!r}" in told]


def test_people_who_decide_at_the_same_time_lose_nothing(database: Database) -> None:
    codes = [f"{number}.0" for number in range(100, 116)]
    model = make_model(codes=codes)
    encounter = add_scored_encounter(database, model, dict.fromkeys(codes, 1.0))
    people = coders(database)

    def work(person: int) -> list[str]:
        mine = codes[person::2]
        for code in mine:
            decision = Decision(f"{person}-{code}", Action.ACCEPT, code, f"tab-{person}", 0)
            decide(database, encounter.id, decision, people[person])
        return mine

    with ThreadPoolExecutor(2) as pool:
        done = [code for codes in pool.map(work, range(2)) for code in codes]
    state = review_state(database, encounter.id)
    assert {each.code for each in state.codes} == set(done) == set(codes)
    assert verify(database) == []


def test_of_two_people_deciding_on_one_code_at_the_same_time_one_is_told(
    database: Database,
) -> None:
    encounter = add_scored_encounter(database)
    people = coders(database)

    def work(person: int) -> bool:
        action, reason = [(Action.ACCEPT, None), (Action.REJECT, RejectReason.OTHER)][person]
        decision = Decision(f"k{person}", action, "428.0", f"tab-{person}", 0, reason=reason)
        try:
            decide(database, encounter.id, decision, people[person])
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [False, True]
    assert len(decision_events(database, encounter.id)) == 1


_DECIDE = """
import sys
from icd9_review.errors import StoreError
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.database.engine import open_database
from icd9_review.store.users import users
from icd9_review.values import Action, Decision
address, encounter, client = sys.argv[1:]
database = open_database(address)
coder = users(database)[0]
for number in range(100_000):
    action = Action.UNDO if number % 2 else Action.ACCEPT
    key = f"{client}-{number}"
    decision = Decision(key, action, client, client, 0)
    while True:  # as the outbox does: a busy database has stored nothing
        try:
            decide(database, encounter, decision, coder)
            break
        except StoreError:
            continue
    print(key, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(database: Database, address: str) -> None:
    """Two processes decide in a loop on the same encounter until they are killed."""
    encounter = add_scored_encounter(database, logits=LOGITS)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _DECIDE, address, encounter.id, code],
            stdout=subprocess.PIPE,
            text=True,
        )
        for code in CODES[:2]
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()  # it has begun
    time.sleep(random.uniform(0.2, 0.7))  # noqa: S311
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
    acknowledged = {
        line for worker in workers for line in worker.communicate()[0].split("\n") if line
    }
    stored = {event.key for event in ledger.events(database, encounter.id)}
    assert acknowledged <= stored
    assert {f"{code}-0" for code in CODES[:2]} <= stored
    assert verify(database) == []
    seen = review_state(database, encounter.id).sequence
    last = Decision("after", Action.ACCEPT, "250.00", "tab-1", seen)
    assert decide(database, encounter.id, last, coders(database)[1]).sequence == seen + 1


def _decide(
    database: Database, encounter: Encounter, action: Action, code: str = "", **parts: Any
) -> Event:
    """What the first coder does next, having seen everything."""
    seen = review_state(database, encounter.id).sequence
    decision = Decision(f"step-{seen}", action, code, "tab-1", seen, **parts)
    lists = built_in_lists()
    return decide(database, encounter.id, decision, coders(database)[0], lists=lists)


def test_a_code_outside_the_model_is_added_without_a_probability(database: Database) -> None:
    encounter = add_scored_encounter(database)
    span = Span(encounter.notes[0].id, 0, 10)
    event = _decide(database, encounter, Action.ADD, "401.9", evidence=(span,))
    assert event.payload == {
        "code": "401.9",
        "kind": "diagnosis",
        "action": "add",
        "reason": None,
        "evidence": [[span.note_id, 0, 10]],
        "client": "tab-1",
        "seen": 3,
        "model_version": "a" * 64,
        "probability": None,
        "calibrated": None,
        "threshold": None,
        "note": None,
        "window": None,
    }
    (state,) = review_state(database, encounter.id).accepted
    assert (state.origin, state.evidence) == (Origin.ADDED, (span,))


def test_an_added_code_the_model_knows_keeps_what_it_said(database: Database) -> None:
    encounter = add_scored_encounter(database)
    payload = _decide(database, encounter, Action.ADD, "486").payload
    assert payload["probability"] == pytest.approx(0.018, abs=1e-3)
    assert payload["note"] == encounter.notes[0].id


def test_codes_can_be_added_before_any_model_has_read_the_notes(database: Database) -> None:
    encounter = add_encounter(database)
    payload = _decide(database, encounter, Action.ADD, "401.9").payload
    assert (payload["model_version"], payload["probability"]) == (None, None)


def test_a_replacement_keeps_what_the_model_said_of_both_codes(database: Database) -> None:
    encounter = add_scored_encounter(database)
    payload = _decide(database, encounter, Action.REPLACE, "428.0", by="486").payload
    by_basis: Any = payload["by_basis"]
    assert payload["probability"] == pytest.approx(0.953, abs=1e-3)
    assert by_basis["probability"] == pytest.approx(0.018, abs=1e-3)
    undo = _decide(database, encounter, Action.UNDO, "486")
    assert undo.payload["undoes"] == "step-3"
    assert review_state(database, encounter.id).codes == ()


def test_evidence_of_another_encounter_is_refused(database: Database) -> None:
    here, there = add_scored_encounter(database), add_scored_encounter(database)
    span = Span(there.notes[0].id, 0, 10)
    with pytest.raises(DecisionError, match="not of this encounter"):
        _decide(database, here, Action.ADD, "401.9", evidence=(span,))


def test_settings_are_stored_and_stand(database: Database) -> None:
    encounter = add_scored_encounter(database)
    performed = date(2012, 3, 4)
    _decide(database, encounter, Action.ACCEPT, "428.0")
    _decide(database, encounter, Action.ACCEPT, "427.31")
    _decide(database, encounter, Action.ADD, "99.04", kind=Kind.PROCEDURE)
    _decide(database, encounter, Action.RESEQUENCE, "427.31", position=0)
    _decide(database, encounter, Action.SET_POA, "428.0", poa=Poa.UNDETERMINED)
    _decide(
        database,
        encounter,
        Action.SET_PERFORMED,
        "99.04",
        kind=Kind.PROCEDURE,
        performed=performed,
    )
    _decide(database, encounter, Action.SET_ADMITTING, "786.05")
    state = review_state(database, encounter.id)
    assert [(code.code, code.poa, code.performed) for code in state.accepted] == [
        ("427.31", None, None),
        ("428.0", Poa.UNDETERMINED, None),
        ("99.04", None, performed),
    ]
    assert state.admitting == "786.05"
    assert [event.kind for event in decision_events(database, encounter.id)][3:] == [
        EventKind.RESEQUENCED,
        EventKind.POA_SET,
        EventKind.PERFORMED_SET,
        EventKind.ADMITTING_SET,
    ]
    assert verify(database) == []


def test_what_the_program_found_is_kept_apart_from_what_a_person_chose(
    database: Database,
) -> None:
    encounter = add_scored_encounter(database)
    coder, found = coders(database)[0], (Span(encounter.notes[0].id, 0, 3),)
    added = Decision("added", Action.ADD, "401.9", "tab-1", 0)
    stored = decide(database, encounter.id, added, coder, found=found)
    (code,) = review_state(database, encounter.id).accepted
    assert (code.evidence, code.found) == (found, True)
    # Sent again, it is the same decision, whatever is found by then.
    assert decide(database, encounter.id, added, coder).key == stored.key
    _decide(database, encounter, Action.SET_EVIDENCE, "401.9")
    (code,) = review_state(database, encounter.id).accepted
    assert (code.evidence, code.found) == ((), False)
    chosen = Decision("chosen", Action.ADD, "486", "tab-1", 0, evidence=found)
    decide(database, encounter.id, chosen, coder, found=found)
    assert not review_state(database, encounter.id).accepted[-1].found
    assert verify(database) == []


@pytest.mark.parametrize(
    ("action", "code", "parts", "changed"),
    [
        (Action.ADD, "401.9", {}, {"evidence": True}),
        (Action.REPLACE, "427.31", {"by": "427.32"}, {"by": "427.0"}),
        (Action.RESEQUENCE, "428.0", {"position": 1}, {"position": 0}),
        (Action.SET_POA, "428.0", {"poa": Poa.YES}, {"poa": None}),
        (Action.SET_ADMITTING, "401.9", {}, {"code": ""}),
        (
            Action.HOLD,
            "",
            {"reason": HoldReason.QUERY, "words": "one"},
            {"reason": HoldReason.DOCUMENT},
        ),
        (Action.HOLD, "", {"reason": HoldReason.QUERY, "words": "one"}, {"words": "two"}),
        (Action.HOLD, "", {"reason": HoldReason.QUERY}, {"words": "two"}),
    ],
)
def test_every_part_of_a_decision_counts_when_it_is_sent_again(
    database: Database,
    action: Action,
    code: str,
    parts: dict[str, Any],
    changed: dict[str, Any],
) -> None:
    encounter = add_scored_encounter(database)
    coder, _ = coders(database)
    _decide(database, encounter, Action.ACCEPT, "428.0")
    _decide(database, encounter, Action.ADD, "V58.61")
    decision = Decision("again", action, code, "tab-1", 0, **parts)
    event = decide(database, encounter.id, decision, coder)
    assert decide(database, encounter.id, replace(decision, client="tab-9"), coder) == event
    if changed.get("evidence"):
        changed = {"evidence": (Span(encounter.notes[0].id, 0, 1),)}
    with pytest.raises(ConflictError, match="key"):
        decide(database, encounter.id, replace(decision, **changed), coder)
    assert review_state(database, encounter.id).sequence == event.sequence


def test_words_stay_out_of_the_ledger_and_can_be_purged(database: Database) -> None:
    encounter = add_scored_encounter(database)
    words = "Unmistakable words"
    decision = Decision("hold", Action.HOLD, "", "tab-1", 0, reason=HoldReason.OTHER, words=words)
    coder, _ = coders(database)
    event = decide(database, encounter.id, decision, coder)
    assert words not in repr(ledger.events(database, encounter.id))
    hold = review_state(database, encounter.id).hold
    assert hold is not None
    assert read_text(database, encounter.id, hold.digest) == words
    administrator = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    purge(database, encounter.id, PurgeReason.REQUEST, actor=administrator)
    assert read_text(database, encounter.id, hold.digest) is None
    assert decide(database, encounter.id, decision, coder) == event
    assert verify(database) == []


def test_what_is_signed_is_what_is_stored(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, Action.ACCEPT, "428.0")
    _decide(database, encounter, Action.SET_POA, "428.0", poa=Poa.YES)
    _decide(database, encounter, Action.RESEQUENCE, "428.0", position=0)
    event = _decide(database, encounter, Action.FINALISE)
    signed = review_state(database, encounter.id).signed
    assert signed is not None
    assert (signed.actor, signed.at) == (event.actor, event.at)
    assert event.payload["codes"] == [["diagnosis", "428.0", "suggested", "Y", None]]
    assert event.payload["codes_sha256"] == signed.codes_sha256
    (names,) = (source["lists"] for source in event.payload["lists"].values())  # type: ignore[attr-defined]
    assert names == sorted(name.value for name in built_in_lists().lists)
    events = decision_events(database, encounter.id)
    assert broken_signatures(events) == ()
    with pytest.raises(DecisionError, match="finalised by Development coder at"):
        _decide(database, encounter, Action.UNDO, "428.0")
    _decide(database, encounter, Action.REOPEN, reason=ReopenReason.CORRECTION)
    _decide(database, encounter, Action.UNDO, "428.0")
    assert status(database, encounter.id) is EncounterStatus.OPEN


def test_an_error_that_stands_keeps_from_signing(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, Action.ADD, "E849.0")
    before = ledger.events(database, encounter.id)
    with pytest.raises(DecisionError, match=r"An error keeps this encounter.*E849\.0"):
        _decide(database, encounter, Action.FINALISE)
    assert ledger.events(database, encounter.id) == before


def test_signing_must_have_seen_what_another_did(database: Database) -> None:
    encounter = add_scored_encounter(database)
    first, second = coders(database)
    seen = _decide(database, encounter, Action.ACCEPT, "428.0").sequence
    theirs = Decision("theirs", Action.ACCEPT, "427.31", "tab-2", seen)
    decide(database, encounter.id, theirs, second)
    sign = Decision("sign", Action.FINALISE, "", "tab-1", seen)
    with pytest.raises(ConflictError, match=r"Second coder accepted 427\.31"):
        decide(database, encounter.id, sign, first, lists=built_in_lists())


def test_nothing_is_signed_without_the_code_lists(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, Action.ACCEPT, "428.0")
    seen = _decide(database, encounter, Action.RESEQUENCE, "428.0", position=0).sequence
    sign = Decision("sign", Action.FINALISE, "", "tab-1", seen)
    with pytest.raises(ValueError, match="code lists"):
        decide(database, encounter.id, sign, coders(database)[0])
    assert review_state(database, encounter.id).sequence == seen


def test_hold_and_sign_off_win_over_other_words_on_the_worklist(database: Database) -> None:
    encounter = add_scored_encounter(database)
    words = []
    for action, code, parts in (
        (Action.ACCEPT, "428.0", {}),
        (Action.SET_POA, "428.0", {"poa": Poa.YES}),
        (Action.HOLD, "", {"reason": HoldReason.QUERY}),
        (Action.RELEASE, "", {}),
        (Action.RESEQUENCE, "428.0", {"position": 0}),
        (Action.FINALISE, "", {}),
        (Action.REOPEN, "", {"reason": ReopenReason.CORRECTION}),
    ):
        _decide(database, encounter, action, code, **parts)
        words.append(status(database, encounter.id).value)
    progress = "in_progress"
    assert words[1:] == [progress, "held", progress, progress, "finalised", progress]
