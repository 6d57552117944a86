"""Which encounters wait for a physician, as lists of many say it and find it."""

from __future__ import annotations

from icd9_review.store.database.engine import Database
from icd9_review.store.querying.queries import answer_query, ask_physician, withdraw_query
from icd9_review.store.users import users
from icd9_review.store.worklist.page import worklist
from icd9_review.values import Asked, Encounter, QueryStanding, Role, User, WorklistQuery
from tests.encounters import add_encounter, coders
from tests.store.auditing.auditing import new_key
from tests.store.querying.asking import query_about
from tests.store.recoding.recoding import give, keep, newcomer


def clinician(database: Database) -> User:
    return next(each for each in users(database) if each.role is Role.CLINICIAN)


def ask(database: Database, found: Encounter, who: User) -> int:
    return ask_physician(database, found.id, query_about(found), actor=who, key=new_key()).sequence


def listed(database: Database, asked: Asked | None = None) -> dict[str, QueryStanding]:
    rows = worklist(database, WorklistQuery(asked=asked)).rows
    return {row.id: row.queries for row in rows}


def test_the_worklist_marks_and_finds_what_was_asked(database: Database) -> None:
    coder, doctor = coders(database)[0], clinician(database)
    never, waits, answered, both, withdrawn = (add_encounter(database) for _ in range(5))
    ask(database, waits, coder)
    for each in (answered, both):
        number = ask(database, each, coder)
        answer_query(database, each.id, number, option=0, actor=doctor, key=new_key())
    ask(database, both, coder)
    number = ask(database, withdrawn, coder)
    withdraw_query(database, withdrawn.id, number, actor=coder, key=new_key())
    assert listed(database) == {
        never.id: QueryStanding(),
        waits.id: QueryStanding(open=1),
        answered.id: QueryStanding(answered=1),
        both.id: QueryStanding(open=1, answered=1),
        withdrawn.id: QueryStanding(),
    }
    assert {*listed(database, Asked.OPEN)} == {waits.id, both.id}
    assert {*listed(database, Asked.ANSWERED)} == {answered.id}


def test_a_clinician_reads_of_no_query_about_a_twin(database: Database) -> None:
    coder = newcomer(database)
    twin = give(database, keep(database), coder)
    ask(database, twin, coder)
    by_doctor = database.seen_by(clinician(database))
    assert listed(by_doctor)[twin.id] == QueryStanding()
    assert twin.id not in listed(by_doctor, Asked.OPEN)
    assert twin.id in listed(database.seen_by(coder), Asked.OPEN)
