"""Each role at every address, and with messages that are made by hand, before a real server."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.deciding.decisions import decision_events, last_sequence
from icd9_review.store.ledger import events
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.scoring.model_versions import model_in_use
from icd9_review.store.scoring.scores import save_scores
from icd9_review.store.users import users
from icd9_review.ui.serving.router import PLACES
from icd9_review.values import Action, Encounter, Event, EventKind, Role, User
from tests.browser.conftest import Server
from tests.browser.test_frames import begin_session, check_silent, hear, line, rerun
from tests.encounters import add_encounter, make_scores

pytestmark = pytest.mark.browser

ROLES = [role for role in Role if role is not Role.SYSTEM]
ASKING = (Act.OPEN, Act.ASK)
REFUSAL = b"This page is for the role"
_KEYS = itertools.count(1)

STEPS: list[tuple[Action, dict[str, object]]] = [
    (Action.ACCEPT, {"code": "428.0"}),
    (Action.REJECT, {"code": "427.31", "reason": "negated"}),
    (Action.UNDO, {"code": "427.31"}),
    (Action.REPLACE, {"code": "427.31", "by": "427.32"}),
    (Action.ADD, {"code": "99.61", "kind": "procedure"}),
    (Action.RESEQUENCE, {"code": "427.32", "position": 0}),
    (Action.SET_POA, {"code": "428.0", "poa": "Y"}),
    (Action.SET_POA, {"code": "427.32", "poa": "Y"}),
    (Action.SET_PERFORMED, {"code": "99.61", "kind": "procedure", "performed": "2012-03-04"}),
    (Action.SET_ADMITTING, {"code": "428.0"}),
    (Action.SET_EVIDENCE, {"code": "428.0", "evidence": []}),
    (Action.SET_FACT, {"fact": "age", "value": "68"}),
    (Action.SET_LINE, {"value": "needless"}),
    (Action.HOLD, {"reason": "query"}),
    (Action.RELEASE, {}),
    (Action.FINALISE, {}),
    (Action.REOPEN, {"reason": "document"}),
]
"""The life of a chart, in which each step is allowed once those before are stored."""


def cookie_of(server: Server, role: Role) -> str:
    token = f"the session of the {role} whose messages are made by hand".replace(" ", "-")
    return begin_session(server, token, f"Development {role}")


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{server.data / 'icd9_review.sqlite3'}")) as opened:
        yield opened


@pytest.fixture
def chart(database: Database) -> Encounter:
    """An encounter with two suggestions, as the model of the server would have read it."""
    found = add_encounter(database)
    with database.read() as session:
        model = model_in_use(session)
    assert model is not None
    (note,) = found.notes
    save_scores(database, note.id, make_scores(model, {"428.0": 9.0, "427.31": 9.0}))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_address_shows_its_page_to_the_roles_of_the_table_alone(
    server: Server, role: Role
) -> None:
    person = User(0, "", role)
    with line(server, cookie=cookie_of(server, role)) as spoken:
        for place in PLACES:
            spoken.send(rerun("" if place is PLACES[0] else place.path).SerializeToString())
            heard = hear(spoken)
            said = b"".join(heard)
            assert f"Development {role}".encode() in said, place.path
            assert (REFUSAL in said) is not may(person, place.act), place.path
            check_silent(heard)


def test_every_action_of_the_outbox_is_among_the_messages() -> None:
    assert {action for action, _ in STEPS} == set(Action)


@pytest.mark.parametrize("doer", [role for role in ROLES if may(User(0, "", role), Act.CODE)])
def test_a_message_made_by_hand_decides_for_those_who_code_and_for_nobody_else(
    server: Server, database: Database, chart: Encounter, doer: Role
) -> None:
    """Whoever may not tries each step before whoever may: the same message then counts."""
    people = {each.role: each for each in users(database) if each.name.startswith("Development")}
    others = [role for role in ROLES if not may(people[role], Act.CODE)]
    with ExitStack() as lines:
        spoken = {
            role: lines.enter_context(line(server, cookie=cookie_of(server, role)))
            for role in (doer, *others)
        }
        widgets = {  # who has a workbench, to look on, answers by its name
            role: open_workbench(spoken[role], chart, people[role])
            for role in (doer, *others)
            if may(people[role], Act.OPEN)
        }
        for action, more in STEPS:
            for role in others:
                for said_to_be in (people[role], people[doer]):
                    entry = message(database, chart, said_to_be, action, more)
                    heard = b"".join(
                        send(spoken[role], chart, widgets.get(role, widgets[doer]), outbox=[entry])
                    )
                    assert (REFUSAL in heard) is not may(people[role], Act.OPEN)
                    assert stored(database, chart, entry) == [], (role, action)
            entry = message(database, chart, people[doer], action, more)
            send(spoken[doer], chart, widgets[doer], outbox=[entry])
            (event,) = stored(database, chart, entry)
            assert event.actor == people[doer].id, action


@pytest.mark.parametrize("role", ROLES)
def test_a_query_made_by_hand_is_asked_by_whoever_may_and_holds_for_those_who_code(
    server: Server, database: Database, chart: Encounter, role: Role
) -> None:
    people = {each.role: each for each in users(database) if each.name.startswith("Development")}
    with ExitStack() as lines:
        coder, spoken = (
            lines.enter_context(line(server, cookie=cookie_of(server, each)))
            for each in (Role.CODER, role)
        )
        of_coder = open_workbench(coder, chart, people[Role.CODER])
        sees = may(people[role], Act.OPEN)
        widget = open_workbench(spoken, chart, people[role]) if sees else of_coder
        for said_to_be in {Role.CODER, role}:
            wish = query_wish(chart, people[said_to_be])
            send(spoken, chart, widget, ask=wish)
            asked = said_to_be is role and all(may(people[role], each) for each in ASKING)
            told = {
                each.kind: each.actor for each in events(database, chart.id) if is_of(each, wish)
            }
            held = {EventKind.HELD} if may(people[role], Act.CODE) else set()
            assert set(told) == ({EventKind.PHYSICIAN_ASKED, *held} if asked else set())
            assert set(told.values()) <= {people[role].id}


def query_wish(chart: Encounter, person: User) -> dict[str, object]:
    """A query that holds the chart, as the workbench of a person sends it."""
    return {
        "id": f"query-by-hand-{next(_KEYS)}",
        "encounter": chart.id,
        "user": person.id,
        "reason": "specificity",
        "question": "In your clinical judgement, which kind is it?",
        "options": ["Systolic", "Diastolic"],
        "evidence": [[chart.notes[0].id, 0, 3]],
        "hold": True,
    }


def is_of(event: Event, wish: dict[str, object]) -> bool:
    return event.key in (wish["id"], f"{wish['id']}-hold")


def open_workbench(spoken: ClientConnection, chart: Encounter, person: User) -> str:
    """The id under which the browser's half of the page answers."""
    spoken.send(rerun("workbench", f"encounter={chart.id}").SerializeToString())
    heard = b"".join(hear(spoken))
    end = f"-workbench-{chart.id}-{person.id}".encode()
    before, found, _ = heard.partition(end)
    assert found
    return before[before.rindex(b"$$ID-") :].decode() + end.decode()


def message(
    database: Database, chart: Encounter, person: User, action: Action, more: dict[str, object]
) -> dict[str, object]:
    """An entry of an outbox, as the page of a person who has seen everything makes it."""
    seen, key = last_sequence(database, chart.id), f"by-hand-{next(_KEYS)}"
    whose = {"id": key, "encounter": chart.id, "user": person.id, "client": "tab", "seen": seen}
    plain: dict[str, object] = {"code": "", "kind": "diagnosis", "by": None, "reason": None}
    if action is Action.SET_LINE:
        plain["evidence"] = [[chart.notes[0].id, 0, 3]]
    return {**whose, **plain, "action": action.value, **more}


def send(spoken: ClientConnection, chart: Encounter, widget: str, **said: object) -> list[bytes]:
    """What comes back of a frame that says of the page's component that it has this."""
    frame = rerun("workbench", f"encounter={chart.id}")
    state = frame.rerun_script.widget_states.widgets.add()
    state.id, state.json_value = widget, json.dumps(said)
    spoken.send(frame.SerializeToString())
    return hear(spoken)


def stored(database: Database, chart: Encounter, entry: dict[str, Any]) -> list[Event]:
    """The decision that an entry became, if it became one."""
    return [each for each in decision_events(database, chart.id) if each.key == entry["id"]]
