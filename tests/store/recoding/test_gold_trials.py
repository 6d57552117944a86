"""Gold before coders: a twin like any encounter, scored by its first signature, counted nowhere."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from icd9_review.errors import DecisionError, InputError
from icd9_review.export.writing import ExportRequest, write_export
from icd9_review.quality.gold.scoring import gold_report
from icd9_review.store import ledger
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.samples import keep_sample
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.decision_rows import decision_rows
from icd9_review.store.exporting.final_charts import final_charts, final_code_rows
from icd9_review.store.exporting.history_rows import history_rows
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.oversight.codings import GOLD_MEMBER, encounter_codings
from icd9_review.store.oversight.outcome_counts import read_outcomes
from icd9_review.store.people.accounts import change_account
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.projections.code_records import code_records
from icd9_review.store.projections.outcomes import recount
from icd9_review.store.recoding.gold_encounters import change_gold, gold_encounters
from icd9_review.store.recoding.gold_trials import give_gold, give_onboarding, gold_trials
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import next_encounter, take_next, worklist
from icd9_review.values import (
    Action,
    AuditedCode,
    EventKind,
    Kind,
    OutcomeQuery,
    Poa,
    PurgeReason,
    Role,
    SampleQuery,
    User,
    WorklistQuery,
)
from tests.encounters import add_scored_encounter, coders
from tests.store.auditing.auditing import new_key
from tests.store.auditing.signing import act, auditor, reopen, sign
from tests.store.recoding.recoding import CODES, give, keep, newcomer, read, sign_twin, trial


def administrator(database: Database) -> User:
    return next(each for each in users(database) if each.role is Role.ADMINISTRATOR)


def test_a_twin_has_facts_and_notes_of_its_source_under_its_own_number(
    database: Database,
) -> None:
    gold = keep(database)
    twin = give(database, gold, newcomer(database))
    source = encounter(database, gold.encounter_id)
    assert (twin.label, source.label) == ("E-00002", "E-00001")
    assert [each.text for each in twin.notes] == [each.text for each in source.notes]
    assert (twin.age, twin.sex, twin.setting) == (source.age, source.sex, source.setting)
    assert verify(database) == []


def test_a_trial_is_scored_by_the_first_signature(database: Database) -> None:
    gold, coder = keep(database), newcomer(database)
    twin = give(database, gold, coder)
    assert trial(database, coder).signed_at is None
    sign_twin(database, twin, coder, ["427.31", "486"])
    first = trial(database, coder)
    assert [each.code for each in first.coded] == ["427.31", "486"]
    assert first.counts
    reopen(database, twin, coder)
    sign(database, twin, ["428.0"], coder=coder)
    assert trial(database, coder) == first
    (found,) = gold_report(gold_trials(database, actor=auditor(database)), [gold]).coders
    assert (found.coder, found.given, found.signed, found.elsewhere) == (coder.id, 1, 1, 0)
    assert (found.figures.total.reviewed, found.figures.total.same) == (2, 1)
    assert found.principal.value == 0


def test_what_somebody_else_signed_says_nothing_of_the_coder(database: Database) -> None:
    gold, coder = keep(database), newcomer(database)
    twin = give(database, gold, coder)
    sign_twin(database, twin, coders(database)[1])
    report = gold_report(gold_trials(database, actor=auditor(database)), [gold])
    assert (report.coders[0].signed, report.coders[0].elsewhere, report.trials) == (0, 1, ())


def test_it_comes_next_for_its_coder_and_for_nobody_else(database: Database) -> None:
    gold, coder = keep(database), newcomer(database)
    other = add_scored_encounter(database)
    twin = give(database, gold, coder)
    third = add_scored_encounter(database)
    read(database, twin)
    second = coders(database)[1]
    mine = [next_encounter(database, user=second), next_encounter(database, third.id, user=second)]
    assert twin.id not in mine
    assert next_encounter(database, other.id, user=coder) == twin.id
    assert take_next(database, coder) == twin.id


def test_who_assigns_work_gives_it_to_the_coder_at_once(database: Database) -> None:
    coder = newcomer(database)
    by = administrator(database)
    twin = give(database, keep(database), coder, by=by)
    told = ledger.events(database, twin.id)
    (assigned,) = [each for each in told if each.kind is EventKind.ASSIGNED]
    assert (assigned.actor, assigned.payload) == (by.id, {"from": None, "to": coder.id})


def test_who_knows_an_encounter_does_not_get_it_and_that_is_told(database: Database) -> None:
    gold, first = keep(database), coders(database)[0]
    new, by = newcomer(database), auditor(database)
    assert give_gold(database, [1], [first.id, new.id], actor=by).problems == (
        "G-00001: Development coder knows E-00001 already; choose somebody else.",
    )
    assert "Ana Ruiz knows E-00001" in give_gold(database, [1], [new.id], actor=by).problems[0]
    assert "not a coder in service" in give_gold(database, [1], [by.id], actor=by).problems[0]
    assert "no person 999" in give_gold(database, [1], [999], actor=by).problems[0]
    change_gold(database, gold.number, retired=True, actor=by)
    assert "retired" in give_gold(database, [1], [new.id], actor=by).problems[0]
    change_account(database, new, by=system_user(database), active=False)
    change_gold(database, gold.number, retired=False, actor=by)
    assert "not a coder in service" in give_gold(database, [1], [new.id], actor=by).problems[0]
    with pytest.raises(InputError, match="too many"):
        give_gold(database, range(300), [new.id], actor=by)


def test_gold_of_another_team_is_not_given(database: Database) -> None:
    gold, coder, by = keep(database), newcomer(database), system_user(database)
    team = add_team(database, "Cardiology", by=by)
    move_encounter(database, 1, team, by=by)
    restricted = replace(database, restricted=True)
    (problem,) = give_gold(restricted, [gold.number], [coder.id], actor=auditor(database)).problems
    assert "E-00001 belongs to a team that Ana Ruiz is not in" in problem
    set_teams(database, coder, [team], by=by)
    assert give_gold(restricted, [gold.number], [coder.id], actor=auditor(database)).made == 1
    row = worklist(restricted.seen_by(coder), WorklistQuery()).rows[0]
    assert row.id == trial(database, coder).encounter_id


def test_the_onboarding_set_is_given_whole_and_once(database: Database) -> None:
    coder, by = newcomer(database), auditor(database)
    with pytest.raises(InputError, match="onboarding set is empty"):
        give_onboarding(database, coder.id, actor=by)
    golds = [keep(database, onboarding=number < 2) for number in range(3)]
    assert give_onboarding(database, coder.id, actor=by).made == 2
    given = [each.gold.number for each in gold_trials(database, actor=by)]
    assert given == [golds[0].number, golds[1].number]
    change_gold(database, golds[2].number, onboarding=True, actor=by)
    assert give_onboarding(database, coder.id, actor=by).made == 1
    sign_twin(database, encounter(database, trial(database, coder).encounter_id), coder)
    report = gold_report(gold_trials(database, actor=by), gold_encounters(database, actor=by))
    assert (report.coders[0].onboarding.part, report.coders[0].onboarding.whole) == (1, 3)


def test_twins_are_in_no_outcome_chart_sample_or_record(database: Database) -> None:
    """What is counted or billed has each encounter once."""
    gold, coder = keep(database), newcomer(database)
    before = read_outcomes(database, OutcomeQuery(), actor=auditor(database))
    records = code_records(database, [(Kind.DIAGNOSIS, "428.0")])
    twin = give(database, gold, coder)
    sign_twin(database, twin, coder)
    assert read_outcomes(database, OutcomeQuery(), actor=auditor(database)) == before
    assert code_records(database, [(Kind.DIAGNOSIS, "428.0")]) == records
    assert recount(database, actor=system_user(database)) == 2
    assert read_outcomes(database, OutcomeQuery(), actor=auditor(database)) == before
    for who in (coder, auditor(database), system_user(database)):
        charts = final_charts(database, actor=who)
        assert [each.encounter_id for each in charts] == [gold.encounter_id]
        rows = final_code_rows(database, actor=who)
        assert {row.chart.encounter_id for row in rows} == {gold.encounter_id}
    drawn = keep_sample(database, SampleQuery(9), actor=auditor(database), key="s").drawn
    assert [each.encounter_id for each in drawn] == [gold.encounter_id]


@pytest.mark.parametrize("form", ["fhir", "hl7", "claim"])
def test_no_chart_leaves_for_a_payer_twice(database: Database, form: str) -> None:
    gold, coder = keep(database), newcomer(database)
    sign_twin(database, give(database, gold, coder), coder)
    written = io.BytesIO()
    write_export(database, ExportRequest("codes", form), written, actor=coder)
    assert b"E-00001" in written.getvalue() or gold.encounter_id.encode() in written.getvalue()
    assert b"E-00002" not in written.getvalue()


def test_decisions_have_twins_for_coders_alone(database: Database) -> None:
    gold, coder = keep(database), newcomer(database)
    twin = give(database, gold, coder)
    sign_twin(database, twin, coder)

    def rows(who: User) -> set[str]:
        return {row.encounter_id for row in decision_rows(database, actor=who)}

    assert rows(coder) == {gold.encounter_id, twin.id}
    assert rows(auditor(database)) == rows(system_user(database)) == {gold.encounter_id}


def test_a_twin_looks_to_its_coder_like_an_import(database: Database) -> None:
    """Nothing that a coder may read says gold, twin, second, or who had it made."""
    gold, coder = keep(database), newcomer(database)
    twin = give(database, gold, coder)
    sign_twin(database, twin, coder)
    shown = database.seen_by(coder)
    told = [repr(row) for row in history_rows(shown, actor=coder) if row.encounter_id == twin.id]
    told += [repr(row) for row in decision_rows(shown, actor=coder) if row.encounter_id == twin.id]
    told += [repr(row) for row in worklist(shown, WorklistQuery()).rows if row.id == twin.id]
    told += [repr(ledger.events(database, twin.id)), repr(encounter(database, twin.id))]
    for row in history_rows(shown, actor=coder):
        assert row.actor != "Development auditor"
    said = "\n".join(told).casefold()
    for word in ("gold", "twin", "second coding", "auditor", gold.id, gold.encounter_id, "e-00001"):
        assert word not in said, word
    for table in ("history", "decisions", "codes"):
        written = io.BytesIO()
        write_export(database, ExportRequest(table, "csv"), written, actor=coder)
        assert not any(word in written.getvalue().lower() for word in (b"gold", b"twin"))


def test_agreement_has_a_twin_as_a_coding_of_its_source_beside_gold(database: Database) -> None:
    gold, coder = keep(database, CODES[:1]), newcomer(database)
    sign_twin(database, give(database, gold, coder), coder, ["428.0", "486"])
    told = encounter_codings(database, actor=auditor(database))
    found = {each.member: each.codes for each in told.codings}
    assert {each.encounter for each in told.codings} == {gold.encounter_id}
    assert found[GOLD_MEMBER] == {(Kind.DIAGNOSIS, "428.0")}
    assert found["Ana Ruiz"] == {(Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "486")}
    assert found["Development coder"] == {(Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "427.31")}
    assert len(told.codings) == len(found) == 4  # and the model
    assert (told.labels, told.signed) == ({gold.encounter_id: "E-00001"}, 1)


def test_who_signs_the_source_after_their_twin_has_one_coding(database: Database) -> None:
    gold, coder = keep(database), newcomer(database)
    sign_twin(database, give(database, gold, coder), coder, ["428.0"])
    source = encounter(database, gold.encounter_id)
    reopen(database, source)
    act(database, source, coder, Action.FINALISE)
    told = encounter_codings(database, actor=auditor(database))
    assert sorted(each.member for each in told.codings) == [
        *("Ana Ruiz", GOLD_MEMBER, "Model tiny (aaaaaaaa)")
    ]


def test_a_purge_takes_the_twins_with_their_source(database: Database) -> None:
    gold = keep(database)
    twin = give(database, gold, newcomer(database))
    purge(database, gold.encounter_id, PurgeReason.REQUEST, actor=system_user(database))
    assert encounter(database, twin.id).purged is not None
    assert all(not each.text for each in encounter(database, twin.id).notes)
    (problem,) = give_gold(
        *(database, [gold.number], [newcomer(database, "Ben Ode").id]), actor=auditor(database)
    ).problems
    assert "purged" in problem
    assert verify(database) == []


def test_a_gold_code_without_poa_asks_nothing_of_it(database: Database) -> None:
    gold = keep(database, [AuditedCode("428.0"), AuditedCode("427.31", poa=Poa.NO)])
    coder = newcomer(database)
    sign_twin(database, give(database, gold, coder), coder)
    (found,) = gold_report(gold_trials(database, actor=auditor(database)), [gold]).coders
    assert (found.figures.total.with_poa, found.figures.total.poa_changed) == (1, 1)


def test_a_twin_is_compared_by_itself_and_not_audited(database: Database) -> None:
    gold, coder = keep(database), newcomer(database)
    twin = give(database, gold, coder)
    sign_twin(database, twin, coder)
    with pytest.raises(DecisionError, match="E-00002 is another encounter once more"):
        open_audit(database, twin.id, actor=auditor(database), key=new_key())
