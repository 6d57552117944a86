"""An audit from its opening to its end, and what stands in its way."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import update

from icd9_review.errors import (
    CodeError,
    ConflictError,
    DecisionError,
    InputError,
    NotFound,
    PermissionDenied,
    Restricted,
    ReviewError,
    TextPurged,
)
from icd9_review.quality import audit_rules
from icd9_review.quality.accuracy import AccuracyPart
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.causes import CauseCount, counted_cause
from icd9_review.store import ledger
from icd9_review.store.auditing.audit_rows import rebuild_audits
from icd9_review.store.auditing.audits import (
    accuracy_audits,
    accuracy_by_coder,
    audit,
    audits,
    own_audit,
    own_audits,
    quick_signed,
)
from icd9_review.store.auditing.cause_figures import causes_by_coder
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.samples import keep_sample
from icd9_review.store.auditing.steps import (
    adjudicate,
    answer_audit,
    close_audit,
    remark_on,
    return_to_coder,
    set_audited_codes,
    withdraw_audit,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AuditRow
from icd9_review.store.deciding.decisions import review_state
from icd9_review.store.exporting.audit_code_rows import audit_code_rows
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.accounts import add_account, change_account
from icd9_review.store.people.teams import add_team
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import (
    Action,
    Audit,
    AuditedCode,
    AuditStatus,
    Confidence,
    DifferenceCause,
    Encounter,
    EventKind,
    Kind,
    Poa,
    PurgeReason,
    Role,
    SampleQuery,
    User,
)
from tests.encounters import add_scored_encounter, coders
from tests.store.auditing.auditing import (
    begin,
    diagnoses,
    new_key,
    rebutted,
    returned,
    revise,
    second_auditor,
)
from tests.store.auditing.signing import CODED, act, add_signed, auditor, reopen

CODER = DifferenceCause.CODER


def settle(database: Database, found: Audit, by: User, *overturned: str) -> Audit:
    return adjudicate(
        *(database, found.id, Confidence.SURE, DifferenceCause.GUIDELINE),
        overturned=overturned,
        words="Ask the council.",
        guideline=True,
        actor=by,
        key=new_key(),
    )


def test_the_signed_codes_are_frozen_and_the_auditors_begin_as_they_are(
    database: Database,
) -> None:
    chart, who = add_signed(database), auditor(database)
    found = begin(database, chart)
    assert found.coded == found.audited == tuple(diagnoses("428.0", "427.31"))
    assert (found.label, found.status, found.signer) == ("A-00001", AuditStatus.OPEN, 2)
    assert (found.auditor, found.encounter_id, found.blind) == (who.id, chart.id, False)
    event = ledger.events(database, chart.id)[-1]
    assert event.kind is EventKind.AUDIT_OPENED
    signed = ledger.events(database, chart.id)[found.signature - 1]
    assert signed.kind is EventKind.FINALISED
    assert event.payload["codes_sha256"] == signed.payload["codes_sha256"]
    assert audit(database, found.id, actor=who) == found


def test_an_audit_goes_its_way_to_the_end(database: Database) -> None:
    """Two codes: one missed, one too many; the coder is right in the second."""
    coder, who, judge = coders(database)[0], auditor(database), second_auditor(database)
    found = returned(database)
    assert [each.words for each in found.remarks.values()] == ["See the echo."] * 2
    assert [each.status for each in own_audits(database, actor=coder)] == [AuditStatus.RETURNED]
    mine = answer_audit(
        *(database, found.id), agreed=False, words="It is charted.", actor=coder, key=new_key()
    )
    assert (mine.status, mine.answer and mine.answer.words) == (
        *(AuditStatus.REBUTTED, "It is charted."),
    )
    settled = settle(database, found, judge, "deleted/diagnosis/427.31/")
    given = settled.adjudication
    assert given
    assert (given.actor, given.confidence, given.guideline) == (judge.id, Confidence.SURE, True)
    assert given.words == "Ask the council."
    final = close_audit(database, found.id, reopen=True, actor=who, key=new_key())
    assert (final.status, final.reopen, final.chart_reopened) == (AuditStatus.FINAL, True, False)
    (figures,) = accuracy_by_coder(database, actor=who)
    assert (figures.coder, figures.figures.audits) == (coder.id, 1)
    assert figures.figures.codes.value == pytest.approx(2 / 3)
    assert review_state(database, found.encounter_id).signed is not None
    reopen(database, _chart(database, found), coder)
    assert own_audit(database, found.id, actor=coder).chart_reopened
    assert [each.kind for each in ledger.events(database, found.encounter_id)][-8:] == [
        *(EventKind.AUDIT_CODED, EventKind.AUDIT_REMARKED, EventKind.AUDIT_REMARKED),
        *(EventKind.AUDIT_RETURNED, EventKind.AUDIT_ANSWERED, EventKind.AUDIT_ADJUDICATED),
        *(EventKind.AUDIT_CLOSED, EventKind.REOPENED),
    ]
    assert verify(database) == []


@pytest.mark.parametrize(
    ("codes", "costs"),
    [
        (CODED, set()),
        (("428.0", "427.31", "486"), {AccuracyPart.CODES, AccuracyPart.CASES}),
        (("428.0",), {AccuracyPart.CASES, AccuracyPart.KEPT}),
        (("427.31", "428.0"), {AccuracyPart.CODES, AccuracyPart.CASES}),
        (("428.0", "486", "427.31"), {AccuracyPart.ORDER}),
    ],
)
def test_behind_a_figure_stand_the_audits_that_cost_something_in_it(
    sqlite: Database, codes: tuple[str, ...], costs: set[AccuracyPart]
) -> None:
    coder, who = coders(sqlite)[0], auditor(sqlite)
    signed = ("428.0", "427.31", "486") if AccuracyPart.ORDER in costs else CODED
    found = revise(sqlite, begin(sqlite, add_signed(sqlite, signed)), diagnoses(*codes))
    assert accuracy_audits(sqlite, coder.id, actor=who) == ()
    if costs:
        return_to_coder(sqlite, found.id, actor=who, key=new_key())
        answer_audit(sqlite, found.id, agreed=True, actor=coder, key=new_key())
    close_audit(sqlite, found.id, reopen=False, actor=who, key=new_key())
    assert [each.id for each in accuracy_audits(sqlite, coder.id, actor=who)] == [found.id]
    assert accuracy_audits(sqlite, who.id, actor=who) == ()
    (figures,) = accuracy_by_coder(sqlite, actor=who)
    for part in AccuracyPart:
        listed = accuracy_audits(sqlite, coder.id, part, actor=who)
        falls_short = getattr(figures.figures, part.name.lower()).value < 1
        assert (bool(listed), falls_short) == (part in costs, part in costs), part


def test_causes_are_those_of_the_auditor_or_of_whoever_settled_it(database: Database) -> None:
    """Two differences each: one audit agreed to, one settled with the coder right in one."""
    coder, who = coders(database)[0], auditor(database)
    found = returned(database)
    answer_audit(database, found.id, agreed=True, actor=coder, key=new_key())
    close_audit(database, found.id, reopen=False, actor=who, key=new_key())
    (one,) = causes_by_coder(database, actor=who)
    assert (one.coder, one.audits, one.causes) == (coder.id, 1, CauseCount(coder=2))
    disputed = rebutted(database, coder)
    upheld = compare_codes(disputed.coded, disputed.audited).differences[0].key
    settled = settle(database, disputed, second_auditor(database), upheld)
    assert causes_by_coder(database, actor=who) == (one,)  # nothing counts before it is final
    close_audit(database, settled.id, reopen=False, actor=who, key=new_key())
    (both,) = causes_by_coder(database, actor=who)
    assert both.causes == CauseCount(coder=2, guideline=1)
    listed = accuracy_audits(database, None, DifferenceCause.GUIDELINE, actor=who)
    assert [each.id for each in listed] == [settled.id]
    told = [row for row in audit_code_rows(database, actor=who) if row.difference]
    counted = Counter(counted_cause(row.audit, row.difference) for row in told if row.difference)
    assert counted == {DifferenceCause.CODER: 2, DifferenceCause.GUIDELINE: 1, None: 1}


def test_causes_of_a_former_program_wait_to_be_worked_out(sqlite: Database) -> None:
    """They verify, and are said to be missing until then."""
    coder, who = coders(sqlite)[0], auditor(sqlite)
    found = returned(sqlite)
    answer_audit(sqlite, found.id, agreed=True, actor=coder, key=new_key())
    close_audit(sqlite, found.id, reopen=False, actor=who, key=new_key())
    with sqlite.write() as session:
        session.execute(update(AuditRow).values(documentation=None, coder=None))
    (waiting,) = causes_by_coder(sqlite, actor=who)
    assert (waiting.uncounted, waiting.causes, verify(sqlite)) == (1, CauseCount(), [])
    rebuild_audits(sqlite)
    assert causes_by_coder(sqlite, actor=who)[0].causes == CauseCount(coder=2)


def test_what_is_agreed_is_closed_without_a_judge(database: Database) -> None:
    coder, who = coders(database)[0], auditor(database)
    found = returned(database)
    answer_audit(database, found.id, agreed=True, actor=coder, key=new_key())
    final = close_audit(database, found.id, reopen=False, actor=who, key=new_key())
    assert (final.status, final.reopen) == (AuditStatus.FINAL, False)


def test_where_nothing_differs_the_auditor_closes_at_once(database: Database) -> None:
    found, who = begin(database), auditor(database)
    with pytest.raises(DecisionError, match="no difference"):
        return_to_coder(database, found.id, actor=who, key=new_key())
    assert close_audit(database, found.id, reopen=False, actor=who, key=new_key()).is_closed
    assert accuracy_by_coder(database, actor=who)[0].figures.codes.value == 1


def test_it_does_not_go_to_the_coder_before_every_difference_has_its_cause(
    sqlite: Database,
) -> None:
    found, who = begin(sqlite), auditor(sqlite)
    set_audited_codes(
        *(sqlite, found.id, diagnoses("428.0", "486")),
        seen=found.sequence,
        actor=who,
        key=new_key(),
    )
    with pytest.raises(DecisionError, match="2 differences have no cause"):
        return_to_coder(sqlite, found.id, actor=who, key=new_key())
    with pytest.raises(ConflictError, match="not there any more"):
        remark_on(sqlite, found.id, "added/diagnosis//401.9", CODER, actor=who, key=new_key())


def test_nobody_judges_what_they_signed(database: Database) -> None:
    """An administrator may code and audit, but not both of one chart."""
    both = add_account(database, "Ben Ode", Role.ADMINISTRATOR, by=system_user(database))
    chart = add_signed(database, coder=both)
    with pytest.raises(DecisionError, match="You signed E-00001"):
        open_audit(database, chart.id, actor=both, key=new_key())
    found = begin(database, chart)
    with pytest.raises(DecisionError, match="somebody else has to judge it"):
        withdraw_audit(database, found.id, actor=both, key=new_key())


def test_an_auditor_judges_their_own_audit_only_where_nobody_else_may(database: Database) -> None:
    coder, by = coders(database)[0], system_user(database)
    who = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    found = rebutted(database, coder, by=who)
    with pytest.raises(DecisionError, match="ask another auditor"):
        settle(database, found, who)
    change_account(database, auditor(database), by=by, active=False)
    assert settle(database, found, who).status is AuditStatus.ADJUDICATED


def test_what_nobody_is_left_to_answer_is_settled_without_an_answer(database: Database) -> None:
    coder, judge = coders(database)[0], second_auditor(database)
    found = returned(database)
    with pytest.raises(DecisionError, match="with the coder; what the coder rebutted"):
        settle(database, found, judge)
    change_account(database, coder, by=system_user(database), active=False)
    assert settle(database, found, judge).status is AuditStatus.ADJUDICATED


def test_only_the_signer_answers_once_and_says_why_not(database: Database) -> None:
    first, second = coders(database)
    found = returned(database)
    answer = partial(answer_audit, database, found.id)
    with pytest.raises(DecisionError, match="somebody else signed"):
        answer(agreed=True, actor=second, key=new_key())
    with pytest.raises(NotFound):
        own_audit(database, found.id, actor=second)
    with pytest.raises(DecisionError, match="why you do not agree"):
        answer(agreed=False, words=" \n", actor=first, key=new_key())
    answer(agreed=True, actor=first, key=new_key())
    with pytest.raises(DecisionError, match="is agreed; it is answered once"):
        answer(agreed=True, actor=first, key=new_key())
    assert own_audits(database, actor=second) == ()


def test_the_coder_does_not_see_an_audit_before_it_was_returned(database: Database) -> None:
    found, coder = begin(database), coders(database)[0]
    assert own_audits(database, actor=coder) == ()
    with pytest.raises(NotFound):
        own_audit(database, found.id, actor=coder)


def test_two_auditors_at_once_are_one_audit_and_one_refusal(database: Database) -> None:
    chart = add_signed(database)
    people = auditor(database), second_auditor(database)

    def attempt(who: User) -> str:
        try:
            return open_audit(database, chart.id, actor=who, key=new_key()).label
        except ReviewError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(attempt, people))
    assert told[0] == "A-00001"
    assert "audits E-00001 already (A-00001)" in told[1]


def test_another_audit_may_follow_one_that_is_closed(database: Database) -> None:
    chart, other = add_signed(database), second_auditor(database)
    first = begin(database, chart)
    with pytest.raises(DecisionError, match="only its auditor changes it"):
        revise(database, first, diagnoses("428.0"), by=other)
    withdraw_audit(database, first.id, actor=other, key=new_key())
    assert begin(database, chart, by=other).label == "A-00002"
    assert accuracy_by_coder(database, actor=other) == ()


def test_two_tabs_of_one_auditor_overwrite_nothing(database: Database) -> None:
    found, who = begin(database), auditor(database)
    send = partial(set_audited_codes, database, found.id, seen=found.sequence, actor=who)
    first = send(diagnoses("428.0"), key="tab-1")
    assert send(diagnoses("428.0"), key="tab-1") == first
    with pytest.raises(ConflictError, match="another tab"):
        send(diagnoses("427.31"), key="tab-2")
    with pytest.raises(ConflictError, match="used for something else"):
        return_to_coder(database, found.id, actor=who, key="tab-1")
    assert audit(database, found.id, actor=who).audited == tuple(diagnoses("428.0"))


def test_an_encounter_that_is_not_signed_now_is_not_audited(database: Database) -> None:
    who = auditor(database)
    fresh, chart = add_scored_encounter(database), add_signed(database)
    with pytest.raises(DecisionError, match="E-00001 is not signed"):
        open_audit(database, fresh.id, actor=who, key=new_key())
    reopen(database, chart)
    with pytest.raises(DecisionError, match="E-00002 was reopened and is not signed again"):
        open_audit(database, chart.id, actor=who, key=new_key())


def test_an_audit_stays_with_its_signature_when_the_chart_is_reopened(database: Database) -> None:
    chart, coder, who = add_signed(database), coders(database)[0], auditor(database)
    found = begin(database, chart)
    reopen(database, chart)
    act(database, chart, coder, Action.ADD, "401.9")
    act(database, chart, coder, Action.SET_POA, "401.9", poa=Poa.YES)
    act(database, chart, coder, Action.FINALISE)
    still = audit(database, found.id, actor=who)
    assert (still.coded, still.chart_reopened) == (found.coded, True)
    another = begin(database, chart, by=second_auditor(database))
    assert len(another.coded) == 3
    assert not another.chart_reopened


def test_a_code_retired_meanwhile_may_stay_and_does_not_come_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, who = begin(database), auditor(database)
    monkeypatch.setattr(audit_rules, "is_valid", lambda _, code: code not in ("427.31", "486"))
    send = partial(set_audited_codes, database, found.id, seen=found.sequence, actor=who)
    with pytest.raises(CodeError, match="'486' is no diagnosis code of version 32"):
        send(diagnoses("428.0", "427.31", "486"), key=new_key())
    kept = send(diagnoses("427.31", "428.0"), key=new_key())
    assert [each.code for each in kept.audited] == ["427.31", "428.0"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (diagnoses("428.0", "428.0"), "twice"),
        ([AuditedCode("45.23", Kind.PROCEDURE, Poa.YES)], "diagnoses only"),
        ([AuditedCode("486", instead_of="401.9")], "was not signed"),
        ([AuditedCode("428")], "no diagnosis code"),
        ([AuditedCode("<script>")], "no diagnosis code"),
    ],
)
def test_codes_that_cannot_be_are_refused(
    sqlite: Database, codes: list[AuditedCode], said: str
) -> None:
    found = begin(sqlite)
    with pytest.raises(InputError, match=said):
        set_audited_codes(
            *(sqlite, found.id, codes), seen=found.sequence, actor=auditor(sqlite), key=new_key()
        )


@pytest.mark.parametrize("words", ["x" * 2001, "a\x00b"])
def test_words_that_cannot_be_are_refused(sqlite: Database, words: str) -> None:
    found = returned(sqlite)
    with pytest.raises(InputError, match="The words"):
        answer_audit(
            *(sqlite, found.id), agreed=False, words=words, actor=coders(sqlite)[0], key=new_key()
        )


def test_a_blind_audit_names_nobody_before_it_is_closed(database: Database) -> None:
    chart, who, coder = add_signed(database), auditor(database), coders(database)[0]
    found = open_audit(database, chart.id, actor=who, key=new_key(), blind=True)
    assert found.signer is None
    assert audit(database, found.id, actor=who).signer is None
    assert [each.signer for each in audits(database, actor=who)] == [None]
    changed = revise(database, found, diagnoses("428.0", "486"))
    assert changed.signer is None
    assert return_to_coder(database, found.id, actor=who, key=new_key()).signer is None
    mine = answer_audit(database, found.id, agreed=True, actor=coder, key=new_key())
    assert mine.signer == coder.id
    assert close_audit(database, found.id, reopen=False, actor=who, key=new_key()).signer == 2
    assert [each.signer for each in audits(database, actor=who)] == [coder.id]


def test_an_audit_of_a_sample_says_so(database: Database) -> None:
    chart, other, who = add_signed(database), add_scored_encounter(database), auditor(database)
    drawn = keep_sample(database, SampleQuery(1), actor=who, key="draw")
    with pytest.raises(DecisionError, match="is not signed"):
        open_audit(database, other.id, actor=who, key=new_key(), sample=drawn.number)
    with pytest.raises(NotFound, match="not drawn in sample 9"):
        open_audit(database, chart.id, actor=who, key=new_key(), sample=9)
    found = open_audit(database, chart.id, actor=who, key=new_key(), sample=drawn.number)
    close_audit(database, found.id, reopen=False, actor=who, key=new_key())
    assert [each.sample for each in audits(database, actor=who)] == [1]
    assert len(accuracy_by_coder(database, sample=1, actor=who)) == 1
    assert accuracy_by_coder(database, sample=2, actor=who) == ()


def test_decisions_that_came_fast_are_marked(database: Database) -> None:
    """The tests sign within milliseconds."""
    found = begin(database)
    quick = quick_signed(database, found.id, actor=auditor(database))
    assert quick == {(Kind.DIAGNOSIS, "427.31")}


def test_a_purge_takes_the_words_of_an_audit(database: Database) -> None:
    coder, judge = coders(database)[0], second_auditor(database)
    found = rebutted(database, coder)
    purge(database, found.encounter_id, PurgeReason.REQUEST, actor=system_user(database))
    after = audit(database, found.id, actor=judge)
    assert {each.words for each in after.remarks.values()} == {""}
    assert after.answer
    assert after.answer.words == ""
    with pytest.raises(TextPurged):
        settle(database, found, judge)
    adjudicate(
        *(database, found.id, Confidence.UNSURE, DifferenceCause.EDGE),
        actor=judge,
        key=new_key(),
    )
    assert verify(database) == []
    with pytest.raises(TextPurged):
        begin(database, _chart(database, found))


def test_rows_worked_out_again_are_the_same(database: Database) -> None:
    coder, who = coders(database)[0], auditor(database)
    rebutted(database, coder)
    final = begin(database)
    close_audit(database, final.id, reopen=False, actor=who, key=new_key())
    before = audits(database, actor=who), accuracy_by_coder(database, actor=who)
    assert rebuild_audits(database) == 2
    after = audits(database, actor=who), accuracy_by_coder(database, actor=who)
    assert after[0] == before[0]
    assert repr(after[1]) == repr(before[1])


def test_the_list_takes_what_stands_so(database: Database) -> None:
    who = auditor(database)
    waiting, opened = returned(database), begin(database)
    assert [each.id for each in audits(database, actor=who)] == [opened.id, waiting.id]
    (only,) = audits(database, (AuditStatus.RETURNED,), actor=who)
    assert (only.id, only.differences, only.encounter) == (waiting.id, 2, "E-00001")


def test_of_an_encounter_of_another_team_nobody_audits(database: Database) -> None:
    chart, by = add_signed(database), system_user(database)
    found = begin(database, chart)
    move_encounter(database, chart.number, add_team(database, "Cardiology", by=by), by=by)
    restricted = replace(database, restricted=True)
    somebody = add_account(database, "Ben Ode", Role.ADMINISTRATOR, by=by)
    assert audits(restricted, actor=somebody) == ()
    for call in (
        lambda: audit(restricted, found.id, actor=somebody),
        lambda: withdraw_audit(restricted, found.id, actor=somebody, key=new_key()),
        lambda: quick_signed(restricted, found.id, actor=somebody),
    ):
        with pytest.raises(Restricted):
            call()
    with pytest.raises(PermissionDenied):
        audit(restricted, found.id, actor=coders(database)[0])


def _chart(database: Database, found: Audit) -> Encounter:
    return encounter(database, found.encounter_id)
