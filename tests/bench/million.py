"""How long pages wait for a database of a million encounters: ``python -m tests.bench.million``.

``make ADDRESS [COUNT]`` fills an empty database (a SQLite file of some 9 GB, or one of a PostgreSQL
server), ``measure ADDRESS`` times what each page asks the store for: p50, p95 and the longest of
draws that differ in person, words, order and place, and the first of all, which finds nothing in
memory. Aim: 300 ms at p95.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import gc
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

from icd9_review.export.first_rows import first_rows
from icd9_review.export.tables import TABLES
from icd9_review.export.writing import ExportRequest
from icd9_review.store.auditing.audits import (
    accuracy_audits,
    accuracy_by_coder,
    audits,
    count_audits,
    count_own_audits,
    own_audits,
)
from icd9_review.store.auditing.blindness import count_blind
from icd9_review.store.auditing.samples import count_samples, samples, signed_services
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.explaining.explanation_queue import (
    failed_explanations,
    pending_explanations,
)
from icd9_review.store.explaining.plan import explanation_progress
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.oversight.entries import ledger_page
from icd9_review.store.oversight.outcome_counts import (
    counted_months,
    counted_versions,
    read_outcomes,
)
from icd9_review.store.oversight.outcome_encounters import outcome_encounters
from icd9_review.store.oversight.reviews import events_since, ledger_reviews
from icd9_review.store.oversight.stories import encounter_story
from icd9_review.store.projections.summaries import count_outdated
from icd9_review.store.recoding.gold_encounters import gold_encounters
from icd9_review.store.recoding.gold_trials import gold_trials
from icd9_review.store.recoding.seconds import second_codings
from icd9_review.store.retention.legal_holds import legal_holds
from icd9_review.store.scoring.scoring_queue import failed_notes, pending_notes, take_note
from icd9_review.store.users import coding_users, names, system_user, users
from icd9_review.store.worklist.page import next_encounter, take_next, worklist
from icd9_review.store.worklist.progress import progress
from icd9_review.values import (
    Asked,
    AuditStatus,
    CareSetting,
    CaseAxis,
    EncounterStatus,
    EventKind,
    ExportFilter,
    LedgerQuery,
    Likelihood,
    OutcomeChoice,
    OutcomeKind,
    OutcomePart,
    OutcomeQuery,
    Role,
    User,
    WorklistQuery,
    WorklistSort,
)
from tests.bench.many_encounters import fill
from tests.databases import prepare

_DRAWS, _PATIENCE = 30, 6.0  # of each; seconds after which no more is drawn
_VERSION = "b" * 64
_Do = Callable[[], object]


def main() -> None:
    """Make or measure, as the words after the command say."""
    what, address, *rest = sys.argv[1:]
    if what == "make":
        prepare(address)
        database = open_database(address)
        fill(database, int(rest[0]) if rest else 1_000_000)
    else:
        database = open_database(address)
        gc.freeze()  # as the app does with what stays (ui/reference)
        _measure(database, rest)
    database.close()


def _measure(database: Database, only: Sequence[str]) -> None:
    slow = 0
    for what, draws in _draws(database).items():
        if only and not any(each in what for each in only):
            continue
        times = np.array(list(_times(draws))) * 1000
        p95 = float(np.percentile(times, 95))
        slow += p95 > 300
        print(
            f"{'  ' if p95 <= 300 else '! '}{what}: first {times[0]:,.0f}, p50 "
            f"{np.percentile(times, 50):,.0f}, p95 {p95:,.0f}, longest {times.max():,.0f} ms "
            f"({len(times)})",
            flush=True,
        )
    print(f"{slow} above 300 ms at p95")


def _times(draws: Callable[[], _Do]) -> Iterator[float]:
    begun = time.perf_counter()
    for _ in range(_DRAWS):
        do = draws()
        start = time.perf_counter()
        do()
        yield time.perf_counter() - start
        if time.perf_counter() - begun > _PATIENCE:
            return


def _draws(database: Database) -> Mapping[str, Callable[[], _Do]]:
    chance = np.random.default_rng(2)
    people = users(database)
    coders = [each for each in people if each.name.startswith("Coder")]
    auditor = next(each for each in people if each.role is Role.AUDITOR)

    def coder() -> User:
        return coders[int(chance.integers(len(coders)))]

    def number() -> int:
        return int(chance.integers(1, 1_000_000))

    return {
        **_of_worklist(database, coder, number),
        **_of_figures(database, auditor, coder),
        **_of_overseers(database, auditor, coder),
        **_of_exports(database, auditor),
        **_of_work(database, auditor),
    }


def _of_worklist(
    database: Database, coder: Callable[[], User], number: Callable[[], int]
) -> Mapping[str, Callable[[], _Do]]:
    chance = np.random.default_rng(3)
    whole = WorklistQuery()

    def asked(**given: Any) -> _Do:
        return partial(worklist, database.seen_by(coder()), replace(whole, **given))

    def any_of(values: Any) -> Any:
        found = list(values)
        return found[int(chance.integers(len(found)))]

    def day(most: int = 3 * 365) -> date:
        return datetime.now(UTC).date() - timedelta(days=int(chance.integers(most)))

    def words() -> str:
        return str(any_of(("cardiology", "medicare operative", "coder 07", "office visit")))

    def shown() -> _Do:
        rows = worklist(database, whole).rows
        ids = [each.id for each in rows]
        return partial(explanation_progress, database, ids, _VERSION)

    def after() -> str:
        rows = worklist(database, WorklistQuery(statuses=(EncounterStatus.OPEN,))).rows
        return str(any_of(rows).id)

    open_ones = (EncounterStatus.OPEN,)
    return {
        "worklist": lambda: asked(),
        **{f"worklist, {sort.value}": partial(asked, sort=sort) for sort in WorklistSort},
        "worklist, open ones": lambda: asked(statuses=open_ones, sort=any_of(WorklistSort)),
        "worklist, signed ones": lambda: asked(
            statuses=(EncounterStatus.FINALISED,), sort=any_of(WorklistSort)
        ),
        "worklist, in the middle": lambda: asked(offset=50 * int(chance.integers(10_000))),
        "worklist, mine": lambda: asked(assignees=(coder().id,)),
        "worklist, mine or nobody's": lambda: asked(assignees=(coder().id, None)),
        "worklist, inpatients": lambda: asked(setting=CareSetting.INPATIENT),
        "worklist, older": lambda: asked(dated_before=day(90)),
        "worklist, with errors": lambda: asked(with_errors=True),
        "worklist, likely": lambda: asked(likelihood=any_of(Likelihood)),
        "worklist, queries": lambda: asked(asked=any_of(Asked)),
        "search, number": lambda: asked(search=f"E-{number():05}"),
        "search, common words": lambda: asked(search=words()),
        "search, a rare word": lambda: asked(search="waiting-for-nothing"),
        "search, a number of an account": lambda: asked(search=f"{number():022}"),
        "next": lambda: partial(next_encounter, database, after(), user=coder()),
        "next, another order": lambda: partial(
            next_encounter, database, after(), replace(whole, sort=any_of(WorklistSort))
        ),
        "next, of a search": lambda: partial(
            next_encounter, database, after(), replace(whole, search=words()), user=coder()
        ),
        "take next": lambda: partial(take_next, database, coder()),
        "progress of a day": lambda: partial(progress, database, coder(), day=day()),
        "what another model is to read": lambda: partial(count_outdated, database),
        "how far explanations are": shown,
        "who codes": lambda: partial(coding_users, database),
    }


def _of_figures(
    database: Database, auditor: User, coder: Callable[[], User]
) -> Mapping[str, Callable[[], _Do]]:
    whole = OutcomeQuery()
    period = counted_months(database, actor=auditor)
    assert period is not None
    key = read_outcomes(database, whole, [OutcomePart.CODES], actor=auditor).codes[0]

    def behind(choice: OutcomeChoice) -> _Do:
        return partial(outcome_encounters, database, whole, period, choice, actor=auditor, limit=51)

    def reading(part: OutcomePart) -> _Do:
        return partial(read_outcomes, database, whole, [part], actor=auditor)

    choices = {
        "a code": OutcomeChoice(key=(key.kind, key.code), outcomes=(OutcomeKind.REJECTED,)),
        "a bin": OutcomeChoice(bin=3),
        "a group": OutcomeChoice(group=(CaseAxis.SERVICE, "Urology")),
        "a signer": OutcomeChoice(signer=coder().id),
        "all suggested": OutcomeChoice(suggested=True),
        "untouched": OutcomeChoice(outcomes=(OutcomeKind.UNTOUCHED,)),
        "signed": OutcomeChoice(signed=True),
    }
    return {
        "Outcomes, months": lambda: partial(counted_months, database, actor=auditor),
        "Outcomes, versions": lambda: partial(counted_versions, database, actor=auditor),
        **{f"Outcomes, {part.value}": partial(reading, part) for part in OutcomePart},
        **{
            f"Outcomes, encounters of {name}": partial(behind, each)
            for name, each in choices.items()
        },
        "Agreement": lambda: partial(encounter_codings, database, actor=auditor),
        "Agreement, of a month": lambda: partial(
            encounter_codings,
            database,
            datetime.now(UTC) - timedelta(days=400),
            datetime.now(UTC) - timedelta(days=370),
            actor=auditor,
        ),
    }


def _of_overseers(
    database: Database, auditor: User, coder: Callable[[], User]
) -> Mapping[str, Callable[[], _Do]]:
    def entries(query: LedgerQuery) -> _Do:
        return partial(ledger_page, database, query, actor=auditor)

    def of_encounter() -> _Do:
        found = worklist(database, WorklistQuery(offset=60_000, limit=1)).rows[0].id
        return partial(encounter_story, database, found, actor=auditor)

    return {
        "Second review, samples": lambda: partial(samples, database, actor=auditor),
        "Second review, how many samples": lambda: partial(count_samples, database, actor=auditor),
        "Second review, services": lambda: partial(signed_services, database, actor=auditor),
        "Second review, audits": lambda: partial(audits, database, actor=auditor),
        "Second review, audits by disagreement": lambda: partial(
            audits, database, by_disagreement=True, services=("Urology",), actor=auditor
        ),
        "Second review, how many": lambda: partial(
            count_audits, database, (AuditStatus.FINAL,), actor=auditor
        ),
        "Second review, figures": lambda: partial(accuracy_by_coder, database, actor=auditor),
        "Second review, behind a figure": lambda: partial(
            accuracy_audits, database, coder().id, actor=auditor
        ),
        "own audits": lambda: partial(own_audits, database, actor=coder()),
        "how many own audits": lambda: partial(count_own_audits, database, actor=coder()),
        "Gold, kept": lambda: partial(gold_encounters, database, actor=auditor),
        "Gold, trials": lambda: partial(gold_trials, database, actor=auditor),
        "Gold, second codings": lambda: partial(second_codings, database, actor=auditor),
        "Ledger": lambda: entries(LedgerQuery()),
        "Ledger, of a person": lambda: entries(LedgerQuery(people=(coder().id,))),
        "Ledger, of kinds": lambda: entries(
            LedgerQuery(kinds=(EventKind.FINALISED, EventKind.HELD, EventKind.EXPORTED))
        ),
        "Ledger, of a month": lambda: entries(
            LedgerQuery(
                since=datetime.now(UTC) - timedelta(days=400),
                before=datetime.now(UTC) - timedelta(days=370),
            )
        ),
        "Ledger, reviews": lambda: partial(ledger_reviews, database, actor=auditor),
        "Ledger, since the review": lambda: partial(
            events_since, database, None, 10_001, actor=auditor
        ),
        "Ledger, a story": of_encounter,
        "Retention, legal holds": lambda: partial(
            legal_holds, database, actor=system_user(database)
        ),
    }


def _of_exports(database: Database, auditor: User) -> Mapping[str, Callable[[], _Do]]:
    def looked(table: str, wanted: ExportFilter) -> _Do:
        request = ExportRequest(table, "csv", wanted)
        visit = uuid.uuid4().hex
        return partial(first_rows, database, request, 25, actor=auditor, visit=visit)

    first = ExportFilter(only_decided=True)
    since = datetime.now(UTC) - timedelta(days=30)
    tables = [name for name, each in TABLES.items() if not each.measured]
    return {
        **{f"Export, first rows of {name}": partial(looked, name, first) for name in tables},
        **{
            f"Export, first rows of {name} of a month": partial(
                looked, name, replace(first, since=since)
            )
            for name in tables
        },
        "Export, held back": lambda: partial(count_blind, database, actor=auditor),
        "names": lambda: partial(names, database),
    }


def _of_work(database: Database, auditor: User) -> Mapping[str, Callable[[], _Do]]:
    by = system_user(database)
    return {
        "notes that wait": lambda: partial(pending_notes, database, _VERSION),
        "notes that failed": lambda: partial(failed_notes, database, actor=by),
        "a note for a worker": lambda: partial(take_note, database, _VERSION),
        "explanations that wait": lambda: partial(pending_explanations, database, _VERSION),
        "explanations that failed": lambda: partial(failed_explanations, database, actor=by),
    }


if __name__ == "__main__":
    main()
