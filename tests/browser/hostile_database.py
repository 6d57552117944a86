"""A database with hostile text of every class wherever people and files put text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from icd9_review.errors import ReviewError
from icd9_review.notes import check_encounter, read_note
from icd9_review.store.database.engine import Database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.intake.encounters import begin_with
from icd9_review.store.ledger import now
from icd9_review.store.oversight.reviews import record_ledger_review
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.glass import break_glass
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.retention.legal_holds import lift_hold, place_hold
from icd9_review.store.users import ensure_development_users, system_user, users
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    GlassReason,
    HoldReason,
    Kind,
    Proof,
    ReviewOutcome,
    Role,
    Team,
    User,
    WorklistQuery,
)
from tests.hostile import BY_CLASS
from tests.tiny import NOTE

TEXT: Final = f"{NOTE}\n" + "\n".join(BY_CLASS.values())
WORDS: Final = " ".join(each for each in BY_CLASS.values() if each.isprintable())[:1000]
"""All of a line, for what there is one of."""


@dataclass(frozen=True, slots=True)
class HostileDatabase:
    """Ids of three encounters: one that is coded and spoken of, one that waits, one of another
    team; a person of each role, and those whose names are hostile."""

    coded: str
    waiting: str
    hidden: str
    people: dict[Role, User]
    strangers: tuple[User, ...]


def fill(database: Database) -> HostileDatabase:
    """Hostile text wherever text is kept, as far as it is taken: what is refused is no danger."""
    upgrade(database)
    ensure_development_users(database)
    system = system_user(database)
    people = {each.role: each for each in users(database)}
    strangers = list(_add_people(database, system))
    coded, waiting, hidden = _take_in(database, people[Role.CODER])
    _comment(database, coded, people[Role.CLINICIAN])
    coders = [each for each in strangers if each.role is Role.CODER]
    _code(database, coded, coders)
    _hold(database, waiting, coders)
    teams = _add_teams(database, people[Role.CODER], system)
    _see_another_teams(database, hidden, teams[-1], strangers, system)
    _keep(database, coded, people[Role.ADMINISTRATOR])
    _review(database, people[Role.AUDITOR])
    return HostileDatabase(coded, waiting, hidden, people, tuple(strangers))


def begin_sessions(database: Database, person: User) -> None:
    """What a browser calls itself, and a proxy its address; with a start such sessions end."""
    for each in BY_CLASS.values():
        begin_session(database, person, Proof.PASSWORD, browser=each[:100], address=each[:60])


def try_each(act: Callable[[str], object], texts: Iterable[str] = tuple(BY_CLASS.values())) -> int:
    """Do something with each text; of how many it was not refused, and there must be some."""
    done = 0
    for text in texts:
        with suppress(ReviewError):
            act(text)
            done += 1
    assert done >= len(BY_CLASS) // 2
    return done


def _add_people(database: Database, system: User) -> list[User]:
    """Coders and administrators of these names."""
    found: list[User] = []
    for role in (Role.CODER, Role.ADMINISTRATOR):
        try_each(
            lambda text, role=role: found.append(  # type: ignore[misc]
                add_account(database, f"{text} {role}"[-100:], role, by=system)
            )
        )
    return found


def _take_in(database: Database, coder: User) -> tuple[str, str, str]:
    """Three encounters whose notes have these texts, titles and authors."""
    notes = [read_note(TEXT, title).told(author=title).note for title in BY_CLASS.values()]
    facts = check_encounter(
        CareSetting.INPATIENT, service=BY_CLASS["script"], payer=BY_CLASS["event"]
    )
    given = [(facts, notes[:4]), (facts, notes), (facts, notes[4:5])]
    begin_with(database, given, actor=coder, model_version=None)
    rows = worklist(database, WorklistQuery()).rows
    coded, waiting, hidden = (row.id for row in sorted(rows, key=lambda row: row.number))
    return coded, waiting, hidden


def _comment(database: Database, encounter: str, clinician: User) -> None:
    keys = iter(range(100))
    try_each(
        lambda words: add_comment(
            database,
            encounter,
            Kind.DIAGNOSIS,
            "428.0",
            words,
            actor=clinician,
            key=f"said-{next(keys)}",
        )
    )


def _code(database: Database, encounter: str, coders: list[User]) -> None:
    """A code by each, so that their names stand in every export: diabetes has one for each.

    And a procedure, for the table of these.
    """
    for number, coder in enumerate(coders):
        code = f"250.{number // 4}{number % 4}"
        seen = last_sequence(database, encounter)
        added = Decision(f"added-{number}", Action.ADD, code, "tab", seen)
        decide(database, encounter, added, coder)
    seen = last_sequence(database, encounter)
    done = Decision("added-procedure", Action.ADD, "37.22", "tab", seen, kind=Kind.PROCEDURE)
    decide(database, encounter, done, coders[0])


def _hold(database: Database, encounter: str, coders: list[User]) -> None:
    """On hold and off again, for reasons in these words; on hold in the end."""
    by = iter(coders * 2)

    def wait(words: str) -> None:
        coder, seen = next(by), last_sequence(database, encounter)
        held = Decision(
            f"held-{seen}", Action.HOLD, "", "tab", seen, reason=HoldReason.OTHER, words=words
        )
        decide(database, encounter, held, coder)

    def wait_and_go_on(words: str) -> None:
        wait(words)
        seen = last_sequence(database, encounter)
        released = Decision(f"released-{seen}", Action.RELEASE, "", "tab", seen)
        decide(database, encounter, released, coders[0])

    try_each(wait_and_go_on)
    wait(WORDS)


def _add_teams(database: Database, coder: User, system: User) -> list[Team]:
    """Teams of these names; the coder is in all but the last."""
    teams: list[Team] = []
    try_each(lambda name: teams.append(add_team(database, name, by=system)))
    set_teams(database, coder, teams[:-1], by=system)
    return teams


def _see_another_teams(
    database: Database, encounter: str, team: Team, people: list[User], system: User
) -> None:
    """What is a team's was seen for reasons in these words, each by somebody else."""
    number = max(row.number for row in worklist(database, WorklistQuery()).rows)
    move_encounter(database, number, team, by=system)
    restricted, by = replace(database, restricted=True), iter(people)

    def see(words: str) -> None:
        person = next(by)
        key = f"glass-{person.id}"
        break_glass(restricted, encounter, GlassReason.OTHER, words, actor=person, key=key)

    try_each(see)


def _keep(database: Database, encounter: str, administrator: User) -> None:
    """On legal hold and off again, for reasons in these words; on hold in the end."""

    def keep_and_let_go(words: str) -> None:
        place_hold(database, encounter, words, actor=administrator)
        lift_hold(database, encounter, words, actor=administrator)

    try_each(keep_and_let_go)
    place_hold(database, encounter, WORDS, actor=administrator)


def _review(database: Database, auditor: User) -> None:
    """What was found in the ledger, in these words."""
    try_each(
        lambda words: record_ledger_review(
            database, now(), ReviewOutcome.FOLLOW_UP, words, actor=auditor
        )
    )
