from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session as SqlSession

from icd9_review.errors import StoreError
from icd9_review.instruments import REGISTRY
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decision_events
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.ledger import events
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import users
from icd9_review.ui.encounter.explaining import Explaining
from icd9_review.ui.encounter.visit import Visit
from icd9_review.ui.reference import References
from icd9_review.ui.services import Model, Services
from icd9_review.ui.workbench.matters.own_chart import OwnChart
from icd9_review.ui.workbench.session import Receipt, Session
from icd9_review.ui.workbench.view import WorkbenchView
from icd9_review.values import (
    CareSetting,
    Encounter,
    EventKind,
    Kind,
    NewNote,
    Role,
    User,
    WorklistQuery,
)
from tests.encounters import add_encounter, coders
from tests.tiny import CODES, NOTE, write_json

AWAY: set[str] = set()
EMPTY = Receipt()
FOUND = {"diagnosis:428.0", "diagnosis:427.31", "diagnosis:V58.61"}


class Unsteady(Database):
    """A database that is away for reading or writing when AWAY says so."""

    @contextmanager
    def read(self) -> Iterator[SqlSession]:
        if "read" in AWAY:
            raise StoreError("The database does not answer.")
        with super().read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[SqlSession]:
        if "write" in AWAY:
            raise StoreError("The database does not answer.")
        with super().write() as session:
            yield session


@pytest.fixture(autouse=True)
def everything_answers() -> Iterator[None]:
    AWAY.clear()
    yield
    AWAY.clear()


@pytest.fixture(scope="module")
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


@pytest.fixture
def services(sqlite: Database, predictor: Predictor) -> Iterator[Services]:
    database = Unsteady(sqlite.engine)
    register_model(database, predictor.version)
    explanations = Explanations(database, Explainer(predictor))
    model = Model(predictor, Worker(database, predictor), explanations)
    yield Services(database, References(database), model)
    AWAY.clear()
    explanations.stop()


@pytest.fixture
def encounter(services: Services) -> Encounter:
    """An encounter of two notes, the first of which was read."""
    version = services.model_version
    found = add_encounter(services.database, titles=("First", "Second"), text=NOTE, version=version)
    read(services, found, 0)
    return found


@pytest.fixture
def session(services: Services, encounter: Encounter) -> Session:
    return open_session(services, encounter)


def open_session(services: Services, encounter: Encounter, user: User | None = None) -> Session:
    visit = Visit(services, encounter, user or coders(services.database)[0])
    return Session(services, visit, OwnChart(services, visit, WorklistQuery()))


def look(
    session: Session,
    focus: str | None = None,
    *,
    query: object = None,
    receipt: Receipt = EMPTY,
) -> WorkbenchView:
    return session.view(focus=focus, query=query, receipt=receipt)


def read(services: Services, encounter: Encounter, number: int) -> None:
    assert services.model is not None
    note = encounter.notes[number]
    save_scores(services.database, note.id, services.model.predictor.score(note.text))


def entry(
    session: Session, key: str, action: str = "accept", code: str = "428.0"
) -> dict[str, Any]:
    return {
        "id": key,
        "encounter": session.visit.encounter.id,
        "user": session.visit.user.id,
        "action": action,
        "code": code,
        "kind": "diagnosis",
        "reason": None,
        "seen": 0,
        "client": "tab",
    }


def wait_until_explained(session: Session, focus: str) -> WorkbenchView:
    """The view once the explanation of a code is there and no preview."""
    deadline = time.monotonic() + 20
    while True:
        view = look(session, focus)
        explained = view.text.explanations[focus]
        if explained.status == "ready" and not explained.preview:
            return view
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kinds(session: Session) -> list[EventKind]:
    return [event.kind for event in events(session.services.database, session.visit.encounter.id)]


def test_who_looks_on_decides_nothing_and_was_shown_nothing_to_decide_on(
    services: Services, encounter: Encounter
) -> None:
    auditor = next(each for each in users(services.database) if each.role is Role.AUDITOR)
    session = open_session(services, encounter, auditor)
    receipt = session.store([entry(session, "k1")])
    assert [each.message for each in receipt.refused] == [
        "The role auditor does not decide on codes; ask a coder to do it."
    ]
    view = look(session, receipt=receipt)
    assert view.review.trail is not None
    assert {each.key for each in view.codes.suggestions} == FOUND
    told = [each for each in events(services.database, encounter.id) if each.actor == auditor.id]
    assert told == []


def test_a_coding_summary_is_written_once_and_the_ledger_has_its_hash(
    services: Services, session: Session
) -> None:
    session.store([entry(session, "k1")])
    asked = "0f0e0d0c-0000-4000-8000-000000000001"
    first, again = (
        session.view(focus=None, query=None, receipt=EMPTY, summary=asked).answer.summary
        for _ in range(2)
    )
    assert first is not None
    assert first == again
    assert "428.0" in first.text
    assert NOTE[:20] not in first.text
    told = events(services.database, session.visit.encounter.id)
    (exported,) = [each for each in told if each.kind is EventKind.EXPORTED]
    assert exported.payload["sha256"] == sha256(first.text.encode()).hexdigest()
    assert (exported.payload["rows"], exported.payload["words"]) == (1, False)
    assert look(session).answer.summary is None


def test_a_decision_is_acknowledged_once_it_is_stored(session: Session) -> None:
    receipt = session.store([entry(session, "a")])
    assert receipt == Receipt(acknowledged=("a",))
    (event,) = decision_events(session.services.database, session.visit.encounter.id)
    assert event.payload["code"] == "428.0"


def test_the_same_outbox_again_is_acknowledged_again_and_stored_once(session: Session) -> None:
    for _ in range(3):
        assert session.store([entry(session, "a")]).acknowledged == ("a",)
    other = open_session(session.services, session.visit.encounter)
    assert other.store([entry(session, "a")]).acknowledged == ("a",)
    assert len(decision_events(session.services.database, session.visit.encounter.id)) == 1


def test_what_the_state_forbids_is_refused_and_the_rest_stored(session: Session) -> None:
    sent = [entry(session, "a", "undo"), entry(session, "b"), entry(session, "c", code="999.9")]
    stored, refused = counted("stored"), counted("refused")
    receipt = session.store(sent)
    assert receipt.acknowledged == ("b",)
    assert [refusal.id for refusal in receipt.refused] == ["a", "c"]
    assert (counted("stored"), counted("refused")) == (stored + 1, refused + 2)


def counted(what: str) -> float:
    """How many decisions were stored or refused, as whoever watches the app is told."""
    (found,) = (each for each in REGISTRY.collect() if each.name.endswith(f"decisions_{what}"))
    return sum(sample.value for sample in found.samples)


def test_a_decision_of_another_user_of_the_browser_is_not_stored(session: Session) -> None:
    receipt = session.store([{**entry(session, "a"), "user": session.visit.user.id + 1}])
    assert receipt.acknowledged == ()
    assert "another user" in receipt.refused[0].message
    assert decision_events(session.services.database, session.visit.encounter.id) == ()


def test_while_the_database_is_away_nothing_is_acknowledged_and_all_is_stored_later(
    session: Session,
) -> None:
    outbox = [entry(session, "a"), entry(session, "b", code="427.31")]
    AWAY.add("write")
    assert session.store(outbox) == Receipt()
    AWAY.clear()
    assert session.store(outbox).acknowledged == ("a", "b")


def test_a_decision_is_acknowledged_only_with_a_view_that_shows_it(session: Session) -> None:
    look(session)
    receipt = session.store([entry(session, "a")])
    AWAY.add("read")
    stale = look(session, receipt=receipt)
    assert stale.answer.acknowledged == ()
    assert stale.review.decisions == ()
    AWAY.clear()
    fresh = look(session, receipt=session.store([entry(session, "a")]))
    assert fresh.answer.acknowledged == ("a",)
    assert [decision.key for decision in fresh.review.decisions] == ["diagnosis:428.0"]


def test_a_code_added_without_words_takes_those_of_the_notes_and_gives_them_back(
    session: Session,
) -> None:
    look(session)
    session.store([entry(session, "added", "add", "428.0")])
    view = look(session)
    assert view.text.unchosen == ("diagnosis:428.0",)
    assert [run.note for run in view.text.cited["diagnosis:428.0"]] == [0, 1]
    session.store([entry(session, "away", "set_evidence", "428.0")])
    view = look(session)
    assert view.text.unchosen == ()
    assert "diagnosis:428.0" not in view.text.cited


def test_nothing_starts_accepted(session: Session) -> None:
    view = look(session)
    assert {suggestion.key for suggestion in view.codes.suggestions} == FOUND
    assert view.review.decisions == ()


def test_suggestions_of_few_training_notes_are_marked_rare(
    services: Services, encounter: Encounter, tiny_model_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))
    write_json(folder / "examples.json", {"notes": {"428.0": 4812, "427.31": 8}})
    assert services.model is not None
    counting = replace(services.model, predictor=load_predictor(folder))
    view = look(open_session(replace(services, model=counting), encounter))
    assert {suggestion.key: suggestion.rare for suggestion in view.codes.suggestions} == {
        "diagnosis:428.0": "",
        "diagnosis:427.31": "rare: 8 training notes",
        "diagnosis:V58.61": "rare: not in the training notes",
    }


def test_nothing_is_marked_rare_where_the_model_does_not_say(session: Session) -> None:
    assert {suggestion.rare for suggestion in look(session).codes.suggestions} == {""}


def test_what_was_shown_is_recorded_once_for_each_note_that_was_read(session: Session) -> None:
    for _ in range(3):
        look(session)
    assert kinds(session).count(EventKind.SHOWN) == 1
    read(session.services, session.visit.encounter, 1)
    for _ in range(3):
        look(session)
    assert kinds(session).count(EventKind.SHOWN) == 2


def test_what_was_shown_is_recorded_although_the_database_was_away_first(session: Session) -> None:
    AWAY.add("write")
    with pytest.raises(StoreError):
        look(session)
    AWAY.clear()
    look(session)
    assert kinds(session).count(EventKind.SHOWN) == 1


def test_a_note_that_was_not_read_is_missing_from_what_was_read(session: Session) -> None:
    view = look(session)
    assert view.facts.status.name == "scoring"
    assert view.facts.read is not None
    assert view.facts.read.share == pytest.approx(0.5, abs=0.01)
    read(session.services, session.visit.encounter, 1)
    whole = look(session)
    assert whole.facts.status.name == "ready"
    assert whole.facts.read is not None
    assert whole.facts.read.share == pytest.approx(1.0, abs=0.02)


def test_the_focused_code_is_explained_and_the_words_are_the_notes_own(session: Session) -> None:
    focus = "diagnosis:428.0"
    first = look(session, focus)
    assert first.text.explanations[focus].status in ("running", "ready")
    view = wait_until_explained(session, focus)
    explained = view.text.explanations[focus]
    assert explained.status == "ready"
    pieces = view.text.notes[explained.note].pieces
    assert "".join(pieces) == NOTE
    heaviest = max(explained.marks, key=lambda mark: mark[1])[0]
    assert pieces[heaviest].lower() in "congestive heart failure"


def test_explanations_switched_off_show_nothing_and_ask_for_nothing(session: Session) -> None:
    focus, other = "diagnosis:428.0", "diagnosis:427.31"
    explained = wait_until_explained(session, focus)
    session.explain(False)
    off = look(session, other)
    assert off.facts.explains is False
    assert off.text.explanations == {}
    assert len(off.text.notes[0].pieces) < len(explained.text.notes[0].pieces)
    session.explain(True)
    assert set(look(session).text.explanations) == {focus}


def test_each_person_keeps_their_choice_and_the_ledger_tells_views_apart(
    session: Session,
) -> None:
    look(session)
    for on in (False, False, True, False):
        session.explain(on)
        look(session)
    again = open_session(session.services, session.visit.encounter)
    assert look(again).facts.explains is False
    second = coders(session.services.database)[1]
    other = open_session(session.services, session.visit.encounter, second)
    assert look(other).facts.explains is True
    stored = events(session.services.database, session.visit.encounter.id)
    told = [(e.actor, e.payload["explanations"]) for e in stored if e.kind is EventKind.SHOWN]
    mine = [(session.visit.user.id, on) for on in (True, False, True, False, False)]
    assert told == [*mine, (second.id, True)]


def test_while_the_database_is_away_the_choice_stays_as_it_was(session: Session) -> None:
    AWAY.add("write")
    session.explain(False)
    AWAY.clear()
    assert look(session).facts.explains is True


def test_without_explanations_a_row_tells_nothing_of_the_words_used_and_the_edits_stay(
    services: Services,
) -> None:
    text = "Congestive heart failure. Denies kidney pain. Atrial fibrillation."
    found = add_encounter(services.database, text=text, version=services.model_version)
    read(services, found, 0)
    session = open_session(services, found)
    session.store([entry(session, "a", code="584.9")])
    key = "diagnosis:584.9"
    on = wait_until_explained(session, key)
    session.explain(False)
    off = look(session)
    said = [{s.key: s.assertion for s in view.codes.suggestions}[key] for view in (on, off)]
    assert said == ["negated", ""]
    assert off.review.edits == on.review.edits
    assert "584.9: its evidence is worded as denied" in str(on.review.edits)


def test_a_judged_code_the_model_does_not_know_says_so_instead_of_waiting(
    services: Services,
) -> None:
    explained = Explaining(services.database).explain(services.model, (), {"diagnosis:410.9"}, None)
    assert explained.attributions == {}
    assert explained.missing["diagnosis:410.9"].status == "failed"


def test_an_added_code_stands_on_the_chart_with_its_words(session: Session) -> None:
    note = session.visit.encounter.notes[0]
    start = NOTE.index("Coumadin")
    evidence = [[note.id, start, start + len("Coumadin")]]
    session.store([entry(session, "a", "add", "E934.2") | {"evidence": evidence}])
    view = look(session)
    assert view.review.chart.order == ("diagnosis:E934.2",)
    (citation,) = view.text.cited["diagnosis:E934.2"]
    pieces = view.text.notes[0].pieces[citation.first : citation.last + 1]
    assert "".join(pieces) == "Coumadin"
    assert "diagnosis:E934.2" not in {s.key for s in view.codes.suggestions}


def test_the_cause_of_an_injury_is_a_line_and_its_code_takes_the_words(services: Services) -> None:
    text = "HPI: She tripped over a rug in her kitchen.\nFINAL DIAGNOSES: Hip fracture."
    found = add_encounter(services.database, text=text, version=services.model_version)
    read(services, found, 0)
    session = open_session(services, found)
    assert {line.kind for line in look(session).text.lines} == {"diagnosis"}
    session.store([entry(session, "a", "add", "820.8")])
    view = look(session)
    cause = view.text.lines[-1]
    assert (cause.kind, cause.state) == ("cause", "open")
    (missing,) = (edit for edit in view.review.edits if "no E code" in edit.message)
    assert {offer.code for offer in missing.offers} <= {hit.code for hit in cause.hits}
    session.store([entry(session, "b", "add", missing.offers[0].code)])
    assert look(session).text.lines[-1].state == "coded"


def test_an_edit_blocks_the_signature_until_it_is_mended(session: Session) -> None:
    read(session.services, session.visit.encounter, 1)
    session.store([entry(session, "a")])
    blocked = look(session)
    assert [e.severity for e in blocked.review.edits].count("error") == 1
    finalise = entry(session, "f1", "finalise", "") | {"seen": blocked.review.sequence}
    (refused,) = session.store([finalise]).refused
    assert "present on admission" in refused.message or "POA" in refused.message
    session.store([entry(session, "p", "set_poa") | {"poa": "Y"}])
    session.store([entry(session, "first", "resequence") | {"position": 0}])
    seen = look(session).review.sequence
    again = entry(session, "f2", "finalise", "") | {"seen": seen}
    assert session.store([again]).acknowledged == ("f2",)
    assert session.visit.user.name in look(session).review.chart.signed


def test_a_code_lacks_no_words_while_its_explanation_is_still_to_come(session: Session) -> None:
    session.store([entry(session, "a", code="V58.61")])
    before = look(session)
    assert "diagnosis:V58.61" not in before.text.explanations
    assert not any("V58.61 has no words" in line.text for line in before.review.missing)


def test_a_signed_chart_that_the_model_has_not_read_says_so(services: Services) -> None:
    """As one that was signed before this model came here."""
    encounter = add_encounter(services.database, setting=CareSetting.OUTPATIENT)
    session = open_session(services, encounter)
    session.store([entry(session, "a", "add")])
    seen = look(session).review.sequence
    finalise = entry(session, "f", "finalise", "") | {"seen": seen}
    assert session.store([finalise]).acknowledged == ("f",)
    status = look(open_session(services, encounter)).facts.status
    assert (status.name, "worker --signed" in status.message) == ("unread", True)


def test_a_chart_on_hold_that_is_not_read_is_not_called_ready(session: Session) -> None:
    hold = entry(session, "h", "hold", "") | {"reason": "query"}
    assert session.store([hold]).acknowledged == ("h",)
    assert look(session).facts.status.name == "unread"  # the second note is not read yet
    read(session.services, session.visit.encounter, 1)
    assert look(session).facts.status.name == "ready"


def query(session: Session, text: str, **changes: Any) -> dict[str, Any]:
    encounter = session.visit.encounter.id
    return {"id": 7, "encounter": encounter, "mode": "add", "text": text, "meaning": True} | changes


def test_words_are_found_by_their_meaning_once_the_model_is_asked(session: Session) -> None:
    words = "afib qqqq wwww zzzz kkkk"
    by_index = look(session, query=query(session, words, meaning=False)).answer.found
    found = look(session, query=query(session, words)).answer.found
    assert by_index is not None
    assert found is not None
    assert not by_index.meaning
    assert found.meaning
    assert ("427.31", "by meaning") in {(item.code, item.note) for item in found.items}


def test_while_the_model_is_busy_the_index_answers_alone_and_is_asked_again(
    session: Session,
) -> None:
    model = session.services.model
    assert model is not None
    words = "afib qqqq wwww zzzz kkkk"
    by_index = look(session, query=query(session, words, meaning=False)).answer.found
    with model.predictor.turns:
        busy = look(session, query=query(session, words)).answer.found
    free = look(session, query=query(session, words)).answer.found
    assert busy == by_index
    assert free is not None
    assert free.meaning
    assert ("427.31", "by meaning") in {(item.code, item.note) for item in free.items}


def test_a_query_that_is_sent_again_is_not_read_again(session: Session) -> None:
    model = session.services.model
    assert model is not None
    first = look(session, query=query(session, "heart failure")).answer.found
    with model.predictor.turns:
        again = look(session, query=query(session, "heart failure")).answer.found
    assert again == first


def test_without_a_model_the_index_answers_alone(services: Services, session: Session) -> None:
    alone = open_session(replace(services, model=None, problem="none"), session.visit.encounter)
    found = look(alone, query=query(session, "heart failure")).answer.found
    assert found is not None
    assert found.items
    assert found.meaning
    assert "by meaning" not in {item.note for item in found.items}


def test_a_query_is_answered_by_its_number(session: Session) -> None:
    asked = {
        "id": 7,
        "encounter": session.visit.encounter.id,
        "mode": "add",
        "text": "heart attack",
    }
    found = look(session, query=asked).answer.found
    assert found is not None
    assert found.id == 7
    assert "410.90" in {item.code for item in found.items}
    assert look(session, query=asked | {"encounter": "another"}).answer.found is None


def test_what_another_person_did_meanwhile_is_told(session: Session) -> None:
    look(session)
    second = coders(session.services.database)[1]
    other = open_session(session.services, session.visit.encounter, second)
    other.store([entry(other, "o", code="427.31")])
    told = " ".join(look(session).review.notices)
    assert f"Since you last looked, {second.name} accepted 427.31" in told


def test_a_comment_stands_beside_its_code_and_is_told(session: Session) -> None:
    look(session)
    database, encounter_id = session.services.database, session.visit.encounter.id
    person = next(each for each in users(database) if each.role is Role.CLINICIAN)
    low = next(each for each in CODES if f"diagnosis:{each}" not in FOUND)
    for code, words in (("428.0", "<b>Systolic</b>\nsee echo"), (low, "Is this not meant?")):
        key = f"comment-{code}"
        add_comment(database, encounter_id, Kind.DIAGNOSIS, code, words, actor=person, key=key)
    seen = look(session)
    (comment,) = seen.codes.comments["diagnosis:428.0"]
    assert comment.words == "<b>Systolic</b>\nsee echo"
    assert comment.who.startswith(f"Comment by {person.name}, today ")
    assert {each.key for each in seen.codes.suggestions} == FOUND | {f"diagnosis:{low}"}
    told = " ".join(seen.review.notices)
    assert f"Since you last looked, {person.name} commented on 428.0 and commented on {low}" in told
    stale = entry(session, "a") | {"seen": seen.review.sequence - 2}
    assert session.store([stale]).acknowledged == ("a",)


def test_a_note_of_ones_own_other_tab_is_shown_before_it_can_be_signed(session: Session) -> None:
    assert len(look(session).text.notes) == 2
    add_note(
        session.services.database,
        session.visit.encounter.id,
        NewNote("Pneumonia.", "Late report"),
        actor=session.visit.user,
        key="late",
        model_version=None,
    )
    titles = [note.title for note in look(session).text.notes]
    assert titles == ["First", "Second", "Late report"]


def test_an_encounter_read_after_this_one_was_opened_comes_next(
    services: Services, session: Session
) -> None:
    later = add_encounter(services.database, text=NOTE, version=services.model_version)
    assert look(session).facts.next == ""
    read(services, later, 0)
    assert look(session).facts.next == later.label


def test_who_works_on_it_is_told_to_others_only(session: Session) -> None:
    session.visit.open()
    second = coders(session.services.database)[1]
    other = open_session(session.services, session.visit.encounter, second)
    other.visit.open()
    assert look(other).review.claimed == ""
    session.visit.claim()
    assert f"{session.visit.user.name} is working on this" in look(other).review.claimed
    assert look(session).review.claimed == ""
    other.visit.take_over()
    assert look(other).review.claimed == ""
    assert f"{second.name} is working on this" in look(session).review.claimed
    other.visit.close()
    assert look(session).review.claimed == ""


def test_the_code_book_is_opened_at_a_code_and_worked_out_once(session: Session) -> None:
    asked = {"id": 3, "encounter": session.visit.encounter.id, "key": "diagnosis:428.0"}
    book = session.view(focus=None, query=None, receipt=EMPTY, book=asked).answer.book
    assert book is not None
    assert (book.id, book.code) == (3, "428.0")
    again = session.view(focus=None, query=None, receipt=EMPTY, book=asked).answer.book
    assert again == book
    assert session.view(focus=None, query=None, receipt=EMPTY, book="x").answer.book is None


def test_a_favourite_and_own_words_are_kept_once_and_found_before_all_else(
    session: Session,
) -> None:
    encounter = session.visit.encounter.id
    wish = {"id": "a", "encounter": encounter, "key": "diagnosis:428.20", "favourite": True}
    session.mark(wish | {"words": "chf ef low"})
    asked = {"id": 3, "encounter": encounter, "key": "diagnosis:428.20"}
    book = session.view(focus=None, query=None, receipt=EMPTY, book=asked).answer.book
    assert book is not None
    assert book.own is not None
    assert (book.own.favourite, book.own.words, book.own.kept) == (True, "chf ef low", "a")
    found = look(session, query=query(session, "chf ef", meaning=False)).answer.found
    assert found is not None
    assert found.items[0].code == "428.20"
    assert "chf ef low" in found.items[0].note
    empty = look(session, query=query(session, "", id=8, meaning=False)).answer.found
    assert empty is not None
    assert [item.code for item in empty.items] == ["428.20"]
    session.mark(wish | {"words": "not heard again"})
    assert session.view(focus=None, query=None, receipt=EMPTY, book=asked).answer.book == book


def test_own_words_that_are_refused_say_why(session: Session) -> None:
    encounter = session.visit.encounter.id
    wish = {"id": "b", "encounter": encounter, "key": "diagnosis:428.20", "favourite": False}
    session.mark(wish | {"words": "x" * 61})
    asked = {"id": 3, "encounter": encounter, "key": "diagnosis:428.20"}
    book = session.view(focus=None, query=None, receipt=EMPTY, book=asked).answer.book
    assert book is not None
    assert book.own is not None
    assert book.own.kept == "b"
    assert "shorten them" in book.own.problem


def test_while_the_database_is_away_a_favourite_waits(session: Session) -> None:
    encounter = session.visit.encounter.id
    wish = {"id": "c", "encounter": encounter, "key": "diagnosis:428.20", "favourite": True}
    AWAY.add("write")
    session.mark(wish | {"words": ""})
    AWAY.clear()
    asked = {"id": 3, "encounter": encounter, "key": "diagnosis:428.20"}
    book = session.view(focus=None, query=None, receipt=EMPTY, book=asked).answer.book
    assert book is not None
    assert book.own is not None
    assert (book.own.favourite, book.own.kept) == (False, "")
    session.mark(wish | {"words": ""})
    kept = session.view(focus=None, query=None, receipt=EMPTY, book=asked).answer.book
    assert kept is not None
    assert kept.own is not None
    assert kept.own.favourite
