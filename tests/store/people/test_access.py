"""Who sees an encounter that is a team's: every role, act and way in, by function."""

from __future__ import annotations

import importlib
import inspect
import io
import itertools
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from sqlalchemy import event

from icd9_review import store
from icd9_review.errors import InputError, PermissionDenied, Restricted
from icd9_review.export.writing import ExportRequest, export_rows, write_export
from icd9_review.notes.intake.documents import FoundEncounter, FoundNote
from icd9_review.notes.intake.gate import read_note
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment, comments
from icd9_review.store.deciding.confirmations import confirm_signer
from icd9_review.store.deciding.decisions import (
    decide,
    decision_events,
    last_sequence,
    review_state,
    state_sequence,
)
from icd9_review.store.deciding.moments import read_moment
from icd9_review.store.deciding.veils import read_veil
from icd9_review.store.deciding.views import record_view
from icd9_review.store.deciding.visits import last_visit
from icd9_review.store.explaining.attributions import attribution, attributions
from icd9_review.store.explaining.plan import explanation_progress
from icd9_review.store.exporting.decision_rows import decision_rows
from icd9_review.store.exporting.exports import record_summary
from icd9_review.store.exporting.final_charts import final_chart
from icd9_review.store.exporting.history_rows import history_rows
from icd9_review.store.intake.encounters import (
    add_note,
    create_encounter,
    encounter,
    note,
    note_text,
)
from icd9_review.store.intake.imports import (
    Result,
    find_import,
    import_all,
    import_encounter,
    import_notes,
)
from icd9_review.store.ledger import events
from icd9_review.store.ledger.free_text import read_text
from icd9_review.store.oversight.stories import encounter_story, past_state
from icd9_review.store.people.access import GLASS_LASTS, refuse_hidden
from icd9_review.store.people.accounts import add_account, change_account
from icd9_review.store.people.glass import break_glass
from icd9_review.store.people.permissions import EVERY_TEAM, Act, may
from icd9_review.store.people.teams import add_team, set_teams, teams, teams_of
from icd9_review.store.projections.summaries import count_outdated
from icd9_review.store.querying.queries import (
    answer_query,
    ask_physician,
    physician_queries,
    withdraw_query,
)
from icd9_review.store.recoding.gold_encounters import keep_gold
from icd9_review.store.recoding.seconds import ask_second
from icd9_review.store.retention.purging import read_purge
from icd9_review.store.scoring.catching_up import hurry, read_anew
from icd9_review.store.scoring.reading_versions import version_shown
from icd9_review.store.scoring.scores import register_model, save_scores, scores, suggestions
from icd9_review.store.scoring.scoring_queue import failure, retry_notes
from icd9_review.store.teaching.lessons import lesson_texts
from icd9_review.store.users import system_user
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.claims import claim, claim_of, take_over
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import next_encounter, status, take_next, worklist
from icd9_review.store.worklist.searches import record_search
from icd9_review.values import (
    Action,
    AttributionKey,
    AuditedCode,
    CareSetting,
    Confirmation,
    Decision,
    Encounter,
    EventKind,
    GlassReason,
    Kind,
    Lesson,
    NewEncounter,
    NewNote,
    Proof,
    Role,
    User,
    Window,
    WorklistQuery,
)
from tests.encounters import coders, make_model, make_scores
from tests.store.auditing.signing import act as act_on
from tests.store.auditing.signing import reopen, sign
from tests.store.querying.asking import asked_about, query_about

VERSION = make_model().version
INPATIENT = NewEncounter(CareSetting.INPATIENT)
_KEYS = itertools.count(1)


class Case(StrEnum):
    """How a person stands to an encounter."""

    OWN_TEAM = "own team"
    OTHER_TEAM = "other team"
    GLASS_BROKEN = "glass broken"
    OFF = "restriction off"


def new_key() -> str:
    return f"key-{next(_KEYS)}"


READS: dict[str, Callable[[Database, Encounter, User], object]] = {
    "encounter": lambda db, found, _: encounter(db, found.id),
    "note_text": lambda db, found, _: note_text(db, found.notes[0].id),
    "note": lambda db, found, _: note(db, found.notes[0].id),
    "find_import": lambda db, _found, _: find_import(db, from_file()),
    "comments": lambda db, found, _: comments(db, found.id),
    "physician_queries": lambda db, found, _: physician_queries(db, found.id),
    "state_sequence": lambda db, found, _: state_sequence(db, found.id),
    "last_sequence": lambda db, found, _: last_sequence(db, found.id),
    "review_state": lambda db, found, _: review_state(db, found.id),
    "decision_events": lambda db, found, _: decision_events(db, found.id),
    "read_veil": lambda db, found, _: read_veil(db, found.id),
    "last_visit": lambda db, found, who: last_visit(db, found.id, who),
    "read_moment": lambda db, found, _: read_moment(db, found.id),
    "events": lambda db, found, _: events(db, found.id),
    "attribution": lambda db, found, _: attribution(db, key_of(found)),
    "attributions": lambda db, found, _: attributions(db, [key_of(found)]),
    "explanation_progress": lambda db, found, _: explanation_progress(db, [found.id], VERSION),
    "version_shown": lambda db, found, _: version_shown(db, found.id),
    "read_anew": lambda db, found, _: read_anew(db, found.id),
    "hurry": lambda db, found, _: hurry(db, found.id, VERSION),
    "scores": lambda db, found, _: scores(db, [found.notes[0].id], VERSION),
    "suggestions": lambda db, found, _: suggestions(db, found.id, VERSION),
    "retry_notes": lambda db, found, _: retry_notes(db, found.id),
    "failure": lambda db, found, _: failure(db, found.id),
    "claim_of": lambda db, found, _: claim_of(db, found.id),
    "status": lambda db, found, _: status(db, found.id),
    "refuse_hidden": lambda db, found, _: refuse_hidden(db, found.id),
    "read_purge": lambda db, found, _: read_purge(db, found.id),
    "read_text": lambda db, found, _: read_text(db, found.id, "0" * 64),
    "record_search": lambda db, found, who: record_search(
        db, found.id, WorklistQuery(search="e-1"), who
    ),
    "record_view": lambda db, found, who: record_view(
        db, found.id, EventKind.OPENED, who, new_key(), {}
    ),
}
"""Ways to read an encounter, or to say that one did."""


def taught(found: Encounter) -> Lesson:
    """A chart that a model may learn from."""
    notes = tuple(note.id for note in found.notes)
    return Lesson(found.label, found.id, found.number, notes, ())


WRITES: dict[str, tuple[Act, Callable[[Database, Encounter, User], object]]] = {
    "final_chart": (
        Act.EXPORT,
        lambda db, found, who: final_chart(db, found.id, actor=who),
    ),
    "open_audit": (Act.REVIEW, lambda db, found, who: audited(db, found, who)),
    "ask_second": (Act.KEEP_GOLD, lambda db, found, who: asked_again(db, found, who)),
    "keep_gold": (Act.KEEP_GOLD, lambda db, found, who: kept_as_gold(db, found, who)),
    "add_note": (
        Act.TAKE_IN,
        lambda db, found, who: add_note(
            db,
            found.id,
            NewNote(f"More {new_key()}.", "Note"),
            actor=who,
            key=new_key(),
            model_version=None,
        ),
    ),
    "import_notes": (
        Act.TAKE_IN,
        lambda db, found, who: import_notes(
            db, found.id, [found_note(f"Later {new_key()}.")], actor=who, model_version=None
        ),
    ),
    "import_encounter": (
        Act.TAKE_IN,
        lambda db, _, who: import_encounter(
            db, from_file(new_key()), INPATIENT, actor=who, model_version=None
        ),
    ),
    "decide": (Act.CODE, lambda db, found, who: decide(db, found.id, accepted(db, found), who)),
    "confirm_signer": (
        Act.CODE,
        lambda db, found, who: confirm_signer(
            db,
            found.id,
            new_key(),
            who,
            Confirmation(Proof.PASSWORD, datetime.now(UTC)),
            token="token",
        ),
    ),
    "record_summary": (
        Act.EXPORT,
        lambda db, found, who: record_summary(db, found.id, {}, who, new_key()),
    ),
    "encounter_story": (Act.AUDIT, lambda db, found, who: encounter_story(db, found.id, actor=who)),
    "past_state": (Act.AUDIT, lambda db, found, who: past_state(db, found.id, 1, actor=who)),
    "claim": (Act.CODE, lambda db, found, who: claim(db, found.id, who)),
    "take_over": (Act.CODE, lambda db, found, who: take_over(db, found.id, who)),
    "assign": (Act.CODE, lambda db, found, who: assign(db, [found.id], who.id, who)),
    "add_comment": (
        Act.COMMENT,
        lambda db, found, who: add_comment(
            db, found.id, Kind.DIAGNOSIS, "428.0", "See the echo.", actor=who, key=new_key()
        ),
    ),
    "ask_physician": (
        Act.ASK,
        lambda db, found, who: ask_physician(
            db, found.id, query_about(found), actor=who, key=new_key()
        ),
    ),
    "answer_query": (
        Act.ANSWER,
        lambda db, found, who: answer_query(
            db, found.id, asked_about(db, found), option=0, actor=who, key=new_key()
        ),
    ),
    "withdraw_query": (
        Act.ASK,
        lambda db, found, who: withdraw_query(
            db, found.id, asked_about(db, found), actor=who, key=new_key()
        ),
    ),
    "lesson_texts": (
        Act.ADMINISTER,
        lambda db, found, who: list(lesson_texts(db, [taught(found)], actor=who)),
    ),
}
"""Ways to change an encounter, or to read it for an act of its own, and the act that each is."""

OWN = {
    "catch_up": "a worker",
    "replan": "a worker",
    "save_attribution": "a worker",
    "save_scores": "a worker",
    "save_in_shadow": "a worker",
    "take_explanation": "a worker, and the thread that explains what a page has read",
    "hurry_explanation": "the same",
    "release": "gives up one's own claim",
    "purge": "an administrator's, who sees nothing of it",
    "purge_all": "the same",
    "place_hold": "the same",
    "lift_hold": "the same",
    "legal_hold": "what administrators said, and nothing of the encounter",
    "named": "what a purge would take, as numbers and days",
    "break_glass": "the way in that is told",
    "explained_at_signing": "of an audit's own notes, for whom the audit is open",
    "next_encounter": "goes on from an encounter of which it says nothing",
}
"""What needs no check: who calls it."""

LISTS: dict[str, tuple[Act, Callable[[Database, User], set[str]]]] = {
    "worklist": (Act.READ, lambda db, _: {row.id for row in worklist(db, WorklistQuery()).rows}),
    "search": (
        Act.READ,
        lambda db, _: {row.id for row in worklist(db, WorklistQuery(search="e-1")).rows},
    ),
    "next_encounter": (Act.READ, lambda db, _: {next_encounter(db) or ""} - {""}),
    "next of a person": (Act.READ, lambda db, who: {next_encounter(db, user=who) or ""} - {""}),
    "decision_rows": (
        Act.EXPORT,
        lambda db, who: {row.encounter_id for row in decision_rows(whole(db), actor=who)},
    ),
    "history_rows": (
        Act.EXPORT,
        lambda db, who: {row.encounter_id for row in history_rows(whole(db), actor=who)},
    ),
    "preview": (Act.EXPORT, lambda db, who: previewed(whole(db), who)),
}
"""What lists encounters, as their ids, and the act that each is."""


def audited(database: Database, found: Encounter, who: User) -> None:
    """Open an audit of what somebody else signed, and leave the chart as it can be worked on."""
    everything = replace(database, restricted=False)
    sign(everything, found, ("486", "250.00"), coder=coders(everything)[1])
    try:
        open_audit(database, found.id, actor=who, key=new_key())
    finally:
        reopen(everything, found, coders(everything)[1])


def kept_as_gold(database: Database, found: Encounter, who: User) -> None:
    """Keep gold codes of what was signed as for an audit; leave it as it can be worked on."""
    everything = replace(database, restricted=False)
    act_on(everything, found, coders(everything)[1], Action.FINALISE)
    try:
        keep_gold(database, found.id, [AuditedCode("486")], actor=who, key=new_key())
    finally:
        reopen(everything, found, coders(everything)[1])


def asked_again(database: Database, found: Encounter, who: User) -> None:
    """Have what was signed coded once more by somebody of every team; leave it as before."""
    everything, by = replace(database, restricted=False), system_user(database)
    act_on(everything, found, coders(everything)[1], Action.FINALISE)
    new = add_account(everything, new_key(), Role.CODER, by=by)
    set_teams(everything, new, teams(everything, by=by), by=by)
    try:
        ask_second(database, found.id, new.id, actor=who)
    finally:
        reopen(everything, found, coders(everything)[1])


def found_note(text: str) -> FoundNote:
    return FoundNote(read_note(text, "Letter"))


def from_file(text: str = "The first words.") -> FoundEncounter:
    """What a source that gives out numbers of its own says of one encounter."""
    return FoundEncounter((found_note(text),), external_id=Identifier("7"), source="HL7")


def key_of(found: Encounter) -> AttributionKey:
    """What an explanation of a code of its note would be stored under."""
    window = Window(0, 0, 9)
    facts = (window, Kind.DIAGNOSIS, "428.0", VERSION, "integrated gradients", "pad", "floor=0.1")
    return AttributionKey(found.notes[0].id, *facts)


def accepted(database: Database, found: Encounter) -> Decision:
    """A decision that its state allows."""
    seen = last_sequence(replace(database, restricted=False), found.id)
    return Decision(new_key(), Action.ACCEPT, "428.0", "tab-1", seen)


def whole(database: Database) -> Database:
    """The database as nobody's in particular: who asks says what they see."""
    return replace(database, reader=None)


def previewed(database: Database, who: User) -> set[str]:
    request = ExportRequest("history", "csv")
    with closing(export_rows(database, request, actor=who)) as rows:
        return {str(row[1]) for row in rows}


def stand(database: Database, case: Case, role: Role) -> tuple[Database, Encounter, User]:
    """An encounter of a team, and a person who stands to it so; the database is as they see it."""
    by = system_user(database)
    team, another = (add_team(database, name, by=by) for name in ("Cardiology", "Surgery"))
    person = add_account(database, "Ana Ruiz", role, by=by)
    set_teams(database, person, [team if case is Case.OWN_TEAM else another], by=by)
    register_model(database, make_model())
    facts = replace(INPATIENT, team=team.name)
    done = import_encounter(database, from_file(), facts, actor=by, model_version=VERSION)
    found = encounter(database, done.encounter_id)
    text = found.notes[0].text
    save_scores(database, found.notes[0].id, make_scores(make_model(), length=len(text)))
    shown = replace(database, restricted=case is not Case.OFF).seen_by(person)
    if case is Case.GLASS_BROKEN:
        break_glass(shown, found.id, GlassReason.CARE, actor=person, key=new_key())
    return shown, found, person


def is_seen(case: Case, role: Role) -> bool:
    return case is not Case.OTHER_TEAM or role in EVERY_TEAM


CELLS = [(case, role) for case in Case for role in Role if role is not Role.SYSTEM]


@pytest.mark.parametrize(("case", "role"), CELLS)
def test_every_way_in_asks_whose_an_encounter_is(sqlite: Database, case: Case, role: Role) -> None:
    database, found, person = stand(sqlite, case, role)
    for name, read in READS.items():
        opens = outcome(lambda read=read: read(database, found, person))  # type: ignore[misc]
        assert opens is (None if is_seen(case, role) else Restricted), name
    for name, (act, write) in WRITES.items():
        done = outcome(lambda write=write: write(database, found, person))  # type: ignore[misc]
        if not may(person, act):
            assert done in (PermissionDenied, Restricted), name
        else:
            assert done is (None if is_seen(case, role) else Restricted), name


def outcome(call: Callable[[], object]) -> type[Exception] | None:
    """The class of the refusal, None where it was done."""
    try:
        call()
    except PermissionDenied as error:
        return type(error)
    return None


@pytest.mark.parametrize(("case", "role"), CELLS)
def test_no_list_has_an_encounter_that_a_person_does_not_see(
    sqlite: Database, case: Case, role: Role
) -> None:
    database, found, person = stand(sqlite, case, role)
    expected = {found.id} if is_seen(case, role) else set()
    for name, (act, listed) in LISTS.items():
        if may(person, act):
            assert listed(database, person) == expected, name
    page = worklist(database, WorklistQuery())
    assert (page.total, sum(page.counts.values())) == (len(expected), len(expected))
    assert count_outdated(database) == 0
    if may(person, Act.EXPORT):
        file = io.BytesIO()
        write_export(database, ExportRequest("history", "jsonl"), file, actor=person)
        assert (found.id in file.getvalue().decode()) == bool(expected)
    if may(person, Act.CODE):
        assert take_next(database, person) == (found.id if expected else None)


@pytest.mark.parametrize(("case", "role"), CELLS)
def test_who_administers_moves_an_encounter_without_seeing_it(
    sqlite: Database, case: Case, role: Role
) -> None:
    database, found, person = stand(sqlite, case, role)
    done = outcome(lambda: move_encounter(database, found.number, None, by=person))
    assert done is (None if may(person, Act.ADMINISTER) else PermissionDenied)


def test_no_function_that_takes_an_encounter_is_forgotten() -> None:
    tried = {*READS, *WRITES, *OWN}
    assert {name for name in ways_in() if name not in tried} == set()
    assert {name for name in OWN if name not in set(ways_in())} == set()


def ways_in() -> Iterator[str]:
    """The functions of the store that take a database and name an encounter, a note or a file."""
    naming = {"encounter_id", "encounter_ids", "note_id", "note_ids", "after_id", "stream", "found"}
    for module in pkgutil.walk_packages(store.__path__, "icd9_review.store."):
        if ".backups" in module.name or ".database." in module.name:
            continue
        for name, function in vars(importlib.import_module(module.name)).items():
            if not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            parameters = inspect.signature(function).parameters.values()
            named = {p.name for p in parameters} & naming
            keys = any("AttributionKey" in str(p.annotation) for p in parameters)
            if not name.startswith("_") and (named or keys) and is_entrance(parameters):
                yield name


def is_entrance(parameters: Iterable[inspect.Parameter]) -> bool:
    return any(each.annotation == "Database" for each in parameters)


def test_a_page_that_forgot_to_say_who_asks_sees_what_is_nobodys(database: Database) -> None:
    _, found, _ = stand(database, Case.OTHER_TEAM, Role.CODER)
    nobody = replace(database, restricted=True)
    with pytest.raises(Restricted, match="E-00001 belongs to another team"):
        encounter(nobody, found.id)
    move_encounter(database, found.number, None, by=system_user(database))
    assert encounter(nobody, found.id) == found


def test_a_change_of_teams_or_role_counts_at_once(database: Database) -> None:
    shown, found, person = stand(database, Case.OTHER_TEAM, Role.CODER)
    by = system_user(database)
    mine = teams_of(database, person, by=person)
    set_teams(database, person, teams(database, by=system_user(database)), by=by)
    assert encounter(shown, found.id) == found
    set_teams(database, person, mine, by=by)
    assert outcome(lambda: encounter(shown, found.id)) is Restricted
    change_account(database, person, by=by, role=Role.AUDITOR)
    assert encounter(shown, found.id) == found


def test_a_reason_lasts_for_its_time_and_for_its_person(database: Database) -> None:
    shown, found, person = stand(database, Case.OTHER_TEAM, Role.CODER)
    other = add_account(database, "Ben Ode", Role.CODER, by=system_user(database))
    long_ago = datetime.now(UTC) - GLASS_LASTS
    ahead = datetime.now(UTC) + GLASS_LASTS + timedelta(seconds=9)
    for moment, opens in ((long_ago, Restricted), (ahead, Restricted), (None, None)):
        key = new_key()
        break_glass(shown, found.id, GlassReason.QUERY, actor=person, key=key, now=moment)
        assert outcome(lambda: encounter(shown, found.id)) is opens
    assert outcome(lambda: encounter(shown.seen_by(other), found.id)) is Restricted


def test_what_was_sent_before_is_not_a_way_back_in(database: Database) -> None:
    shown, _, person = stand(database, Case.OWN_TEAM, Role.CODER)
    found_notes = [NewNote("Cough.", "Note")]
    sent = (shown, INPATIENT, found_notes)
    made = create_encounter(*sent, actor=person, key="sent", model_version=None)
    assert create_encounter(*sent, actor=person, key="sent", model_version=None) == made
    set_teams(database, person, [], by=system_user(database))
    with pytest.raises(Restricted):
        create_encounter(*sent, actor=person, key="sent", model_version=None)


def test_work_goes_to_nobody_who_does_not_see_it(database: Database) -> None:
    shown, found, person = stand(database, Case.OWN_TEAM, Role.ADMINISTRATOR)
    other = add_account(database, "Ben Ode", Role.CODER, by=system_user(database))
    with pytest.raises(InputError, match="E-00001 belongs to a team that Ben Ode is not in"):
        assign(shown, [found.id], other.id, person)
    set_teams(database, other, teams_of(database, person, by=person), by=system_user(database))
    assert assign(shown, [found.id], other.id, person) == 1


def test_an_import_goes_on_past_what_another_team_has(database: Database) -> None:
    shown, found, person = stand(database, Case.OTHER_TEAM, Role.CODER)
    new = FoundEncounter((found_note("Another."),), external_id=Identifier("8"), source="HL7")
    asked = [from_file("A later word."), new]
    lines = import_all(shown, asked, CareSetting.INPATIENT, actor=person, model_version=None)
    assert [line.result for line in lines] == [Result.REFUSED, Result.STORED]
    assert encounter(database, found.id) == found


def test_nothing_is_asked_where_nothing_is_restricted(sqlite: Database) -> None:
    shown, found, person = stand(sqlite, Case.OFF, Role.CODER)
    assert shown == replace(sqlite, reader=person.id)
    said: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *each: said.append(each[2]))
    worklist(shown, WorklistQuery())
    encounter(shown, found.id)
    claim(shown, found.id, person)
    assert said
    assert not any("team" in each.split("FROM")[-1] for each in said)


@pytest.mark.parametrize("case", [Case.OWN_TEAM, Case.OTHER_TEAM, Case.OFF])
def test_an_import_tells_of_no_text_that_another_team_has(sqlite: Database, case: Case) -> None:
    database, _, person = stand(sqlite, case, Role.CODER)
    one, other = (
        FoundEncounter((FoundNote(read_note("No number.", name)),), file=name)
        for name in ("a.txt", "b.txt")
    )
    theirs = replace(INPATIENT, team="Cardiology")
    import_encounter(sqlite, one, theirs, actor=system_user(sqlite), model_version=None)
    mine = replace(INPATIENT, team=teams_of(sqlite, person, by=person)[0].name)
    done = import_encounter(database, other, mine, actor=person, model_version=None)
    assert ("E-00002" in done.remark) == is_seen(case, Role.CODER)
