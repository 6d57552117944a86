"""Final codes: what stands on a chart, whose word it is, and who signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.exporting import exports as module
from icd9_review.store.exporting import final_charts as read
from icd9_review.store.people.teams import add_team
from icd9_review.store.users import system_user
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import (
    Action,
    CareSetting,
    CodeProvenance,
    Decision,
    Encounter,
    EncounterStatus,
    ExportFilter,
    FinalChart,
    FinalCodeRow,
    Kind,
    Origin,
    Poa,
)
from tests.encounters import add_encounter, add_scored_encounter, coders

SIGNED = ExportFilter(only_decided=True)


def final_charts(database: Database, wanted: ExportFilter | None = None) -> list[FinalChart]:
    by = system_user(database)
    return list(read.final_charts(database, wanted or ExportFilter(), actor=by))


def final_code_rows(database: Database, wanted: ExportFilter | None = None) -> list[FinalCodeRow]:
    by = system_user(database)
    return list(read.final_code_rows(database, wanted or ExportFilter(), actor=by))


def take(database: Database, encounter: Encounter, *decisions: Decision, person: int = 0) -> None:
    for each in decisions:
        key = f"{encounter.number}-{each.key}"
        decision = replace(each, key=key, seen=last_sequence(database, encounter.id))
        coder = coders(database)[person]
        decide(database, encounter.id, decision, coder, lists=built_in_lists())


def sign(database: Database, encounter: Encounter) -> None:
    take(
        database,
        encounter,
        Decision("a", Action.ACCEPT, "428.0", "tab", 0),
        Decision("b", Action.ADD, "038.9", "tab", 0),
        Decision("c", Action.ADD, "99.04", "tab", 0, Kind.PROCEDURE),
        Decision("d", Action.SET_POA, "428.0", "tab", 0, poa=Poa.YES),
        Decision("e", Action.SET_POA, "038.9", "tab", 0, poa=Poa.NO),
        Decision(
            "f", Action.SET_PERFORMED, "99.04", "tab", 0, Kind.PROCEDURE, performed=date(2012, 3, 4)
        ),
        Decision("g", Action.SET_ADMITTING, "786.05", "tab", 0),
        Decision("h", Action.RESEQUENCE, "038.9", "tab", 0, position=0),
        Decision("i", Action.FINALISE, "", "tab", 3),
    )


def test_a_signed_chart_has_its_codes_in_order_with_what_is_set_on_them(
    database: Database,
) -> None:
    sign(database, add_scored_encounter(database))
    (chart,) = final_charts(database, SIGNED)
    assert [(c.code, c.position, c.principal, c.poa) for c in chart.of(Kind.DIAGNOSIS)] == [
        ("038.9", 1, True, Poa.NO),
        ("428.0", 2, False, Poa.YES),
    ]
    (procedure,) = chart.of(Kind.PROCEDURE)
    assert (procedure.code, procedure.position, procedure.performed) == (
        "99.04",
        1,
        date(2012, 3, 4),
    )
    assert chart.admitting is not None
    assert chart.admitting.code == "786.05"
    assert chart.status is EncounterStatus.FINALISED
    coder = coders(database)[0]
    assert (chart.signer, chart.signer_id, chart.by) == (coder.name, coder.id, coder.id)
    assert chart.signed_at == chart.at


def test_a_code_tells_who_decided_and_which_model_had_read_the_notes(database: Database) -> None:
    encounter = add_scored_encounter(database)
    take(database, encounter, Decision("a", Action.ACCEPT, "428.0", "tab", 0))
    take(database, encounter, Decision("b", Action.ADD, "038.9", "tab", 0), person=1)
    (chart,) = final_charts(database)
    first, second = coders(database)
    told = [(c.code, c.coder, c.coder_id, c.origin, c.provenance) for c in chart.codes]
    assert told == [
        ("428.0", first.name, first.id, Origin.SUGGESTED, CodeProvenance.SINGLE),
        ("038.9", second.name, second.id, Origin.ADDED, CodeProvenance.SINGLE),
    ]
    assert (chart.codes[0].model, chart.codes[0].model_version) == ("tiny", "a" * 64)
    assert chart.codes[0].probability == pytest.approx(0.9526, abs=1e-4)
    assert chart.codes[1].probability is None


def test_a_chart_that_is_not_signed_leaves_only_where_asked(database: Database) -> None:
    take(database, add_encounter(database), Decision("a", Action.ADD, "486", "tab", 0))
    assert final_charts(database, SIGNED) == []
    (chart,) = final_charts(database)
    assert (chart.signer, chart.signed_at, chart.at) == (None, None, chart.codes[0].at)


def test_a_chart_without_a_code_has_no_place(database: Database) -> None:
    encounter = add_scored_encounter(database)
    take(database, encounter, Decision("a", Action.ACCEPT, "428.0", "tab", 0))
    take(database, encounter, Decision("b", Action.UNDO, "428.0", "tab", 0))
    assert final_charts(database) == []


def test_the_admitting_diagnosis_has_a_row_where_it_is_no_other_code(database: Database) -> None:
    encounter = add_encounter(database)
    take(database, encounter, Decision("a", Action.ADD, "486", "tab", 0))
    take(database, encounter, Decision("b", Action.SET_ADMITTING, "786.05", "tab", 0))
    rows = [(r.code.code, r.code.position) for r in final_code_rows(database)]
    assert rows == [("486", 1), ("786.05", None)]
    take(database, encounter, Decision("c", Action.SET_ADMITTING, "486", "tab", 0))
    (row,) = final_code_rows(database)
    assert row.chart.was_admitted_for(row.code)


def test_days_and_people_take_whole_charts_by_their_signature(database: Database) -> None:
    encounter = add_scored_encounter(database)
    take(database, encounter, Decision("x", Action.SET_ADMITTING, "486", "tab", 0), person=1)
    sign(database, encounter)
    (chart,) = final_charts(database, SIGNED)
    first, second = coders(database)
    later = chart.at + timedelta(microseconds=1)
    assert final_charts(database, replace(SIGNED, people=(first.id,), before=later)) == [chart]
    assert final_charts(database, replace(SIGNED, people=(second.id,))) == []
    assert final_charts(database, replace(SIGNED, since=later)) == []


def test_codes_take_rows_of_tables_and_charts_as_a_whole(database: Database) -> None:
    sign(database, add_scored_encounter(database))
    wanted = replace(SIGNED, codes=("038", "786"))
    assert [row.code.code for row in final_code_rows(database, wanted)] == ["038.9", "786.05"]
    (chart,) = final_charts(database, wanted)
    assert len(chart.codes) == 3
    assert final_charts(database, replace(SIGNED, codes=("250",))) == []


def test_settings_and_statuses_take_encounters(database: Database) -> None:
    inside = add_encounter(database)
    outside = add_encounter(database, setting=CareSetting.OUTPATIENT)
    for each in (inside, outside):
        take(database, each, Decision("a", Action.ADD, "486", "tab", 0))
    wanted = ExportFilter(settings=(CareSetting.OUTPATIENT,))
    assert [chart.encounter for chart in final_charts(database, wanted)] == ["E-00002"]
    statuses = {chart.status for chart in final_charts(database)}
    assert final_charts(database, ExportFilter(statuses=(EncounterStatus.FINALISED,))) == []
    assert len(final_charts(database, ExportFilter(statuses=tuple(statuses)))) == 2


def test_charts_are_of_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 1)
    for _ in range(2):
        encounter = add_encounter(database)
        take(database, encounter, Decision("a", Action.ADD, "486", "tab", 0))
    charts = read.final_charts(database, actor=system_user(database))
    first = next(charts)
    take(database, encounter, Decision("later", Action.ADD, "250.00", "tab", 0))
    assert {code.code for chart in (first, *charts) for code in chart.codes} == {"486"}


def test_a_chart_of_another_team_does_not_leave(sqlite: Database) -> None:
    encounter, by = add_encounter(sqlite), system_user(sqlite)
    take(sqlite, encounter, Decision("a", Action.ADD, "486", "tab", 0))
    team = add_team(sqlite, "Cardiology", by=by)
    move_encounter(sqlite, encounter.number, team, by=by)
    restricted = replace(sqlite, restricted=True)
    coder = coders(sqlite)[0]
    assert list(read.final_charts(restricted, actor=coder)) == []
    assert len(list(read.final_charts(restricted, actor=by))) == 1
