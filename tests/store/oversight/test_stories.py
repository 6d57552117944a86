"""The history of an encounter in sentences, and how it stood after each of its events."""

from __future__ import annotations

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import NotFound, PermissionDenied
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide, review_state
from icd9_review.store.deciding.views import record_view, shown
from icd9_review.store.explaining.attributions import save_attribution
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.oversight.stories import encounter_story, past_state
from icd9_review.store.scoring.scores import save_scores, suggestions
from icd9_review.store.users import users
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.page import status
from icd9_review.values import (
    Action,
    Attribution,
    AttributionKey,
    Decision,
    Demotion,
    Doubt,
    Encounter,
    EncounterStatus,
    EventKind,
    HoldReason,
    Kind,
    NewNote,
    RejectReason,
    Role,
    User,
    WordWeight,
)
from tests.encounters import add_scored_encounter, coders, make_model, make_scores

MODEL = make_model()
CANARY = "canary-3d7e"


@pytest.fixture
def auditor(database: Database) -> User:
    return next(person for person in users(database) if person.role is Role.AUDITOR)


@pytest.fixture
def encounter(database: Database) -> Encounter:
    demoted = {"427.31": Demotion(Doubt.OUTDONE, "428.0")}
    return add_scored_encounter(database, MODEL, demoted=demoted)


def show(database: Database, encounter: Encounter, person: User, key: str) -> None:
    """What the model suggests, on the screen of a person."""
    ranked = suggestions(database, encounter.id, MODEL.version)
    listed = [each for each in ranked if each.suggested]
    payload = shown(MODEL.version, listed, explanations=True)
    record_view(database, encounter.id, EventKind.SHOWN, person, key, payload)


def work(database: Database, encounter: Encounter) -> None:
    """A chart on its way: shown, decided, put in another order, held, released, undone."""
    first, second = coders(database)
    assign(database, [encounter.id], first.id, first)
    show(database, encounter, first, "shown-1")
    hold = {"reason": HoldReason.OTHER, "words": CANARY}
    for decision in (
        Decision("k1", Action.ACCEPT, "428.0", "tab", 0),
        Decision("k2", Action.ADD, "401.9", "tab", 0),
        Decision("k3", Action.RESEQUENCE, "401.9", "tab", 0, position=0),
        Decision("k4", Action.REJECT, "250.00", "tab", 0, reason=RejectReason.NEGATED),
        Decision("k5", Action.HOLD, "", "tab", 0, **hold),  # type: ignore[arg-type]
        Decision("k6", Action.RELEASE, "", "tab", 0),
        Decision("k7", Action.UNDO, "250.00", "tab", 9),
    ):
        actor = second if decision.code == "250.00" else first
        decide(database, encounter.id, decision, actor, lists=built_in_lists())
    kind = Kind.DIAGNOSIS
    add_comment(database, encounter.id, kind, "428.0", CANARY, actor=second, key="comment")


def test_it_reads_as_sentences_in_order(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    work(database, encounter)
    story = encounter_story(database, encounter.id, actor=auditor)
    assert story.label == encounter.label
    assert [f"{step.actor} {step.what}" for step in story.steps] == [
        "Development coder took in the encounter",
        "Development coder added a note",
        "System scored a note (1 suggested)",
        "Development coder assigned the encounter to Development coder (2)",
        "Development coder was shown the suggestions (1 code)",
        "Development coder accepted 428.0",
        "Development coder added 401.9",
        "Development coder put 401.9 first from place 2",
        "Second coder rejected 250.00",
        "Development coder put the encounter on hold",
        "Development coder took the encounter off hold",
        "Second coder took back a decision on 250.00, which is open now",
        "Second coder commented on 428.0",
    ]
    why = {step.event.sequence: step.why for step in story.steps}
    assert why[6] == "the model gave it 95.3 %"
    assert why[9].startswith("negated or ruled out; the model gave it ")
    assert why[10] == "other; with words of their own, which stand apart"
    assert CANARY not in str(story)


def test_every_past_state_is_what_the_chart_was_then(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    first = coders(database)[0]
    show(database, encounter, first, "shown")
    decisions = (
        Decision("k1", Action.ACCEPT, "428.0", "tab", 0),
        Decision("k2", Action.ADD, "401.9", "tab", 0),
        Decision("k3", Action.RESEQUENCE, "401.9", "tab", 0, position=0),
        Decision("k4", Action.HOLD, "", "tab", 0, reason=HoldReason.QUERY),
        Decision("k5", Action.RELEASE, "", "tab", 0),
        Decision("k6", Action.UNDO, "428.0", "tab", 0),
    )
    then = {}
    for decision in decisions:
        event = decide(database, encounter.id, decision, first, lists=built_in_lists())
        stood = review_state(database, encounter.id), status(database, encounter.id)
        then[event.sequence] = stood
    for sequence, (state, standing) in then.items():
        past = past_state(database, encounter.id, sequence, actor=auditor)
        assert (past.state, past.status) == (state, standing)
        assert (past.sequence, past.state.accepted) == (sequence, state.accepted)


def test_the_suggestions_are_those_that_were_shown_to_the_last_bit(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    first = coders(database)[0]
    show(database, encounter, first, "shown-1")
    before = suggestions(database, encounter.id, MODEL.version)
    text = "Pneumonia of the right lower lobe, and again."
    note = add_note(
        database,
        encounter.id,
        NewNote(text, "Late"),
        actor=first,
        key="late",
        model_version=MODEL.version,
    )
    logits = {"486": 4.0}
    save_scores(database, note.id, make_scores(MODEL, logits, len(text)))
    show(database, encounter, first, "shown-2")
    early, late = (
        past_state(database, encounter.id, sequence, actor=auditor).shown
        for sequence in (4, ledger.events(database, encounter.id)[-1].sequence)
    )
    assert early is not None
    assert late is not None
    assert early.suggestions == tuple(each for each in before if each.suggested)
    assert [each.code for each in early.suggestions] == ["428.0"]
    assert [(each.code, each.demotion) for each in early.demoted] == [
        ("427.31", Demotion(Doubt.OUTDONE, "428.0"))
    ]
    assert [each.code for each in late.suggestions] == ["486", "428.0"]
    assert early.agrees
    assert late.agrees
    assert (early.person, early.model, early.explanations) == (first.name, "tiny", True)


def test_what_was_marked_by_then_is_told_without_its_words(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    show(database, encounter, coders(database)[0], "shown")
    (found, *_) = suggestions(database, encounter.id, MODEL.version)
    note, key = encounter.notes[0], (Kind.DIAGNOSIS, "428.0")
    place = AttributionKey(note.id, found.window, *key, MODEL.version, "m", "b", "s")
    words = (WordWeight(11, 16, 1.0), WordWeight(17, 24, -0.9))
    given = Attribution("428.0", found.window, words, "m", "b", 1, 0.0, True, settings="s")
    save_attribution(database, place, given)
    before, after = (
        past_state(database, encounter.id, sequence, actor=auditor).shown for sequence in (4, 5)
    )
    assert before is not None
    assert after is not None
    assert before.evidence == {key: ()}
    assert after.notes == (note.id,)
    spans = {span.start: weight for span, weight in after.evidence[key]}
    assert spans == {11: 1.0, 17: -0.9}
    assert "heart" not in str(after)


def test_scores_that_are_not_those_that_were_shown_are_told(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    first = coders(database)[0]
    codes = [["diagnosis", "428.0", 0.25], ["diagnosis", "V10.3", 0.5]]
    payload = {"model_version": MODEL.version, "codes": codes, "explanations": False}
    record_view(database, encounter.id, EventKind.SHOWN, first, "other", payload)
    past = past_state(database, encounter.id, 4, actor=auditor)
    assert past.shown is not None
    assert not past.shown.agrees
    assert [(each.code, each.probability) for each in past.shown.suggestions] == [
        ("428.0", 0.25),
        ("V10.3", 0.5),
    ]


def test_a_person_is_shown_their_own_list_and_nobody_before_one(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    first, second = coders(database)
    show(database, encounter, second, "shown-2")
    show(database, encounter, first, "shown-1")
    record_view(database, encounter.id, EventKind.CLOSED, second, "closed", {})
    past = past_state(database, encounter.id, 6, actor=auditor)
    assert past.shown is not None
    assert past.shown.person == second.name
    assert past_state(database, encounter.id, 3, actor=auditor).shown is None


def test_a_chart_that_nobody_read_is_being_read(
    database: Database, encounter: Encounter, auditor: User
) -> None:
    past = past_state(database, encounter.id, 2, actor=auditor)
    assert past.status is EncounterStatus.SCORING
    past = past_state(database, encounter.id, 3, actor=auditor)
    assert (past.status, past.open) == (EncounterStatus.OPEN, ((Kind.DIAGNOSIS, "428.0"),))


@pytest.mark.parametrize("sequence", [0, 4, -1])
def test_what_is_no_point_of_the_story_is_said(
    database: Database, encounter: Encounter, auditor: User, sequence: int
) -> None:
    with pytest.raises(NotFound, match="its last one is 3"):
        past_state(database, encounter.id, sequence, actor=auditor)
    with pytest.raises(NotFound):
        encounter_story(database, "x" * 22, actor=auditor)


def test_coders_do_not_read_stories(database: Database, encounter: Encounter) -> None:
    coder = coders(database)[0]
    with pytest.raises(PermissionDenied):
        encounter_story(database, encounter.id, actor=coder)
    with pytest.raises(PermissionDenied):
        past_state(database, encounter.id, 1, actor=coder)
