"""The store itself refuses what a role may not do, whoever asks it."""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import CodeType, FunctionType, ModuleType

import pytest

from icd9_review import export, store
from icd9_review.errors import PermissionDenied
from icd9_review.export.ledger_export import write_ledger
from icd9_review.export.writing import ExportRequest, write_export
from icd9_review.notes import read_note
from icd9_review.notes.intake.documents import FoundEncounter, FoundNote
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.confirmations import confirm_signer
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.intake.encounters import add_note, begin_with
from icd9_review.store.intake.imports import import_all, import_encounter, import_notes
from icd9_review.store.ledger import now
from icd9_review.store.oversight.entries import (
    ledger_entries,
    ledger_page,
    record_ledger_read,
    record_verification,
)
from icd9_review.store.oversight.reviews import ledger_reviews, record_ledger_review
from icd9_review.store.oversight.stories import encounter_story, past_state
from icd9_review.store.people.accounts import (
    add_account,
    change_account,
    set_identity,
    set_password,
    unlock,
)
from icd9_review.store.people.factor.second_factor import remove_factor
from icd9_review.store.people.glass import break_glass
from icd9_review.store.people.permissions import Act, check_may, may
from icd9_review.store.people.sessions import begin_session, end_one, end_session, open_sessions
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.retention.legal_holds import lift_hold, place_hold
from icd9_review.store.retention.purging import purge, purge_all
from icd9_review.store.users import coding_users, system_user, users
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.claims import claim, take_over
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import take_next, worklist
from icd9_review.values import (
    Action,
    CareSetting,
    Confirmation,
    Decision,
    Encounter,
    GlassReason,
    Kind,
    LedgerQuery,
    NewEncounter,
    NewNote,
    Proof,
    PurgeReason,
    ReviewOutcome,
    Role,
    User,
    WorklistQuery,
)
from tests.encounters import add_encounter, add_scored_encounter

REQUEST = PurgeReason.REQUEST
ACCEPT = Decision("key-1", Action.ACCEPT, "428.0", "tab-1", 0)
INPATIENT = NewEncounter(CareSetting.INPATIENT)
LETTER = FoundNote(read_note("A word of elsewhere.", "Letter"))
FROM_FILE = FoundEncounter((LETTER,), external_id=Identifier("7"), source="HL7")


def end_a_session(database: Database, by: User) -> None:
    """A session of somebody else."""
    other = next(person for person in coding_users(database) if person.id != by.id)
    begin_session(database, other)
    end_one(database, open_sessions(database, other)[0].id, by=by)


def end_by_token(database: Database, by: User) -> None:
    """A session of somebody else whose token is known."""
    other = next(person for person in coding_users(database) if person.id != by.id)
    end_session(database, begin_session(database, other), by=by)


def fill_a_team(database: Database, by: User) -> None:
    """A team that an administrator has added."""
    team = add_team(database, "Cardiology", by=system_user(database))
    set_teams(database, stranger(database), [team], by=by)


def hold_and_lift(database: Database, found: Encounter, by: User) -> None:
    """A legal hold that an administrator has placed."""
    place_hold(database, found.id, "x", actor=system_user(database))
    lift_hold(database, found.id, "x", actor=by)


def stranger(database: Database) -> User:
    """Somebody whom only an administrator may change."""
    return add_account(database, "Ana Ruiz", Role.CODER, by=system_user(database))


CALLS: list[tuple[str, Act, Callable[[Database, Encounter, User], object]]] = [
    ("create_encounter", Act.TAKE_IN, lambda db, _, who: add_encounter(db, actor=who)),
    (
        "add_note",
        Act.TAKE_IN,
        lambda db, found, who: add_note(
            db, found.id, NewNote("More.", "Note"), actor=who, key="n", model_version=None
        ),
    ),
    ("decide", Act.CODE, lambda db, found, who: decide(db, found.id, ACCEPT, who)),
    (
        "confirm_signer",
        Act.CODE,
        lambda db, found, who: confirm_signer(
            db, found.id, "k", who, Confirmation(Proof.PASSWORD, datetime.now(UTC)), token="t"
        ),
    ),
    ("claim", Act.CODE, lambda db, found, who: claim(db, found.id, who)),
    ("take_over", Act.CODE, lambda db, found, who: take_over(db, found.id, who)),
    ("take_next", Act.CODE, lambda db, _, who: take_next(db, who)),
    ("assign to oneself", Act.CODE, lambda db, found, who: assign(db, [found.id], who.id, who)),
    (
        "assign to another",
        Act.ASSIGN,
        lambda db, found, who: assign(
            db, [found.id], next(p.id for p in coding_users(db) if p.id != who.id), who
        ),
    ),
    (
        "add_comment",
        Act.COMMENT,
        lambda db, found, who: add_comment(
            db, found.id, Kind.DIAGNOSIS, "428.0", "See the echo.", actor=who, key="c"
        ),
    ),
    (
        "write_export",
        Act.EXPORT,
        lambda db, _, who: write_export(
            db, ExportRequest("decisions", "csv"), io.BytesIO(), actor=who
        ),
    ),
    (
        "ledger_page",
        Act.AUDIT,
        lambda db, _, who: ledger_page(db, LedgerQuery(), actor=who),
    ),
    (
        "ledger_entries",
        Act.AUDIT,
        lambda db, _, who: next(ledger_entries(db, LedgerQuery(), actor=who)),
    ),
    (
        "write_ledger",
        Act.AUDIT,
        lambda db, _, who: write_ledger(db, LedgerQuery(), "csv", io.BytesIO(), actor=who),
    ),
    (
        "record_ledger_read",
        Act.AUDIT,
        lambda db, _, who: record_ledger_read(db, LedgerQuery(), actor=who, key="k"),
    ),
    (
        "encounter_story",
        Act.AUDIT,
        lambda db, found, who: encounter_story(db, found.id, actor=who),
    ),
    ("past_state", Act.AUDIT, lambda db, found, who: past_state(db, found.id, 1, actor=who)),
    (
        "record_ledger_review",
        Act.AUDIT,
        lambda db, _, who: record_ledger_review(db, now(), ReviewOutcome.NOTHING, actor=who),
    ),
    ("ledger_reviews", Act.AUDIT, lambda db, _, who: ledger_reviews(db, actor=who)),
    (
        "record_verification",
        Act.AUDIT,
        lambda db, _, who: record_verification(db, 0, 0.0, actor=who),
    ),
    ("add_account", Act.ADMINISTER, lambda db, _, who: add_account(db, "B", Role.CODER, by=who)),
    (
        "change_account",
        Act.ADMINISTER,
        lambda db, _, who: change_account(db, stranger(db), by=who, role=Role.ADMINISTRATOR),
    ),
    (
        "set_identity",
        Act.ADMINISTER,
        lambda db, _, who: set_identity(db, stranger(db), "x", by=who),
    ),
    (
        "set_password",
        Act.ADMINISTER,
        lambda db, _, who: set_password(db, stranger(db), "four words make one", by=who),
    ),
    ("unlock", Act.ADMINISTER, lambda db, _, who: unlock(db, stranger(db), by=who)),
    ("remove_factor", Act.ADMINISTER, lambda db, _, who: remove_factor(db, stranger(db), by=who)),
    ("purge", Act.ADMINISTER, lambda db, found, who: purge(db, found.id, REQUEST, actor=who)),
    ("place_hold", Act.ADMINISTER, lambda db, found, who: place_hold(db, found.id, "x", actor=who)),
    ("lift_hold", Act.ADMINISTER, lambda db, found, who: hold_and_lift(db, found, who)),
    ("end_one", Act.ADMINISTER, lambda db, _, who: end_a_session(db, who)),
    ("end_session", Act.ADMINISTER, lambda db, _, who: end_by_token(db, who)),
    (
        "purge_all",
        Act.ADMINISTER,
        lambda db, found, who: purge_all(db, [found.id], REQUEST, actor=who),
    ),
    ("add_team", Act.ADMINISTER, lambda db, _, who: add_team(db, "Cardiology", by=who)),
    ("set_teams", Act.ADMINISTER, lambda db, _, who: fill_a_team(db, who)),
    (
        "move_encounter",
        Act.ADMINISTER,
        lambda db, found, who: move_encounter(db, found.number, None, by=who),
    ),
    (
        "break_glass",
        Act.READ,
        lambda db, found, who: break_glass(db, found.id, GlassReason.CARE, actor=who, key="g"),
    ),
    (
        "import_notes",
        Act.TAKE_IN,
        lambda db, found, who: import_notes(db, found.id, [LETTER], actor=who, model_version=None),
    ),
    (
        "import_encounter",
        Act.TAKE_IN,
        lambda db, _, who: import_encounter(
            db, FROM_FILE, INPATIENT, actor=who, model_version=None
        ),
    ),
    (
        "import_all",
        Act.TAKE_IN,
        lambda db, _, who: list(
            import_all(db, [FROM_FILE], CareSetting.INPATIENT, actor=who, model_version=None)
        ),
    ),
]
ALONE = {"begin_with", "sign_in_by_identity"}
"""What is tried below by itself, and what asks in the name of the program alone."""


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("act", "call"), [call[1:] for call in CALLS], ids=[c[0] for c in CALLS])
def test_each_role_may_call_what_the_table_says(
    sqlite: Database,
    act: Act,
    call: Callable[[Database, Encounter, User], object],
    role: Role,
) -> None:
    found = add_scored_encounter(sqlite)
    person = next(p for p in (*users(sqlite), system_user(sqlite)) if p.role is role)
    if may(person, act):
        call(sqlite, found, person)
        return
    with pytest.raises(PermissionDenied):
        call(sqlite, found, person)


def test_whoever_takes_no_notes_in_begins_no_database_either(sqlite: Database) -> None:
    first = [(INPATIENT, [NewNote("A word.", "Note")])]
    for person in sorted((*users(sqlite), system_user(sqlite)), key=lambda p: may(p, Act.TAKE_IN)):
        if not may(person, Act.TAKE_IN):
            with pytest.raises(PermissionDenied):
                begin_with(sqlite, first, actor=person, model_version=None)
            assert worklist(sqlite, WorklistQuery()).total == 0
        else:
            begin_with(sqlite, first, actor=person, model_version=None)
            assert worklist(sqlite, WorklistQuery()).total == 1


def test_everybody_sets_their_own_password_and_ends_their_own_sessions(sqlite: Database) -> None:
    for person in users(sqlite):
        set_password(sqlite, person, "four words make one", by=person)
        begin_session(sqlite, person)
        end_one(sqlite, open_sessions(sqlite, person)[0].id, by=person)


def test_no_function_that_asks_who_may_is_forgotten() -> None:
    tried = {name.partition(" ")[0] for name, _, _ in CALLS} | ALONE
    assert {*asking(store), *asking(export)} - tried == set()
    assert tried - {*asking(store), *asking(export)} == set()


def asking(package: ModuleType) -> Iterator[str]:
    """The functions of a package that take a database, and ask the table before they are done."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".database." in module.name:
            continue
        for name, function in vars(importlib.import_module(module.name)).items():
            if not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            parameters = inspect.signature(function).parameters.values()
            takes = any(each.annotation == "Database" for each in parameters)
            if takes and not name.startswith("_") and asks(function, set()):
                yield name


def asks(function: FunctionType, looked: set[FunctionType]) -> bool:
    """Whether a function, or one that it may call, asks ``check_may``."""
    if function is check_may:
        return True
    looked.add(function)
    return any(asks(each, looked) for each in named_in(function) if each not in looked)


def named_in(function: FunctionType) -> Iterator[FunctionType]:
    """The functions of the project that a function names, with all methods of a class."""
    for name in names_of(function.__code__):
        found = inspect.unwrap(function.__globals__.get(name))  # type: ignore[arg-type]
        if not str(getattr(found, "__module__", "")).startswith("icd9_review."):
            continue
        if inspect.isclass(found):
            yield from filter(inspect.isfunction, vars(found).values())
        elif inspect.isfunction(found):
            yield found


def names_of(code: CodeType) -> Iterator[str]:
    """What a function and those within it take from its module."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from names_of(each)
