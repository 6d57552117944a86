"""The store itself refuses what a role may not do, whoever asks it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from icd9_review import export, store
from icd9_review.errors import PermissionDenied
from icd9_review.notes.intake.documents import FoundEncounter
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.settings import ROOT
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.intake.encounters import begin_with
from icd9_review.store.intake.imports import import_encounter
from icd9_review.store.people.accounts import (
    set_password,
)
from icd9_review.store.people.permissions import Act, check_may, may
from icd9_review.store.people.sessions import begin_session, end_one, open_sessions
from icd9_review.store.people.teams import add_team
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Encounter,
    NewNote,
    Role,
    User,
    WorklistQuery,
)
from tests.encounters import add_scored_encounter
from tests.store.calls import CALLS, INPATIENT, LETTER, READS
from tests.store.people.test_access import LISTS, OWN, WRITES
from tests.store.people.test_access import READS as WAYS

ALONE = {"begin_with", "sign_in_by_identity"}
"""What is tried below by itself, and what asks in the name of the program alone."""

UNASKED = {
    "the program's own work: starts, workers, backups": """
        adopt any_encounter beat behind copy_into count_outdated dump_into end_every_session
        end_other_ways ensure_development_users examine give_explanation_back give_note_back leave
        finish_delivery model_standing next_in_shadow put_into read_signed rebuild_audits
        record_anchor take_delivery
        record_restore record_settings refresh_outdated register_model renew_explanations renew_note
        stored_version system_user take_explanations take_note unplanned version_in_use wipe""",
    "how one becomes known": """
        begin_session count_guess find_caller open_session session_person note_activity
        prove_by_password prove_factor record_failure sign_in_by_password take_turn""",
    "one's own": """
        claim_key free_key keep_own_code keep_reply own_codes own_deliveries own_webhooks preference
        progress save_preference second_factor set_recovery_codes set_up_factor""",
    "names, which stand beside all that people did": "coding_users names users",
    "counts of work, sessions and verdicts": """
        code_records count_sessions pending_explanations pending_notes workers_alive""",
    "places and sums of the ledger, and nothing that stands in it": """
        changed_since read_heads verify""",
    "public lists of codes": "lists_in_force lists_version",
}
"""What asks neither who may nor whose an encounter is, by the reason."""


@pytest.fixture(scope="module")
def scored_once(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Encounter]:
    """A database with an encounter that the model has read, to be copied, and that encounter."""
    path = tmp_path_factory.mktemp("scored") / "icd9_review.sqlite3"
    shutil.copyfile(sqlite_template, path)
    with closing(open_database(f"sqlite:///{path}")) as database:
        found = add_scored_encounter(database)
    return path, found


@pytest.fixture
def scored(sqlite_address: str, scored_once: tuple[Path, Encounter]) -> Iterator[Database]:
    """A copy of it, for one test."""
    shutil.copyfile(scored_once[0], sqlite_address.removeprefix("sqlite:///"))
    with closing(open_database(sqlite_address)) as database:
        yield database


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("act", "call"), [call[1:] for call in CALLS], ids=[c[0] for c in CALLS])
def test_each_role_may_call_what_the_table_says(
    scored: Database,
    scored_once: tuple[Path, Encounter],
    act: Act,
    call: Callable[[Database, Encounter, User], object],
    role: Role,
) -> None:
    _, found = scored_once
    person = next(p for p in (*users(scored), system_user(scored)) if p.role is role)
    if may(person, act):
        call(scored, found, person)
        return
    with pytest.raises(PermissionDenied):
        call(scored, found, person)


@pytest.mark.parametrize("role", Role)
def test_each_role_reads_what_the_table_says(sqlite: Database, role: Role) -> None:
    number = FoundEncounter(
        (LETTER,), external_id=Identifier("17", within="a.csv").given_by("Ward 3"), source="table"
    )
    program = system_user(sqlite)
    import_encounter(sqlite, number, INPATIENT, actor=program, model_version=None)
    add_team(sqlite, "Cardiology", by=program)
    found = add_scored_encounter(sqlite)
    person = next(each for each in (*users(sqlite), program) if each.role is role)
    for name, act, read in READS:
        try:
            read(sqlite, found, person)
            done = True
        except PermissionDenied:
            done = False
        assert done is may(person, act), name


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
        end_one(sqlite, open_sessions(sqlite, person, by=person)[0].id, by=person)


def test_no_function_that_asks_who_may_is_forgotten() -> None:
    tried = {name.partition(" ")[0] for name, _, _ in (*CALLS, *READS)} | ALONE
    asking = {name for name, function in functions() if asks(function, set())}
    assert asking - tried == set()
    assert tried - asking == set()


def test_no_function_asks_nobody_without_a_reason() -> None:
    """A new read or write asks who may, or whose an encounter is, or stands above with its why."""
    asking_whose = {*WAYS, *WRITES, *OWN, *LISTS}
    unasked = [name for names in UNASKED.values() for name in names.split()]
    asking = {name for name, function in functions() if asks(function, set())}
    every = {name for name, _ in functions()}
    assert every - asking - asking_whose - set(unasked) == set()
    assert [name for name in unasked if name in asking | asking_whose or name not in every] == []
    assert len(set(unasked)) == len(unasked)


def test_nothing_of_the_program_reads_a_whole_stream() -> None:
    """``events`` gives tests the stream of the system, too, and asks nobody about that one."""
    sources = (path for room in ("icd9_review", "pages") for path in (ROOT / room).rglob("*.py"))
    calls = re.compile(r"(?<!def )\bevents\(")
    assert [str(path) for path in sources if calls.search(path.read_text("utf-8"))] == []


def functions() -> Iterator[tuple[str, FunctionType]]:
    """The public functions of the store and of exports that take a database."""
    for package in (store, export):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".database." in module.name:
                continue
            for name, function in vars(importlib.import_module(module.name)).items():
                if not inspect.isfunction(function) or function.__module__ != module.name:
                    continue
                parameters = inspect.signature(function).parameters.values()
                takes = any(each.annotation == "Database" for each in parameters)
                if takes and not name.startswith("_"):
                    yield name, inspect.unwrap(function)


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
