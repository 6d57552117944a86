"""What is counted of outcomes, read for a report, and the encounters behind a figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.errors import PermissionDenied
from icd9_review.quality.outcomes.periods import Period
from icd9_review.quality.outcomes.report import outcome_report
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import CodeRecordRow, EncounterRow
from icd9_review.store.oversight import outcome_encounters as outcome_encounters_module
from icd9_review.store.oversight.outcome_counts import (
    CountedVersion,
    counted_months,
    counted_versions,
    read_outcomes,
)
from icd9_review.store.oversight.outcome_encounters import outcome_encounters
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.teams import add_team
from icd9_review.store.users import system_user
from icd9_review.values import (
    CaseAxis,
    Kind,
    OutcomeChoice,
    OutcomeKind,
    OutcomePart,
    OutcomeQuery,
    Role,
)
from tests.encounters import coders
from tests.outcomes import decide_on_all, outpatients, show

HEART = (Kind.DIAGNOSIS, "428.0")
EVER = OutcomeQuery()


def test_a_report_has_what_was_decided(database: Database) -> None:
    found = decide_on_all(database)
    actor = system_user(database)
    report = outcome_report(read_outcomes(database, EVER, actor=actor))
    heart = next(each for each in report.codes if each.code == "428.0")
    assert (heart.shown, heart.accepted, heart.replaced, heart.rejected) == (24, 19, 1, 4)
    assert heart.replaced_by == (("428.21", 1),)
    assert heart.reasons == (("history", 4),)
    flutter = next(each for each in report.codes if each.code == "427.31")
    assert (flutter.untouched, flutter.waiting) == (23, 1)
    assert (report.whole.shown, report.whole.added, report.charts) == (48, 8, 23)
    assert report.reliability.decisions == 24
    assert {each.coder for each in report.coders} == {each.id for each in coders(database)}
    sexes = [each for each in report.groups if each.axis is CaseAxis.SEX]
    assert [(each.value, each.cases, each.decided) for each in sexes] == [("female", 24, 24)]
    period = report.period
    assert period is not None
    assert period.first == period.last
    rejected = OutcomeChoice(HEART, (OutcomeKind.REJECTED,), suggested=True)
    listed = outcome_encounters(database, EVER, period, rejected, actor=actor, limit=3)
    assert [each.encounter_id for each in listed] == [found[n].id for n in (18, 12, 6)]
    assert listed[0].detail == "history"
    signer = OutcomeChoice(signer=coders(database)[0].id)
    assert len(outcome_encounters(database, EVER, period, signer, actor=actor, limit=99)) == 12
    signed = OutcomeChoice(signed=True)
    charts = outcome_encounters(database, EVER, period, signed, actor=actor, limit=99)
    assert (len(charts), report.charts) == (23, 23)
    assert None not in {each.seconds for each in charts}
    group = OutcomeChoice(group=(CaseAxis.SEX, "female"))
    assert len(outcome_encounters(database, EVER, period, group, actor=actor, limit=99)) == 24


def test_each_decision_is_listed_in_its_own_bin(sqlite: Database) -> None:
    decide_on_all(sqlite, 3)
    actor = system_user(sqlite)
    counted = read_outcomes(sqlite, EVER, actor=actor)
    assert counted.period is not None
    for each in counted.scores:
        choice = OutcomeChoice(bin=each.bin)
        mine = outcome_encounters(sqlite, EVER, counted.period, choice, actor=actor, limit=99)
        of_bin = sum(other.decisions for other in counted.scores if other.bin == each.bin)
        assert len(mine) == of_bin


def test_what_was_decided_about_as_often_or_suggested_alike_is_listed(database: Database) -> None:
    decide_on_all(database)
    actor = system_user(database)
    period = read_outcomes(database, EVER, [], actor=actor).period
    assert period is not None

    def listed(choice: OutcomeChoice) -> list[str]:
        found = outcome_encounters(database, EVER, period, choice, actor=actor, limit=99)
        return [each.key[1] for each in found if each.key]

    wrong = (OutcomeKind.REPLACED, OutcomeKind.REJECTED)
    assert listed(OutcomeChoice(outcomes=wrong, often="10–49")) == ["428.0"] * 5
    assert listed(OutcomeChoice(outcomes=wrong, often="1–9 decisions")) == []
    assert set(listed(OutcomeChoice(raw=19))) == {"428.0"}  # of 95.3 %
    assert set(listed(OutcomeChoice(raw=16))) == {"427.31"}  # shown at 81.2 %


_WRONG = (OutcomeKind.REPLACED, OutcomeKind.REJECTED)
_CHOICES = (
    OutcomeChoice(),
    OutcomeChoice(HEART),
    OutcomeChoice(HEART, _WRONG),
    OutcomeChoice(HEART, (OutcomeKind.ACCEPTED, OutcomeKind.WAITING)),
    OutcomeChoice((Kind.DIAGNOSIS, "999.9")),
    OutcomeChoice(outcomes=_WRONG),
    OutcomeChoice(outcomes=(OutcomeKind.UNTOUCHED, OutcomeKind.ACCEPTED)),
    OutcomeChoice(suggested=False),
    OutcomeChoice(detail="history"),
    OutcomeChoice(bin=3),
    *(OutcomeChoice(bin=each) for each in (16, 17, 18, 19)),
    OutcomeChoice(raw=19),
    OutcomeChoice(raw=2),
    OutcomeChoice(outcomes=_WRONG, often="10–49"),
    OutcomeChoice(signed=True),
)


@pytest.mark.parametrize("few", [0, 4, 2_000])
def test_by_whichever_way_the_newest_of_all_that_is_meant_are_listed(
    database: Database, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    decide_on_all(database, 8)
    actor = system_user(database)
    period = read_outcomes(database, EVER, [], actor=actor).period
    assert period is not None

    def listed(choice: OutcomeChoice, limit: int) -> list[tuple[str, object]]:
        found = outcome_encounters(database, EVER, period, choice, actor=actor, limit=limit)
        return [(each.encounter_id, each.key) for each in found]

    choices = *_CHOICES, *(OutcomeChoice(signer=each.id) for each in coders(database))
    whole = [listed(each, 999) for each in choices]
    assert whole[-1] != whole[-2] != []
    monkeypatch.setattr(outcome_encounters_module, "_SOON", (1, 3))
    monkeypatch.setattr(outcome_encounters_module, "_FEW", few)
    for choice, expected in zip(choices, whole, strict=True):
        assert [each for each, _ in listed(choice, 2)] == [each for each, _ in expected[:2]]
        assert sorted(listed(choice, 99)) == sorted(expected)


def test_what_the_sums_have_none_of_is_looked_for_nowhere(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide_on_all(database, 3)
    actor = system_user(database)
    period = read_outcomes(database, EVER, [], actor=actor).period
    assert period is not None
    read: list[object] = []

    def note(*asked: object) -> list[object]:
        read.append(asked)
        return []

    monkeypatch.setattr(outcome_encounters_module, "_all_of", note)
    for choice in (OutcomeChoice(bin=3), OutcomeChoice((Kind.DIAGNOSIS, "999.9"))):
        read.clear()
        assert not outcome_encounters(database, EVER, period, choice, actor=actor, limit=9)
        assert len(read) == (choice.key is None)  # the very newest alone


def test_one_code_one_month_and_one_version_may_be_asked_for(sqlite: Database) -> None:
    decide_on_all(sqlite, 3)
    (chart,) = outpatients(sqlite, 1)
    show(sqlite, chart, coders(sqlite)[0], "486", version="b" * 64)
    actor = system_user(sqlite)

    def codes(query: OutcomeQuery) -> set[str]:
        return {each.code for each in read_outcomes(sqlite, query, actor=actor).codes}

    assert codes(OutcomeQuery(key=HEART)) == {"428.0"}
    assert codes(OutcomeQuery(version="b" * 64)) == {"486"}
    assert codes(OutcomeQuery(first=299901)) == set()
    assert "428.0" in codes(OutcomeQuery(first=200001, last=299912))
    one = read_outcomes(sqlite, OutcomeQuery(key=HEART), actor=actor)
    assert (one.cases, one.groups, one.before) == ((), (), None)


def test_a_part_that_is_not_asked_for_is_not_read(sqlite: Database) -> None:
    decide_on_all(sqlite, 3)
    found = read_outcomes(sqlite, EVER, [OutcomePart.CODES], actor=system_user(sqlite))
    assert found.codes
    assert found.cases
    assert (found.scores, found.groups, found.before) == ((), (), None)


def test_what_stands_above_every_part_is_the_same(database: Database) -> None:
    decide_on_all(database, 7)
    actor = system_user(database)
    wholes = [
        outcome_report(read_outcomes(database, EVER, [part], actor=actor)).whole
        for part in OutcomePart
    ]
    assert wholes[0].reasons == (("history", 2),)
    assert wholes == [wholes[0]] * len(OutcomePart)


def test_nothing_is_counted_where_nothing_was_decided(sqlite: Database) -> None:
    actor = system_user(sqlite)
    assert read_outcomes(sqlite, EVER, actor=actor).period is None
    assert counted_months(sqlite, actor=actor) is None
    assert counted_versions(sqlite, actor=actor) == ()


def test_a_version_that_is_stored_no_more_is_listed_without_a_name(database: Database) -> None:
    (chart,) = outpatients(database, 1)
    show(database, chart, coders(database)[0], "428.0", "427.31")
    show(database, outpatients(database, 1)[0], coders(database)[0], "428.0", version="c" * 64)
    actor = system_user(database)
    assert counted_versions(database, actor=actor) == (
        CountedVersion("a" * 64, "tiny"),
        CountedVersion("c" * 64, None),
    )


def test_what_a_former_program_left_is_said_to_be_uncounted(sqlite: Database) -> None:
    (chart,) = outpatients(sqlite, 1)
    actor = system_user(sqlite)
    assert not read_outcomes(sqlite, EVER, actor=actor).uncounted
    with sqlite.write() as session:
        row = CodeRecordRow(encounter_id=chart.id, kind=HEART[0], code="486", accepted=True)
        session.add(row)
    assert read_outcomes(sqlite, EVER, actor=actor).uncounted


def test_encounters_of_other_teams_are_counted_and_not_listed(sqlite: Database) -> None:
    charts = decide_on_all(sqlite, 2)
    program = system_user(sqlite)
    team = add_team(sqlite, "Cardiology", by=program)
    with sqlite.write() as session:
        session.get_one(EncounterRow, charts[0].id).team = team.id
    restricted = replace(sqlite, restricted=True)
    boss = add_account(sqlite, "Ana Ruiz", Role.ADMINISTRATOR, by=program)
    counted = read_outcomes(restricted, EVER, actor=boss)
    assert counted.period is not None
    suggested = OutcomeChoice(HEART, suggested=True)
    listed = outcome_encounters(restricted, EVER, counted.period, suggested, actor=boss, limit=99)
    assert [each.encounter_id for each in listed] == [charts[1].id]
    assert sum(each.cases for each in counted.codes if each.code == "428.0") == 2


def test_coders_do_not_read_outcomes(sqlite: Database) -> None:
    coder, period = coders(sqlite)[0], Period(202601, 202601)
    for read in (
        lambda: read_outcomes(sqlite, EVER, actor=coder),
        lambda: counted_versions(sqlite, actor=coder),
        lambda: counted_months(sqlite, actor=coder),
        lambda: outcome_encounters(sqlite, EVER, period, OutcomeChoice(), actor=coder, limit=1),
    ):
        with pytest.raises(PermissionDenied):
            read()
