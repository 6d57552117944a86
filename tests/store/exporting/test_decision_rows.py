"""Rows for export: one per encounter and code."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.deciding.views import record_view, shown
from icd9_review.store.explaining.attributions import save_attribution
from icd9_review.store.exporting import exports as module
from icd9_review.store.intake.encounters import add_note, create_encounter
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.store.worklist.page import status
from icd9_review.values import (
    Action,
    Assertion,
    Attribution,
    AttributionKey,
    CareSetting,
    Decision,
    DecisionRow,
    Demotion,
    Doubt,
    Encounter,
    EncounterStatus,
    EventKind,
    ExportFilter,
    HoldReason,
    Kind,
    NewEncounter,
    NewNote,
    NoteType,
    Origin,
    Poa,
    RejectReason,
    ReopenReason,
    Sex,
    Span,
    Unshown,
    Verdict,
    WordWeight,
)
from tests.encounters import (
    NOTE,
    add_encounter,
    add_scored_encounter,
    coders,
    make_both_kinds,
    make_model,
    make_scores,
)
from tests.rows import decision_rows

DECIDED = ExportFilter(only_decided=True)


def _decide(
    database: Database, encounter: Encounter, code: str, *actions: Action, person: int = 0
) -> None:
    for number, action in enumerate(actions):
        reason = RejectReason.HISTORY if action is Action.REJECT else None
        key = f"{encounter.number}-{code}-{number}"
        decision = Decision(key, action, code, "tab", 0, reason=reason)
        decide(database, encounter.id, decision, coders(database)[person])


def test_verdicts_undone_ones_and_open_suggestions_have_a_row_each(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, "486", Action.ACCEPT, Action.UNDO)
    _decide(database, encounter, "427.31", Action.ACCEPT, Action.REJECT, person=1)
    rows = list(decision_rows(database))
    assert [(r.code, r.verdict, r.reason, r.actor) for r in rows] == [
        ("486", Verdict.OPEN, None, "Development coder"),
        ("427.31", Verdict.REJECTED, RejectReason.HISTORY, "Second coder"),
        ("428.0", Verdict.OPEN, None, None),
    ]
    assert [row.at is None for row in rows] == [False, False, True]
    assert {row.encounter for row in rows} == {"E-00001"}
    assert {row.note_id for row in rows} == {encounter.notes[0].id}
    assert all(row.probability and 0 < row.probability < 1 for row in rows)
    assert {row.threshold for row in rows} == {0.5}
    (only,) = decision_rows(database, DECIDED)
    assert only.code == "427.31"


def test_an_undo_gives_back_the_row_of_the_decision_before(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, "428.0", Action.ACCEPT, Action.REJECT, Action.UNDO)
    (row,) = decision_rows(database, DECIDED)
    assert (row.verdict, row.reason) == (Verdict.ACCEPTED, None)


def test_rows_keep_the_model_version_of_the_decision(database: Database) -> None:
    old = make_model("a" * 64)
    encounter = add_scored_encounter(database, old)
    _decide(database, encounter, "428.0", Action.ACCEPT)
    register_model(database, make_model("b" * 64))
    (row,) = decision_rows(database)
    assert row.model_version == old.version


def test_many_encounters_come_in_pieces_and_none_is_missing(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    for _ in range(5):
        add_scored_encounter(sqlite)
    labels = [row.encounter for row in decision_rows(sqlite)]
    assert labels == [f"E-0000{number}" for number in range(1, 6) for _ in range(2)]


def test_without_a_model_or_scores_there_are_no_rows(database: Database) -> None:
    add_encounter(database)
    assert list(decision_rows(database)) == []


def test_rows_are_of_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 1)
    encounters = [add_scored_encounter(database) for _ in range(2)]
    rows = decision_rows(database)
    first = next(rows)
    _decide(database, encounters[1], "428.0", Action.ACCEPT)
    assert {row.verdict for row in (first, *rows)} == {Verdict.OPEN}


def _take(database: Database, encounter: Encounter, *decisions: Decision) -> None:
    for decision in decisions:
        decide(database, encounter.id, decision, coders(database)[0], lists=built_in_lists())


def test_a_replacement_has_a_row_for_each_of_its_codes(database: Database) -> None:
    encounter = add_scored_encounter(database)
    span = Span(encounter.notes[0].id, 0, 24)
    _take(
        database,
        encounter,
        Decision("k1", Action.ACCEPT, "427.31", "tab", 0),
        Decision("k2", Action.REPLACE, "428.0", "tab", 0, by="428.21", evidence=(span,)),
    )
    accepted, gone, new = decision_rows(database)
    assert (accepted.code, accepted.origin, accepted.position) == ("427.31", Origin.SUGGESTED, 1)
    assert (gone.code, gone.verdict, gone.by, gone.position, gone.evidence) == (
        "428.0",
        Verdict.REPLACED,
        "428.21",
        None,
        (),
    )
    assert (new.code, new.verdict, new.origin, new.position, new.evidence) == (
        "428.21",
        Verdict.ACCEPTED,
        Origin.REPLACED,
        2,
        (span,),
    )
    assert gone.probability is not None
    assert (new.probability, new.threshold, new.note_id) == (None, None, None)
    assert new.model_version == gone.model_version


def test_a_replacement_by_a_code_of_the_model_has_its_probability(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _take(database, encounter, Decision("k", Action.REPLACE, "428.0", "tab", 0, by="486"))
    gone, new, _open = decision_rows(database)
    assert gone.probability is not None
    assert new.probability is not None
    assert gone.probability > 0.9 > 0.1 > new.probability


def test_an_undone_replacement_leaves_both_codes_open(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _take(
        database,
        encounter,
        Decision("k1", Action.REPLACE, "428.0", "tab", 0, by="428.21"),
        Decision("k2", Action.UNDO, "428.21", "tab", 0),
    )
    rows = {row.code: row for row in decision_rows(database)}
    assert {code: row.verdict for code, row in rows.items()} == dict.fromkeys(
        ("428.0", "428.21", "427.31"), Verdict.OPEN
    )
    assert rows["428.0"].actor == rows["428.21"].actor == "Development coder"


def test_rows_tell_what_was_set_and_who_signed(database: Database) -> None:
    encounter = add_scored_encounter(database)
    performed = date(2012, 3, 4)
    _take(
        database,
        encounter,
        Decision("k1", Action.ACCEPT, "428.0", "tab", 0),
        Decision("k2", Action.SET_POA, "428.0", "tab", 0, poa=Poa.YES),
        Decision("k3", Action.ADD, "99.04", "tab", 0, Kind.PROCEDURE),
        Decision(
            "k4", Action.SET_PERFORMED, "99.04", "tab", 0, Kind.PROCEDURE, performed=performed
        ),
        Decision("k5", Action.SET_ADMITTING, "786.05", "tab", 0),
        Decision("k6", Action.HOLD, "", "tab", 0, reason=HoldReason.QUERY),
    )
    held = list(decision_rows(database))
    assert [(row.code, row.poa, row.performed, row.admitting) for row in held] == [
        ("428.0", Poa.YES, None, False),
        ("99.04", None, performed, False),
        ("427.31", None, None, False),
        ("786.05", None, None, True),
    ]
    assert not any(row.principal for row in held)
    assert {(row.status, row.status_reason, row.signer) for row in held} == {
        (EncounterStatus.HELD, (Action.HOLD, "query"), "Development coder")
    }
    _take(
        database,
        encounter,
        Decision("k7", Action.RELEASE, "", "tab", 0),
        Decision("k8", Action.SET_ADMITTING, "428.0", "tab", 0),
        Decision("first", Action.RESEQUENCE, "428.0", "tab", 0, position=0),
        Decision("k9", Action.FINALISE, "", "tab", 3),
    )
    signed = list(decision_rows(database, DECIDED))
    assert [(row.code, row.admitting) for row in signed] == [("428.0", True), ("99.04", False)]
    assert [row.principal for row in signed] == [True, False]
    assert {row.status for row in signed} == {EncounterStatus.FINALISED}
    assert all(row.signed_at for row in signed)


def _row(database: Database, code: str, wanted: ExportFilter = DECIDED) -> DecisionRow:
    return next(row for row in decision_rows(database, wanted) if row.code == code)


def test_persons_model_and_stay_stand_in_every_row(database: Database) -> None:
    encounter = add_scored_encounter(database)
    second = coders(database)[1]
    decide(database, encounter.id, Decision("k", Action.ACCEPT, "428.0", "tab", 0), second)
    row = _row(database, "428.0")
    assert (row.actor, row.actor_id) == (second.name, second.id)
    assert (row.model, row.model_version) == ("tiny", "a" * 64)
    assert (row.admitted, row.discharged) == (None, None)


def test_the_dates_of_a_stay_are_told(database: Database) -> None:
    stay = NewEncounter(CareSetting.INPATIENT, None, Sex.MALE, date(2012, 3, 1), date(2012, 3, 9))
    coder = coders(database)[0]
    made = create_encounter(
        database, stay, [NewNote("Pneumonia.", "")], actor=coder, key="stay", model_version=None
    )
    _take(database, made, Decision("k", Action.ADD, "486", "tab", 0))
    row = _row(database, "486")
    assert (row.admitted, row.discharged) == (date(2012, 3, 1), date(2012, 3, 9))


def test_the_status_is_always_there_and_that_of_the_worklist(database: Database) -> None:
    encounter = add_scored_encounter(database)
    seen = []
    for step in (
        None,
        Decision("k1", Action.ACCEPT, "428.0", "tab", 0),
        Decision("k2", Action.ACCEPT, "427.31", "tab", 0),
        Decision("k3", Action.HOLD, "", "tab", 0, reason=HoldReason.DOCUMENT),
        Decision("k4", Action.RELEASE, "", "tab", 0),
        Decision("p1", Action.SET_POA, "428.0", "tab", 0, poa=Poa.YES),
        Decision("p2", Action.SET_POA, "427.31", "tab", 0, poa=Poa.YES),
        Decision("first", Action.RESEQUENCE, "428.0", "tab", 0, position=0),
        Decision("k5", Action.FINALISE, "", "tab", 3),
        Decision("k6", Action.REOPEN, "", "tab", 0, reason=ReopenReason.ANSWER),
    ):
        if step is not None:
            _take(database, encounter, step)
        rows = list(decision_rows(database))
        assert {row.status for row in rows} == {status(database, encounter.id)}
        seen.append((rows[0].status.value, rows[0].status_reason))
    assert seen == [
        ("open", None),
        ("in_progress", None),
        ("decided", None),
        ("held", (Action.HOLD, "document")),
        *[("decided", None)] * 4,
        ("finalised", None),
        ("decided", (Action.REOPEN, "answer")),
    ]


def test_rank_is_the_place_among_the_suggestions(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, "427.31", Action.ACCEPT)
    _decide(database, encounter, "486", Action.ACCEPT)
    ranks = {row.code: row.rank for row in decision_rows(database)}
    assert ranks == {"428.0": 1, "427.31": 2, "486": None}


def test_a_demoted_code_that_was_accepted_says_what_was_doubted(database: Database) -> None:
    demoted = {"428.0": Demotion(Doubt.EXPLAINED, beside="486")}
    encounter = add_scored_encounter(database, demoted=demoted)
    _decide(database, encounter, "428.0", Action.ACCEPT)
    rows = {row.code: row for row in decision_rows(database)}
    assert set(rows) == {"428.0", "427.31"}
    assert (rows["428.0"].demoted, rows["428.0"].rank) == (Doubt.EXPLAINED, None)
    assert rows["428.0"].verdict is Verdict.ACCEPTED
    assert rows["428.0"].probability == pytest.approx(0.9526, abs=1e-4)
    assert (rows["427.31"].demoted, rows["427.31"].rank) == (None, 1)


def test_a_demoted_code_that_nobody_decided_on_has_no_row(database: Database) -> None:
    add_scored_encounter(database, demoted={"428.0": Demotion(Doubt.UNNAMED)})
    assert [row.code for row in decision_rows(database)] == ["427.31"]


def test_a_code_of_another_note_says_nothing_was_doubted_where_it_was_suggested(
    database: Database,
) -> None:
    demoted = {"428.0": Demotion(Doubt.UNNAMED)}
    encounter = add_scored_encounter(database, demoted=demoted)
    coder, model = coders(database)[0], make_model()
    late = add_note(
        database,
        encounter.id,
        NewNote("Late.", "Late note"),
        actor=coder,
        key="late",
        model_version=model.version,
    )
    save_scores(database, late.id, make_scores(model, {"428.0": 0.5}, length=5))
    _decide(database, encounter, "428.0", Action.ACCEPT)
    row = _row(database, "428.0")
    assert (row.demoted, row.note_id) == (None, late.id)
    assert row.rank is not None


def test_rank_is_that_at_the_decision_whatever_came_in_later(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, "427.31", Action.ACCEPT)
    coder, model = coders(database)[0], make_model()
    late = add_note(
        database,
        encounter.id,
        NewNote("Late.", "Late note"),
        actor=coder,
        key="late",
        model_version=model.version,
    )
    logits = {"486": 5.0, "427.31": 4.0, "428.0": -1.0}
    save_scores(database, late.id, make_scores(model, logits, length=5))
    rows = {row.code: row for row in decision_rows(database)}
    assert (rows["427.31"].rank, rows["427.31"].note_id) == (2, encounter.notes[0].id)
    assert (rows["486"].rank, rows["486"].note_id) == (1, late.id)
    assert rows["428.0"].rank == 3


def test_rank_is_that_among_the_codes_of_the_model_that_was_shown(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, "427.31", Action.ACCEPT)
    newer = make_model("b" * 64)
    register_model(database, newer)
    save_scores(database, encounter.notes[0].id, make_scores(newer, {"427.31": 3.0, "486": 2.0}))
    ranks = {(row.code, row.model_version): row.rank for row in decision_rows(database)}
    assert ranks == {("427.31", "a" * 64): 2, ("486", "b" * 64): 2}


def test_what_an_undone_replacement_leaves_is_still_suggested(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _take(
        database,
        encounter,
        Decision("k1", Action.REPLACE, "428.0", "tab", 0, by="428.21"),
        Decision("k2", Action.UNDO, "428.21", "tab", 0),
    )
    rows = {row.code: row for row in decision_rows(database)}
    assert (rows["428.0"].rank, rows["428.21"].rank) == (1, None)
    assert rows["428.0"].probability == pytest.approx(0.9526, abs=1e-4)
    assert rows["428.21"].probability is None


def _explain(database: Database, encounter: Encounter, code: str, *words: str) -> None:
    """Store what the model used for a code in the window it was seen in."""
    model = make_model()
    (found,) = [s for s in suggestions(database, encounter.id, model.version) if s.code == code]
    note = encounter.notes[0]
    key = AttributionKey(
        note.id, found.window, Kind.DIAGNOSIS, code, model.version, "m", "b", words[0]
    )
    starts = [note.text.index(word) for word in words]
    weights = tuple(
        WordWeight(start, start + len(word), 1.0 / (place + 1))
        for place, (start, word) in enumerate(zip(starts, words, strict=True))
    )
    given = Attribution(code, found.window, weights, "m", "b", 1, 0.0, True, settings=words[0])
    save_attribution(database, key, given)


def _show(database: Database, encounter: Encounter, key: str, *, on: bool, person: int = 0) -> None:
    actor = coders(database)[person]
    payload = shown("a" * 64, (), explanations=on)
    record_view(database, encounter.id, EventKind.SHOWN, actor, key, payload)


def test_the_evidence_on_the_screen_stands_beside_the_decision(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _show(database, encounter, "s", on=True)
    _explain(database, encounter, "428.0", "heart", "failure")
    _decide(database, encounter, "428.0", Action.ACCEPT)
    (one,) = _row(database, "428.0").shown
    text = encounter.notes[0].text
    assert one.words == text[one.span.start : one.span.end] == "heart failure"
    assert one.span.note_id == encounter.notes[0].id
    assert (one.weight, one.assertion) == (1.0, Assertion.PRESENT)
    assert one.section == "other"


def test_evidence_that_the_person_did_not_see_is_not_told(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _show(database, encounter, "s1", on=True)
    _show(database, encounter, "s2", on=False)
    _show(database, encounter, "s3", on=True, person=1)
    _explain(database, encounter, "428.0", "failure")
    _explain(database, encounter, "427.31", "fibrillation")
    _decide(database, encounter, "428.0", Action.ACCEPT)
    _decide(database, encounter, "427.31", Action.ACCEPT, person=1)
    assert _row(database, "428.0").shown == ()
    assert _row(database, "428.0").unshown is Unshown.OFF
    assert [each.words for each in _row(database, "427.31").shown] == ["fibrillation"]


def test_an_explanation_of_after_the_decision_was_not_shown(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _show(database, encounter, "s", on=True)
    _explain(database, encounter, "427.31", "Coumadin")
    for code in ("428.0", "427.31"):
        _decide(database, encounter, code, Action.ACCEPT)
    _explain(database, encounter, "428.0", "failure")
    _explain(database, encounter, "427.31", "fibrillation")
    assert _row(database, "428.0").shown == ()
    assert _row(database, "428.0").unshown is Unshown.PENDING
    assert [each.words for each in _row(database, "427.31").shown] == ["Coumadin"]
    assert _row(database, "427.31").unshown is None


def test_why_a_code_had_no_evidence_is_told(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _show(database, encounter, "s", on=True)
    _explain(database, encounter, "428.0", "on")  # a stop word, which is never evidence
    _decide(database, encounter, "428.0", Action.ACCEPT)
    _decide(database, encounter, "401.9", Action.ADD)
    assert _row(database, "428.0").unshown is Unshown.NOTHING
    assert _row(database, "401.9").unshown is Unshown.UNSCORED


def test_an_open_suggestion_has_the_evidence_of_now(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _explain(database, encounter, "428.0", "Congestive")
    _explain(database, encounter, "428.0", "failure")
    row = _row(database, "428.0", ExportFilter())
    assert [each.words for each in row.shown] == ["failure"]


def test_only_what_these_people_did_within_the_days_is_given(database: Database) -> None:
    first, second = add_scored_encounter(database), add_scored_encounter(database)
    _decide(database, first, "428.0", Action.ACCEPT)
    _decide(database, second, "428.0", Action.ACCEPT)
    _decide(database, second, "427.31", Action.ACCEPT, person=1)
    one, other = coders(database)
    at = {(row.encounter, row.code): row.at for row in decision_rows(database, DECIDED)}
    middle = at["E-00002", "428.0"]
    assert middle is not None

    def found(**bounds: Any) -> list[tuple[str, str]]:
        return [
            (row.encounter, row.code) for row in decision_rows(database, ExportFilter(**bounds))
        ]

    assert found(people=(one.id,)) == [("E-00001", "428.0"), ("E-00002", "428.0")]
    assert found(people=(other.id,)) == [("E-00002", "427.31")]
    assert found(people=(one.id, other.id), since=middle) == [
        ("E-00002", "428.0"),
        ("E-00002", "427.31"),
    ]
    assert found(before=middle) == [("E-00001", "428.0")]
    assert found(since=middle, before=middle) == []
    assert len(found()) == 4


def test_of_two_equal_notes_the_first_is_decided_on_and_exported(database: Database) -> None:
    register_model(database, model := make_model())
    actor = coders(database)[0]
    firsts = set()
    for number in range(6):  # ids are random: by chance all are in order once in 64 times
        made = create_encounter(
            database,
            NewEncounter(CareSetting.INPATIENT),
            [NewNote(NOTE, "a"), NewNote(NOTE, "b")],
            actor=actor,
            key=f"two-{number}",
            model_version=model.version,
        )
        for note in made.notes:
            save_scores(database, note.id, make_scores(model))
        decision = Decision(f"d{number}", Action.ACCEPT, "428.0", "tab", 0)
        stored = decide(database, made.id, decision, actor)
        assert stored.payload["note"] == made.notes[0].id
        firsts.add(made.notes[0].id)
    assert {row.note_id for row in decision_rows(database)} == firsts


@pytest.mark.parametrize(
    ("setting", "codes"),
    [(CareSetting.INPATIENT, {"428.0", "99.61"}), (CareSetting.OUTPATIENT, {"428.0"})],
)
def test_open_procedures_are_exported_of_inpatients_alone(
    database: Database, setting: CareSetting, codes: set[str]
) -> None:
    register_model(database, model := make_both_kinds())
    encounter = add_encounter(database, version=model.version, setting=setting)
    logits = {"428.0": 2.0, "99.61": 1.0}
    save_scores(database, encounter.notes[0].id, make_scores(model, logits))
    assert {row.code for row in decision_rows(database)} == codes


def test_rows_say_service_and_payer_and_what_kind_of_document_their_note_is(
    database: Database,
) -> None:
    model = make_model()
    register_model(database, model)
    new = NewEncounter(CareSetting.INPATIENT, account="4711", service="Surgery", payer="Medicare")
    notes = [
        NewNote(NOTE, "One", NoteType.CONSULTATION, "Dr. Ames", date(2014, 3, 12)),
        NewNote(NOTE, "Two"),
    ]
    actor = coders(database)[0]
    found = create_encounter(
        database, new, notes, actor=actor, key="k", model_version=model.version
    )
    for note, logits in zip(found.notes, ({"428.0": 3.0}, {"427.31": 2.0}), strict=True):
        save_scores(database, note.id, make_scores(model, logits))
    rows = {row.code: row for row in decision_rows(database)}
    assert {(row.service, row.payer) for row in rows.values()} == {("Surgery", "Medicare")}
    told = {code: (row.note_type, row.note_date) for code, row in rows.items()}
    assert told == {
        "428.0": (NoteType.CONSULTATION, date(2014, 3, 12)),
        "427.31": (None, None),
    }
    assert "4711" not in repr(rows)
