"""Queries, audits, gold and second coders with hostile text of every class, and hostile names."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from icd9_review.errors import ReviewError
from icd9_review.notes import check_encounter
from icd9_review.quality.audit import compare_codes
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.samples import keep_sample
from icd9_review.store.auditing.steps import (
    adjudicate,
    answer_audit,
    close_audit,
    remark_on,
    return_to_coder,
    set_audited_codes,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import create_encounter, encounter
from icd9_review.store.querying.queries import answer_query, ask_physician
from icd9_review.store.recoding.gold_encounters import keep_audited
from icd9_review.store.recoding.gold_trials import give_gold, gold_trials
from icd9_review.store.recoding.seconds import ask_second
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.values import (
    Audit,
    AuditedCode,
    CareSetting,
    Confidence,
    DifferenceCause,
    Encounter,
    NewNote,
    PhysicianQueryDraft,
    PhysicianQueryReason,
    Role,
    SampleQuery,
    Span,
    Stratifier,
    User,
)
from tests.browser.hostile_database import TEXT, WORDS, HostileDatabase, try_each
from tests.encounters import make_model, make_scores
from tests.hostile import BY_CLASS
from tests.store.auditing.signing import sign

CODES: Final = (
    *("486", "401.9", "250.00", "276.1", "285.9", "599.0", "585.9", "244.9", "272.4", "530.81"),
    *("496", "414.01", "305.1", "V45.81", "V58.61", "518.81", "584.9", "287.5", "780.60", "414.8"),
)
"""What an auditor adds: a difference for each text."""
_KEYS = count(1)


@dataclass(frozen=True, slots=True)
class HostileQuality:
    """Ids of two audits: one of what the coder signed, which waits for whoever settles it, and one
    that is settled and is gold."""

    rebutted: str
    settled: str


def fill_quality(database: Database, has: HostileDatabase) -> HostileQuality:
    """Hostile text wherever second review, queries and gold keep text."""
    _ask(database, has)
    strangers = {role: _named(has, role) for role in (Role.CODER, Role.ADMINISTRATOR)}
    auditors = strangers[Role.ADMINISTRATOR]
    first, second, third, *_ = strangers[Role.CODER]
    mine = _audit(database, has.people[Role.CODER], auditors[0])
    theirs = _audit(database, first, auditors[0])
    settled = _settle(database, theirs, auditors[1])
    auditor = has.people[Role.AUDITOR]
    strata = (Stratifier.SERVICE, Stratifier.CODER)
    keep_sample(database, SampleQuery(2, strata=strata), actor=auditor, key=_key())
    gold = keep_audited(database, settled.id, onboarding=True, actor=auditors[0], key=_key())
    assert give_gold(database, [gold.number], [second.id], actor=auditor).made == 1
    (trial,) = gold_trials(database, actor=auditor)
    _read_and_sign(database, encounter(database, trial.encounter_id), second)
    ask_second(database, mine.encounter_id, third.id, actor=auditor)
    return HostileQuality(mine.id, settled.id)


def _key() -> str:
    return f"hostile-{next(_KEYS)}"


def _named(has: HostileDatabase, role: Role) -> list[User]:
    """People of a role whom nobody knows, whose name is a formula first."""
    found = [each for each in has.strangers if each.role is role]
    return sorted(found, key=lambda each: not each.name.startswith(BY_CLASS["formula"]))


def _ask(database: Database, has: HostileDatabase) -> None:
    """Queries with these words in question, answers and reply; the last is open."""
    (coder, *_), doctor = _named(has, Role.CODER), has.people[Role.CLINICIAN]
    place = Span(encounter(database, has.coded).notes[0].id, 0, 10)
    reason = PhysicianQueryReason.SPECIFICITY

    def ask(words: str) -> int:
        question = f"In your clinical judgement, which kind is it? {words}"
        draft = PhysicianQueryDraft(
            reason, question, (f"Systolic {words}"[:200], "Diastolic"), (place,)
        )
        return ask_physician(database, has.coded, draft, actor=coder, key=_key()).sequence

    def ask_and_answer(words: str) -> None:
        given = {"option": 0, "words": words, "actor": doctor, "key": _key()}
        answer_query(database, has.coded, ask(words), **given)  # type: ignore[arg-type]

    try_each(ask_and_answer)
    ask(WORDS[:900])


def _audit(database: Database, coder: User, auditor: User) -> Audit:
    """An audit of what a coder signed, with these words on its differences and of the coder."""
    chart = _sign(database, coder)
    audit = open_audit(database, chart.id, actor=auditor, key=_key())
    codes = [AuditedCode(each) for each in ("428.0", *CODES)]
    set_audited_codes(database, audit.id, codes, seen=audit.sequence, actor=auditor, key=_key())
    audit = _remark(database, replace(audit, audited=tuple(codes)), auditor)
    return_to_coder(database, audit.id, actor=auditor, key=_key())
    return answer_audit(database, audit.id, agreed=False, words=WORDS, actor=coder, key=_key())


def _sign(database: Database, coder: User) -> Encounter:
    """A chart of a hostile service and title that a coder signed."""
    facts = check_encounter(
        CareSetting.INPATIENT, service=BY_CLASS["script"], payer=BY_CLASS["event"]
    )
    note = NewNote(TEXT, BY_CLASS["attribute"])
    chart = create_encounter(database, facts, [note], actor=coder, key=_key(), model_version=None)
    _read_and_sign(database, chart, coder)
    return chart


def _read_and_sign(database: Database, chart: Encounter, coder: User) -> None:
    register_model(database, make_model())
    save_scores(database, chart.notes[0].id, make_scores(make_model(), length=len(TEXT)))
    sign(database, chart, coder=coder)


def _remark(database: Database, audit: Audit, auditor: User) -> Audit:
    """A cause for each difference, and one of these words as far as they are taken."""
    differences = compare_codes(audit.coded, audit.audited).differences
    texts = iter(BY_CLASS.values())
    said = 0
    for each in differences:
        cause, given = DifferenceCause.CODER, (database, audit.id, each.key)
        remark_on(*given, cause, actor=auditor, key=_key())
        with suppress(ReviewError):
            remark_on(*given, cause, next(texts, WORDS), actor=auditor, key=_key())
            said += 1
    assert said >= len(BY_CLASS) // 2
    return audit


def _settle(database: Database, audit: Audit, judge: User) -> Audit:
    given = (database, audit.id, Confidence.SURE, DifferenceCause.GUIDELINE)
    adjudicate(*given, words=WORDS, actor=judge, key=_key())
    return close_audit(database, audit.id, reopen=True, actor=judge, key=_key())
