"""The auditor's page of the ledger."""

from __future__ import annotations

import io
import time

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.export.ledger_export import write_ledger
from icd9_review.settings import ROOT
from icd9_review.store import ledger
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.oversight.reviews import ledger_reviews
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Encounter,
    Event,
    EventKind,
    HoldReason,
    Kind,
    LedgerQuery,
    NewEncounter,
    NewNote,
    ReviewOutcome,
    User,
)
from tests.app.conftest import become, choose, texts, wait_until_read
from tests.tiny import NOTE

PAGE, WORKLIST = "pages/admin/ledger.py", "pages/coding/worklist.py"
CANARY = "canary-71d0"


def person(name: str) -> User:
    return next(each for each in users(services().database) if each.name == name)


def of_kind(kind: EventKind, stream: str = ledger.SYSTEM) -> list[Event]:
    return [e for e in ledger.events(services().database, stream) if e.kind is kind]


def press(page: AppTest, label: str) -> AppTest:
    (button,) = (each for each in page.button if each.label.strip("`") == label)
    return button.click().run()


@pytest.fixture
def encounter(app: AppTest) -> Encounter:
    """One with decisions, and with the canary wherever people and sources write."""
    database, coder = services().database, person("Development coder")
    found = create_encounter(
        database,
        NewEncounter(CareSetting.INPATIENT),
        [NewNote(f"{NOTE} {CANARY}", CANARY)],
        actor=coder,
        key="ledger",
        model_version=services().model_version,
    )
    services().wake_worker()
    wait_until_read()
    for decision in (
        Decision("k0", Action.ACCEPT, "428.0", "tab", 0),
        Decision("k1", Action.HOLD, "", "tab", 0, reason=HoldReason.OTHER, words=CANARY),
    ):
        decide(database, found.id, decision, coder)
    add_comment(database, found.id, Kind.DIAGNOSIS, "428.0", CANARY, actor=coder, key="comment")
    return found


@pytest.fixture
def page(app: AppTest, encounter: Encounter) -> AppTest:
    """The page before an auditor."""
    become(app.run(), "Development auditor")
    return app.switch_page(PAGE).run()


def everything(page: AppTest) -> str:
    """All that a page says."""
    said = [str(each) for each in page.main] + [each.value.to_string() for each in page.table]
    return "\n".join(said)


def test_it_says_who_did_what_to_which_encounter_newest_first(
    page: AppTest, encounter: Encounter
) -> None:
    assert not page.exception
    rows = page.table[0].value.map(lambda cell: cell.replace("`", "")).to_dict("records")
    signed_in, newest, *_ = (row for row in rows if row["Who"] != "System")
    assert (signed_in["Who"], signed_in["What"]) == ("Development auditor", "signed in")
    assert (signed_in["Facts"], signed_in["Encounter"]) == ("by chosen", "")
    assert (newest["Who"], newest["What"]) == ("Development coder", "commented on 428.0")
    assert newest["Encounter"] == f"[{encounter.label}](ledger?story={encounter.label})"
    times = [row["When"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert "put the encounter on hold" in [row["What"] for row in rows]


def test_no_word_of_a_note_or_of_people_is_on_it(page: AppTest, encounter: Encounter) -> None:
    assert CANARY not in everything(page)
    page.query_params["story"] = encounter.label
    page.run()
    page.selectbox(key="ledger_point").select_index(4).run()
    assert not page.exception
    assert CANARY not in everything(page)
    file = io.BytesIO()
    write_ledger(
        services().database, LedgerQuery(), "csv", file, actor=person("Development auditor")
    )
    assert CANARY not in file.getvalue().decode()


def test_filters_stand_in_the_address_and_a_link_brings_them_back(
    page: AppTest, encounter: Encounter
) -> None:
    coder = person("Development coder")
    page.multiselect(key="ledger_people").set_value([coder.id]).run()
    page.multiselect(key="ledger_kinds").set_value([EventKind.ACCEPTED]).run()
    page.text_input(key="ledger_encounter").set_value("e-1").run()
    assert page.query_params["by"] == str(coder.id)
    assert page.query_params["kind"] == "accepted"
    assert page.query_params["encounter"] == "e-1"
    assert len(page.table[0].value) == 1
    linked = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    for name in ("by", "kind", "encounter"):
        linked.query_params[name] = page.query_params[name]
    linked.switch_page(PAGE).run()
    assert linked.multiselect(key="ledger_kinds").value == [EventKind.ACCEPTED]
    assert len(linked.table[0].value) == 1


def test_an_address_that_asks_for_nonsense_says_so_and_shows_the_rest(page: AppTest) -> None:
    page.switch_page(WORKLIST).run()
    page.query_params.update(by="99,x", kind="nonsense", older="~~")
    page.query_params["from"] = "yesterday"
    page.switch_page(PAGE).run()
    assert not page.exception
    said = texts(page.warning)
    assert "'99' is nobody here." in said
    assert "'nonsense' is no kind of event." in said
    assert "'yesterday' is no day" in said
    assert len(page.table[0].value) > 3


def test_what_no_event_matches_is_said_with_the_way_out(page: AppTest) -> None:
    page.multiselect(key="ledger_kinds").set_value([EventKind.LOCKED_OUT]).run()
    assert "No event matches" in texts(page.info)
    press(page, "Show everything")
    assert not page.exception
    assert page.table
    page.text_input(key="ledger_encounter").set_value("E-00099").run()
    assert "There is no encounter 'E-00099'" in texts(page.error)


def test_looking_into_it_is_one_event_for_each_question_and_none_for_a_rerun(
    page: AppTest,
) -> None:
    page.run().run()
    assert len(of_kind(EventKind.LEDGER_READ)) == 1
    page.multiselect(key="ledger_kinds").set_value([EventKind.ACCEPTED]).run()
    page.run()
    asked = [event.payload["kinds"] for event in of_kind(EventKind.LEDGER_READ)]
    assert asked == [[], ["accepted"]]
    page.switch_page(WORKLIST).run()
    page.switch_page(PAGE).run()
    assert len(of_kind(EventKind.LEDGER_READ)) == 3


def test_what_somebody_looked_for_and_sums_read_shortly(
    page: AppTest, encounter: Encounter
) -> None:
    page.text_input(key="ledger_encounter").set_value("1").run()
    file, auditor = io.BytesIO(), person("Development auditor")
    write_ledger(services().database, LedgerQuery(), "csv", file, actor=auditor)
    page.text_input(key="ledger_encounter").set_value("").run()
    rows = page.table[0].value.map(lambda cell: cell.replace("`", "")).to_dict("records")
    facts = {row["What"]: row["Facts"] for row in reversed(rows)}
    assert facts["looked into the ledger"] == encounter.label
    assert facts["exported"].endswith("…")
    assert "signed in" in facts


def test_a_story_is_read_and_a_past_state_seen(page: AppTest, encounter: Encounter) -> None:
    page.query_params["story"] = encounter.label
    page.run()
    assert not page.exception
    rows = page.table[0].value.map(lambda cell: cell.replace("`", "")).to_dict("records")
    assert rows[0]["What happened"] == "Development coder took in the encounter."
    assert "the model gave it" in rows[2]["Why"]
    accepted = int(rows[2]["Step"])  # what the worker did before is not told
    page.selectbox(key="ledger_point").set_value(accepted).run()
    assert page.query_params["point"] == str(accepted)
    assert f"After step {accepted}: In progress" in texts(page.header)
    assert "428.0" in page.table[0].value.to_string()
    page.selectbox(key="ledger_point").set_value(accepted - 1).run()
    assert f"After step {accepted - 1}: New" in texts(page.header)
    viewed = of_kind(EventKind.VIEWED, encounter.id)
    assert [event.payload for event in viewed] == [{"page": "ledger"}]


def test_a_story_is_come_to_from_an_encounter_and_left_with_the_filters_kept(
    page: AppTest, encounter: Encounter
) -> None:
    page.text_input(key="ledger_encounter").set_value("1").run()
    press(page, f"Read {encounter.label} as a story")
    assert f"The story of {encounter.label}" in texts(page.header)
    press(page, "All events")
    assert not page.exception
    assert page.text_input(key="ledger_encounter").value == "1"
    assert "story" not in page.query_params


def test_a_story_that_is_none_is_said(page: AppTest) -> None:
    page.query_params["story"] = "E-00099"
    page.run()
    assert "There is no encounter 'E-00099'" in texts(page.error)


def test_a_review_up_to_here_is_recorded_and_shown(page: AppTest) -> None:
    assert "Nobody has reviewed the ledger yet" in texts(page.markdown)
    page.text_area(key="ledger_finding").set_value("Nothing **odd**.")
    press(page, "Reviewed up to here")
    assert not page.exception
    (review,) = ledger_reviews(services().database, actor=person("Development auditor"))
    assert (review.actor, review.outcome) == ("Development auditor", ReviewOutcome.NOTHING)
    assert review.words == "Nothing **odd**."
    said = texts(page.markdown)
    assert "by Development auditor: nothing to follow up. " in said
    assert "Nothing **odd**." in texts(page.text)


def test_something_to_follow_up_needs_words(page: AppTest) -> None:
    (found,) = (each for each in page.button_group if each.key == "ledger_outcome")
    found.set_value(ReviewOutcome.FOLLOW_UP)
    press(page, "Reviewed up to here")
    assert "Say what is to be followed up." in texts(page.error)


def test_the_ledger_is_verified_on_request_beside_the_page(page: AppTest) -> None:
    press(page, "Verify the ledger")
    deadline = time.monotonic() + 60
    while services().verification.running is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    page.run()
    assert "Every stream verifies" in texts(page.success)
    (event,) = of_kind(EventKind.LEDGER_VERIFIED)
    assert event.payload["findings"] == 0
    assert event.actor == person("Development auditor").id


def test_nobody_else_sees_it(page: AppTest) -> None:
    for name in ("Development coder", "Development clinician"):
        choose(name)
        page.run()
        assert "This page is for the role auditor or administrator" in texts(page.error)
        assert not page.table
