"""What an auditor sees nowhere while they audit it blind, and sees again once that is closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icd9_review.errors import AuditedBlind, Restricted
from icd9_review.export.tables import TABLES
from icd9_review.export.writing import ExportRequest, export_rows
from icd9_review.quality.outcomes.periods import Period
from icd9_review.store.auditing.audits import audit, audits, count_audits, quick_signed
from icd9_review.store.auditing.blindness import count_blind
from icd9_review.store.auditing.looking import (
    audited_chart,
    marked_at_signing,
    record_audit_look,
    suggested_at_signing,
)
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.samples import keep_sample, redraw, samples
from icd9_review.store.auditing.steps import close_audit, withdraw_audit
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence, review_state
from icd9_review.store.deciding.views import record_view
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger import events
from icd9_review.store.oversight.entries import ledger_entries
from icd9_review.store.oversight.outcome_encounters import outcome_encounters
from icd9_review.store.oversight.stories import encounter_story
from icd9_review.store.people.access import refuse_hidden
from icd9_review.store.people.accounts import add_account, change_account
from icd9_review.store.scoring.scores import suggestions
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Action,
    Audit,
    AuditStatus,
    Decision,
    Encounter,
    EventKind,
    Kind,
    LedgerQuery,
    OutcomeChoice,
    OutcomeQuery,
    Poa,
    Role,
    SampleQuery,
    Span,
    User,
    WorklistQuery,
)
from tests.encounters import add_scored_encounter, coders, make_model
from tests.store.auditing.auditing import (
    begin,
    diagnoses,
    new_key,
    rebutted,
    returned,
    revise,
    second_auditor,
)
from tests.store.auditing.signing import act, add_signed, auditor, sign

CANARY = "Zyxovira Canary"
VERSION = make_model().version
BLIND = [(True, False), (False, True), (True, True)]
Look = Callable[[Database, Encounter, User], object]
LOOKS: dict[str, Look] = {
    "encounter": lambda db, found, who: encounter(db.seen_by(who), found.id),
    "suggestions": lambda db, found, who: suggestions(db.seen_by(who), found.id, VERSION),
    "review_state": lambda db, found, who: review_state(db.seen_by(who), found.id),
    "events": lambda db, found, who: events(db.seen_by(who), found.id),
    "story": lambda db, found, who: encounter_story(db, found.id, actor=who),
    "refuse_hidden": lambda db, found, who: refuse_hidden(db.seen_by(who), found.id),
    "record_view": lambda db, found, who: record_view(
        db, found.id, EventKind.OPENED, who, new_key(), {}
    ),
}


def begun(database: Database, chart: Encounter, *, blind: bool, blind_model: bool) -> Audit:
    who = auditor(database)
    return open_audit(
        *(database, chart.id), actor=who, key=new_key(), blind=blind, blind_model=blind_model
    )


def listed(database: Database, who: User) -> list[str]:
    return [row.id for row in worklist(database.seen_by(who), WorklistQuery()).rows]


def exported(database: Database, table: str, who: User) -> str:
    return str(list(export_rows(database, ExportRequest(table, "csv"), actor=who)))


@pytest.mark.parametrize(("blind", "blind_model"), BLIND)
def test_a_blind_auditor_sees_the_chart_nowhere_else_until_it_is_closed(
    database: Database, blind: bool, blind_model: bool
) -> None:
    chart, who = add_signed(database), auditor(database)
    found = begun(database, chart, blind=blind, blind_model=blind_model)
    for look in LOOKS.values():
        with pytest.raises(AuditedBlind, match="You audit E-00001 blind"):
            look(database, chart, who)
    close_audit(database, found.id, reopen=False, actor=who, key=new_key())
    for look in LOOKS.values():
        look(database, chart, who)


def test_an_audit_that_is_blind_to_nothing_shuts_nothing(sqlite: Database) -> None:
    chart, who = add_signed(sqlite), auditor(sqlite)
    begun(sqlite, chart, blind=False, blind_model=False)
    for look in LOOKS.values():
        look(sqlite, chart, who)


def test_where_the_coder_is_hidden_no_other_auditor_sees_the_chart(database: Database) -> None:
    """Any of them may come to settle it; whoever codes or administers goes on."""
    chart, who = add_signed(database), auditor(database)
    found = begun(database, chart, blind=True, blind_model=False)
    other = second_auditor(database)
    for look in LOOKS.values():
        with pytest.raises(AuditedBlind, match="E-00001 is audited without its coder being named"):
            look(database, chart, other)
    assert chart.id not in listed(database, other)
    assert count_blind(database, actor=other) == 1
    boss = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    for look in LOOKS.values():
        look(database, chart, boss)
    assert audit(database, found.id, actor=other).signer is None
    withdraw_audit(database, found.id, actor=who, key=new_key())
    for look in LOOKS.values():
        look(database, chart, other)


def test_where_the_model_alone_is_hidden_other_auditors_see_the_chart(sqlite: Database) -> None:
    chart, who = add_signed(sqlite), auditor(sqlite)
    begun(sqlite, chart, blind=False, blind_model=True)
    other = second_auditor(sqlite)
    for look in LOOKS.values():
        look(sqlite, chart, other)
    assert (count_blind(sqlite, actor=who), count_blind(sqlite, actor=other)) == (1, 0)


def test_an_auditor_who_signed_before_sees_their_own_chart(sqlite: Database) -> None:
    coder = add_account(sqlite, CANARY, Role.CODER, by=system_user(sqlite))
    chart = add_signed(sqlite, coder=coder)
    begun(sqlite, chart, blind=True, blind_model=False)
    change_account(sqlite, coder, role=Role.AUDITOR, by=system_user(sqlite))
    for look in LOOKS.values():
        look(sqlite, chart, User(coder.id, coder.name, Role.AUDITOR))


def test_no_figure_of_outcomes_leads_auditors_to_the_coder_of_a_blind_audit(
    database: Database,
) -> None:
    coder = add_account(database, CANARY, Role.CODER, by=system_user(database))
    chart, other = add_signed(database, coder=coder), second_auditor(database)
    found = begun(database, chart, blind=True, blind_model=False)
    period = Period(200001, 299912)
    choices = (OutcomeChoice(signer=coder.id), OutcomeChoice(key=(Kind.DIAGNOSIS, "428.0")))

    def behind(who: User) -> list[str]:
        return [
            each.encounter
            for choice in choices
            for each in outcome_encounters(
                database, OutcomeQuery(), period, choice, actor=who, limit=9
            )
        ]

    assert (behind(auditor(database)), behind(other)) == ([], [])
    assert behind(system_user(database)) == [chart.label] * 2
    close_audit(database, found.id, reopen=False, actor=auditor(database), key=new_key())
    assert behind(other) == [chart.label] * 2


@pytest.mark.parametrize(("blind", "blind_model"), BLIND)
def test_no_list_export_or_entry_of_the_ledger_has_the_chart(
    sqlite: Database, blind: bool, blind_model: bool
) -> None:
    """Neither who signed nor a code of it; the rest stays."""
    coder = add_account(sqlite, CANARY, Role.CODER, by=system_user(sqlite))
    chart, who = add_signed(sqlite, coder=coder), auditor(sqlite)
    add_signed(sqlite)
    begun(sqlite, chart, blind=blind, blind_model=blind_model)
    told = ledger_entries(sqlite, LedgerQuery(), actor=who)
    assert not [each for each in told if each.event.stream == chart.id]
    other = second_auditor(sqlite)
    told = ledger_entries(sqlite, LedgerQuery(), actor=other)
    assert blind is not bool([each for each in told if each.event.stream == chart.id])
    assert chart.id not in listed(sqlite, who)
    assert chart.id in listed(sqlite, coder)
    for table in ("decisions", "codes", "history"):
        assert table in TABLES
        assert chart.label not in exported(sqlite, table, who)
        assert CANARY not in exported(sqlite, table, who)
        assert chart.label in exported(sqlite, table, coder)


def test_the_page_of_the_audit_goes_on(database: Database) -> None:
    chart, who = add_signed(database, ("428.0",)), auditor(database)
    found = begun(database, chart, blind=True, blind_model=True)
    assert audited_chart(database, found.id, actor=who).id == chart.id
    record_audit_look(database, found.id, actor=who, key="look")
    record_audit_look(database, found.id, actor=who, key="look")
    assert audit(database, found.id, actor=who).signer is None
    assert [each.id for each in audits(database, actor=who)] == [found.id]
    withdraw_audit(database, found.id, actor=who, key=new_key())
    assert not open_audit(database, chart.id, actor=who, key=new_key()).blind


def test_what_the_model_suggested_is_told_once_the_audit_is_closed(database: Database) -> None:
    chart, who = add_signed(database, ("428.0",)), auditor(database)
    found = begun(database, chart, blind=False, blind_model=True)
    assert suggested_at_signing(database, found.id, actor=who) == {}
    assert quick_signed(database, found.id, actor=who) == frozenset()
    close_audit(database, found.id, reopen=False, actor=who, key=new_key())
    told = suggested_at_signing(database, found.id, actor=who)
    assert list(told) == [(Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "427.31")]
    assert all(0 < each <= 1 for each in told.values())


def test_words_that_the_coder_marked_stand_by_their_code_unless_they_tell_of_the_model(
    sqlite: Database,
) -> None:
    """Who is blind to the model would read from them that the code was not suggested."""
    chart, who = add_scored_encounter(sqlite), auditor(sqlite)
    span = Span(chart.notes[0].id, 0, 24)
    act(sqlite, chart, coders(sqlite)[0], Action.ADD, "486", evidence=(span,))
    act(sqlite, chart, coders(sqlite)[0], Action.SET_POA, "486", poa=Poa.YES)
    sign(sqlite, chart, ("428.0",))
    found = begun(sqlite, chart, blind=True, blind_model=True)
    assert marked_at_signing(sqlite, found.id, actor=who) == {}
    close_audit(sqlite, found.id, reopen=False, actor=who, key=new_key())
    further = begun(sqlite, chart, blind=True, blind_model=False)
    told = marked_at_signing(sqlite, further.id, actor=who)
    assert told == {(Kind.DIAGNOSIS, "486"): (span,)}


def test_a_blind_chart_stays_in_its_sample_and_is_drawn_again(sqlite: Database) -> None:
    chart, who = add_signed(sqlite), auditor(sqlite)
    kept = keep_sample(sqlite, SampleQuery(1), actor=who, key="s")
    begun(sqlite, chart, blind=True, blind_model=True)
    (same,) = samples(sqlite, actor=who)
    assert same.drawn == kept.drawn
    assert redraw(sqlite, kept.number, actor=who).is_equal


def test_an_administrator_decides_nothing_on_a_chart_that_they_audit_blind(
    sqlite: Database,
) -> None:
    chart = add_signed(sqlite)
    boss = next(each for each in users(sqlite) if each.role is Role.ADMINISTRATOR)
    open_audit(sqlite, chart.id, actor=boss, key=new_key(), blind_model=True)
    seen = last_sequence(sqlite, chart.id)
    with pytest.raises(Restricted, match="blind"):
        decide(sqlite, chart.id, Decision("k", Action.REOPEN, "", "t", seen), boss)


def test_what_disagrees_most_comes_first_and_a_changed_principal_counts_twice(
    sqlite: Database,
) -> None:
    who = auditor(sqlite)
    one = revise(sqlite, begin(sqlite), diagnoses("428.0"))  # a code deleted
    principal = revise(sqlite, begin(sqlite), diagnoses("486", "427.31"))
    two = revise(sqlite, begin(sqlite), diagnoses("428.0", "486", "585.9"))  # one less, two more
    told = audits(sqlite, actor=who, by_disagreement=True)
    by_id = {each.id: each for each in told}
    assert by_id[principal.id].disagreement == by_id[principal.id].differences + 1
    assert by_id[one.id].disagreement == by_id[one.id].differences == 1
    assert told[-1].id == one.id
    weights = [each.disagreement for each in told]
    assert weights == sorted(weights, reverse=True)
    assert {each.id for each in told} == {one.id, principal.id, two.id}


def test_lists_go_on_where_a_page_ends(sqlite: Database) -> None:
    who = auditor(sqlite)
    found = [begin(sqlite).id for _ in range(3)]
    assert count_audits(sqlite, actor=who) == 3
    assert count_audits(sqlite, (AuditStatus.FINAL,), actor=who) == 0
    pages = [
        [each.id for each in audits(sqlite, actor=who, first=first, most=2)] for first in (0, 2)
    ]
    assert pages == [found[:0:-1], found[:1]]


def test_what_waits_for_whoever_adjudicates_is_listed_alone(sqlite: Database) -> None:
    waits = rebutted(sqlite, coders(sqlite)[0])
    returned(sqlite)
    (only,) = audits(sqlite, (AuditStatus.REBUTTED,), actor=auditor(sqlite), by_disagreement=True)
    assert only.id == waits.id
