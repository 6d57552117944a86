"""An auditor's codes changed by decisions, and what of the signing stands beside them."""

from __future__ import annotations

import pytest

from icd9_review.errors import ConflictError, DecisionError
from icd9_review.quality.audited_chart import audited_after
from icd9_review.store.auditing.audits import audit
from icd9_review.store.auditing.looking import (
    beside_signed_codes,
    explained_at_signing,
    read_at_signing,
    suggested_at_signing,
)
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.steps import set_audited_codes
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import review_state
from icd9_review.store.users import users
from icd9_review.suggestions import merge, rank
from icd9_review.values import (
    Action,
    AttributionKey,
    Audit,
    AuditedCode,
    CareSetting,
    CodeKey,
    Decision,
    Kind,
    Poa,
    Role,
    Span,
    User,
    Window,
)
from tests.encounters import add_scored_encounter, coders
from tests.store.auditing.auditing import begin, diagnoses, new_key
from tests.store.auditing.signing import act, add_signed, auditor, sign


def decide(
    database: Database, found: Audit, action: Action, code: str, seen: int, client: str = "tab"
) -> Audit:
    decision = Decision(new_key(), action, code, client, seen)

    def change(stands: Audit) -> tuple[AuditedCode, ...]:
        return audited_after(stands, decision, CareSetting.INPATIENT)

    return set_audited_codes(
        *(database, found.id, change),
        seen=decision.seen,
        client=client,
        actor=auditor(database),
        key=decision.key,
    )


def test_decisions_of_one_tab_apply_in_their_order_whatever_they_had_seen(
    database: Database,
) -> None:
    found = begin(database)
    for code in ("486", "585.9"):
        decide(database, found, Action.ADD, code, found.sequence)
    decide(database, found, Action.REJECT, "427.31", found.sequence)
    stands = audit(database, found.id, actor=auditor(database))
    assert [each.code for each in stands.audited] == ["428.0", "486", "585.9"]
    order = sorted(stands.since, key=stands.since.__getitem__)
    assert order == [(Kind.DIAGNOSIS, code) for code in ("486", "585.9", "427.31")]
    assert stands.coded == found.coded


def test_what_another_tab_stored_since_is_not_overwritten(database: Database) -> None:
    found = begin(database)
    decide(database, found, Action.ADD, "486", found.sequence, "one")
    with pytest.raises(ConflictError, match="changed in another tab"):
        decide(database, found, Action.ADD, "585.9", found.sequence, "two")
    changed = set_audited_codes(
        *(database, found.id, diagnoses("428.0")),
        seen=audit(database, found.id, actor=auditor(database)).sequence,
        actor=auditor(database),
        key=new_key(),
    )
    with pytest.raises(ConflictError, match="changed in another tab"):
        decide(database, found, Action.ADD, "585.9", found.sequence, "one")
    assert decide(database, found, Action.ADD, "585.9", changed.sequence, "two").audited


def test_the_chart_of_the_coder_stays_as_it_was_signed(sqlite: Database) -> None:
    chart = add_signed(sqlite)
    before = review_state(sqlite, chart.id)
    found = begin(sqlite, chart)
    decide(sqlite, found, Action.REJECT, "428.0", found.sequence)
    after = review_state(sqlite, chart.id)
    assert (after.accepted, after.signed) == (before.accepted, before.signed)


def test_what_was_read_at_the_signing_suggests_what_was_suggested_then(sqlite: Database) -> None:
    found, who = begin(sqlite), auditor(sqlite)
    read = read_at_signing(sqlite, found.id, actor=who)
    assert read.version is not None
    ranked = merge(rank(each, read.version, note) for note, each in read.scores.items())
    told = {(each.kind, each.code): each.shown for each in ranked if each.suggested}
    assert told == suggested_at_signing(sqlite, found.id, actor=who)


def marked(database: Database) -> tuple[Audit, Span]:
    """An audit that is blind to the model, of a chart with words that the coder chose."""
    chart, who = add_scored_encounter(database), coders(database)[0]
    span = Span(chart.notes[0].id, 0, 24)
    act(database, chart, who, Action.ADD, "486", evidence=(span,))
    act(database, chart, who, Action.SET_POA, "486", poa=Poa.YES)
    act(database, chart, who, Action.SET_ADMITTING, "786.50")
    sign(database, chart, ("428.0",))
    blind: User = auditor(database)
    return open_audit(
        *(database, chart.id), actor=blind, key=new_key(), blind=False, blind_model=True
    ), span


def test_nothing_of_the_model_is_read_while_the_audit_is_blind_to_it(sqlite: Database) -> None:
    found, span = marked(sqlite)
    who = auditor(sqlite)
    assert read_at_signing(sqlite, found.id, actor=who).version is None
    key = AttributionKey(span.note_id, Window(0, 0, 3), Kind.DIAGNOSIS, "428.0", "v", "m", "b", "s")
    assert explained_at_signing(sqlite, found.id, [key], actor=who) == {}
    beside = beside_signed_codes(sqlite, found.id, actor=who)
    none: dict[CodeKey, tuple[Span, ...]] = {}
    assert (beside.words, beside.admitting) == (none, "786.50")


def test_an_audit_of_somebody_else_is_not_decided_on(sqlite: Database) -> None:
    boss = next(each for each in users(sqlite) if each.role is Role.ADMINISTRATOR)
    found = begin(sqlite, by=boss)
    with pytest.raises(DecisionError, match="somebody else's"):
        decide(sqlite, found, Action.ADD, "486", found.sequence)
