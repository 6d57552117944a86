"""Encounters that are a team's, on every page by its address: for each role, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.settings import ROOT
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger import SYSTEM, events
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.glass import break_glass, broken_glass
from icd9_review.store.people.permissions import EVERY_TEAM, may
from icd9_review.store.people.teams import add_team, set_teams, teams_of
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.services import Services, services
from icd9_review.ui.serving.router import PLACES
from icd9_review.values import (
    Encounter,
    EventKind,
    GlassReason,
    Role,
    Team,
    User,
    WorklistQuery,
)
from tests.app.conftest import become, choose, texts, wait_until_read
from tests.encounters import add_encounter
from tests.tiny import NOTE

WORKBENCH = "pages/coding/workbench.py"
INTAKE = "pages/coding/intake.py"
PEOPLE = "pages/admin/people.py"
EXPORT = "pages/quality/export.py"
EXPLANATION = "pages/clinical/explanation.py"
OVER_ONE = (WORKBENCH, EXPLANATION, INTAKE, "pages/clinical/what_if.py")
CANARY = "Zyxwv"  # in title and text of the note
REASONS = {"reject": "negated", "hold": "query"}
BEFORE = {EventKind.ENCOUNTER_CREATED, EventKind.NOTE_ADDED}
"""What the coder who took an encounter in has done to it."""
LOOKS = (EventKind.OPENED, EventKind.SHOWN, EventKind.INSPECTED)


def whole() -> Database:
    """The database of the program itself."""
    return replace(services().database, restricted=False)


def person(role: Role) -> User:
    return next(each for each in users(whole()) if each.role is role)


def everything(app: AppTest) -> str:
    """Whatever the page sends to the browser."""
    return "\n".join(str(getattr(each, "proto", "")) for each in app._tree)


def restricted_app(started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("ICD9_REVIEW_RESTRICT", "team")
    started()
    choose("Development coder")
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.fixture
def app(started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app that shows an encounter to its team alone."""
    return restricted_app(started, monkeypatch)


@pytest.fixture
def team(app: AppTest) -> Team:
    return add_team(whole(), "Cardiology", by=system_user(whole()))


@pytest.fixture
def found(app: AppTest, team: Team) -> Encounter:
    """An encounter of the team that nobody is in."""
    return of_team(app, team)


def of_team(app: AppTest, team: Team) -> Encounter:
    version = services().model_version
    found = add_encounter(whole(), text=f"{NOTE} {CANARY}.", titles=[CANARY], version=version)
    services().wake_worker()
    wait_until_read()
    move_encounter(whole(), found.number, team, by=system_user(whole()))
    app.query_params["encounter"] = found.id
    return found


def cells() -> Iterator[tuple[Role, str]]:
    """Every role with every page that it may open."""
    for role in Role:
        for place in PLACES:
            if role is not Role.SYSTEM and may(User(0, "", role), place.act):
                yield role, place.script


def visit(app: AppTest, role: Role, page: str) -> AppTest:
    """The page by its address, as somebody of this role opens it."""
    if person(role).name not in texts(app.text) + str(app.get("popover")):
        become(app, person(role).name)
    app.switch_page(page).run()
    assert not app.exception, (role, page)
    return app


def outbox(found: Encounter, who: User, **changes: object) -> list[dict[str, object]]:
    """A message that a browser could send: one decision on an encounter."""
    entry = {"id": "a1", "encounter": found.id, "user": who.id, "action": "accept"}
    code = {"code": "428.0", "kind": "diagnosis", "seen": 3, "client": "tab", "by": None}
    return [{**entry, **code, "reason": None, **changes}]


def test_no_page_shows_more_than_the_number_of_another_teams_encounter(
    app: AppTest, found: Encounter
) -> None:
    app.run()
    for role, page in cells():
        sent = everything(visit(app, role, page))
        if role in EVERY_TEAM:
            continue
        for word in (CANARY, "Coumadin", "Atrial fibrillation", "67 F"):
            assert word not in sent, (role, page, word)
        if page in OVER_ONE:
            assert texts(app.title) == f"{found.label} belongs to another team", (role, page)
    seeing = {each.actor for each in events(whole(), found.id) if each.kind in LOOKS}
    assert seeing == {person(Role.AUDITOR).id}


@pytest.mark.parametrize("case", ["own team", "glass broken"])
def test_every_page_shows_it_to_its_team_and_to_whoever_gave_a_reason(
    app: AppTest, found: Encounter, team: Team, case: str
) -> None:
    app.run()
    for role in (Role.CODER, Role.CLINICIAN, Role.ADMINISTRATOR):
        if case == "own team":
            set_teams(whole(), person(role), [team], by=system_user(whole()))
        else:
            restricted = replace(whole(), restricted=True)
            key = f"glass-{role}"
            break_glass(restricted, found.id, GlassReason.CARE, actor=person(role), key=key)
    for role, page in cells():
        if page in OVER_ONE:
            visit(app, role, page)
            assert "another team" not in texts(app.title), (role, page)


def test_where_nothing_is_restricted_every_page_shows_what_is_a_teams(
    started: Callable[[], Services],
) -> None:
    started()
    choose("Development coder")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    found = of_team(app, add_team(services().database, "Cardiology", by=system_user(whole())))
    app.run()
    for role, page in cells():
        if page in OVER_ONE:
            app.query_params["encounter"] = found.id
            visit(app, role, page)
            assert "another team" not in texts(app.title), (role, page)


def test_a_reason_opens_it_and_is_kept_for_the_auditor(app: AppTest, found: Encounter) -> None:
    app.run()
    visit(app, Role.CLINICIAN, EXPLANATION)
    press(app, "See the encounter")
    assert "Choose a reason first." in texts(app.error)
    app.radio[0].set_value(GlassReason.OTHER)
    press(app, "See the encounter")
    assert "Write why you need to see this encounter" in texts(app.error)
    app.text_area[0].input("The ward asks.")
    press(app, "See the encounter")
    assert texts(app.title) == "Explanation"
    (told,) = broken_glass(whole(), actor=system_user(whole()))
    assert (told.encounter, told.person) == (found.label, person(Role.CLINICIAN))
    assert (told.reason, told.words) == (GlassReason.OTHER, "The ward asks.")
    visit(app, Role.AUDITOR, EXPORT)
    assert "The ward asks." not in shown_tables(app)
    app.session_state["glass"] = True  # unfolded
    app.run()
    assert "The ward asks." in shown_tables(app.run())
    reads = [e for e in events(whole(), SYSTEM) if e.kind is EventKind.LEDGER_READ]
    assert [event.payload["kinds"] for event in reads] == [["glass_broken"]]
    assert reads[0].actor == person(Role.AUDITOR).id


def shown_tables(app: AppTest) -> str:
    return "".join(table.value.to_string() for table in app.table)


def test_a_message_about_another_teams_encounter_decides_nothing(
    app: AppTest, found: Encounter, team: Team
) -> None:
    coder = person(Role.CODER)
    own = add_encounter(whole(), text=NOTE, version=services().model_version)
    services().wake_worker()
    wait_until_read()
    app.query_params["encounter"] = own.id
    app.run().switch_page(WORKBENCH).run()
    for number, action in enumerate(["accept", "reject", "add", "hold", "finalise", "undo"]):
        sent = outbox(found, coder, id=f"a{number}", action=action, reason=REASONS.get(action))
        app.session_state[f"workbench-{own.id}-{coder.id}"] = {"outbox": sent}
        app.run()
        assert not app.exception, action
        assert f"{found.label} belongs to another team" in everything(app), action
    assert {each.kind for each in events(whole(), found.id) if each.actor == coder.id} == BEFORE


def test_a_message_that_takes_another_teams_encounter_over_does_nothing(
    app: AppTest, found: Encounter
) -> None:
    coder = person(Role.CODER)
    app.run()
    app.session_state[f"workbench-{found.id}-{coder.id}"] = {"take_over": found.id}
    app.switch_page(WORKBENCH).run()
    assert texts(app.title) == f"{found.label} belongs to another team"
    assert {each.kind for each in events(whole(), found.id) if each.actor == coder.id} == BEFORE


def test_what_becomes_another_teams_while_it_is_open_is_shown_no_more(
    app: AppTest, found: Encounter, team: Team
) -> None:
    coder = person(Role.CODER)
    set_teams(whole(), coder, [team], by=system_user(whole()))
    app.run().switch_page(WORKBENCH).run()
    assert CANARY in everything(app)
    set_teams(whole(), coder, [], by=system_user(whole()))
    app.session_state[f"workbench-{found.id}-{coder.id}"] = {"outbox": outbox(found, coder)}
    app.run()
    assert texts(app.title) == f"{found.label} belongs to another team"
    assert CANARY not in everything(app)
    kinds = {each.kind for each in events(whole(), found.id)}
    assert EventKind.ACCEPTED not in kinds


def test_an_administrator_adds_a_team_fills_it_and_moves_an_encounter(
    app: AppTest, found: Encounter, team: Team
) -> None:
    app.run()
    visit(app, Role.ADMINISTRATOR, PEOPLE)
    app.text_input(key="team_name").input("Surgery")
    press(app, "Add the team")
    assert "The team Surgery is here" in texts(app.info)
    app.selectbox(key="move_team").select("Surgery")
    app.text_input(key="move_encounter").input(found.label)
    press(app, "Move the encounter")
    assert f"{found.label} belongs to the team Surgery." in texts(app.info)
    (field,) = (each for each in app.selectbox if each.label == "Person")
    coder = person(Role.CODER)
    field.select(coder.name).run()
    app.multiselect(key=f"teams {coder.id}").select("Surgery").run()
    press(app, "Change the teams")
    assert [each.name for each in teams_of(whole(), coder, by=coder)] == ["Surgery"]
    app.query_params["encounter"] = found.id
    visit(app, Role.CODER, WORKBENCH)
    assert CANARY in everything(app)


def test_a_new_encounter_is_for_the_team_that_was_chosen(app: AppTest, team: Team) -> None:
    coder = person(Role.CODER)
    app.run().switch_page(INTAKE).run()
    assert app.selectbox(key="intake_team").value == "No team: everybody sees it"
    set_teams(whole(), coder, [team], by=system_user(whole()))
    app.switch_page(EXPORT).run()
    app.switch_page(INTAKE).run()
    assert app.selectbox(key="intake_team").value == team.name
    app.text_area[0].input(NOTE)
    press(app, "Create and open")
    assert not app.exception
    other = add_account(whole(), "Ana Ruiz", Role.CODER, by=system_user(whole()))
    restricted = replace(whole(), restricted=True)
    assert worklist(restricted.seen_by(coder), WorklistQuery()).total == 1
    assert worklist(restricted.seen_by(other), WorklistQuery()).total == 0


def press(app: AppTest, label: str) -> AppTest:
    (button,) = (each for each in app.button if each.label == label)
    return button.click().run()
