"""Charts of every kind, coded by the program's own functions, to be multiplied by the thousand."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from icd9_review import codes
from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import ReviewError
from icd9_review.quality.audit import compare_codes
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.steps import (
    answer_audit,
    close_audit,
    remark_on,
    return_to_coder,
    set_audited_codes,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, review_state
from icd9_review.store.deciding.views import record_view
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.people.accounts import add_account
from icd9_review.store.querying.queries import answer_query, ask_physician
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.store.users import system_user, users
from icd9_review.values import (
    Action,
    AuditedCode,
    CareSetting,
    Decision,
    DifferenceCause,
    Encounter,
    EventKind,
    HoldReason,
    Kind,
    ModelVersion,
    NewEncounter,
    NewNote,
    Poa,
    RejectReason,
    Role,
    Sex,
    User,
)
from tests.encounters import NOTE, make_model, make_scores
from tests.store.querying.asking import query_about

CODERS = 20
_LABELS, _KNOWN = 100, 5_000
_KEYS = itertools.count(1)
_LISTS = built_in_lists()
_TITLES = ("Discharge summary", "Operative report", "Office visit", "Emergency note")
_REASONS = (RejectReason.HISTORY, RejectReason.NEGATED, RejectReason.NOT_DOCUMENTED)


class Templates:
    """Makes charts in a database, each with other codes and by another coder."""

    def __init__(self, database: Database, seed: int = 0) -> None:
        self._database = database
        self._chance = np.random.default_rng(seed)
        self._codes = sorted(codes.codes(Kind.DIAGNOSIS))
        self._chance.shuffle(self._codes)
        by = system_user(database)
        self._coders = [
            add_account(database, f"Coder {number:02}", Role.CODER, by=by)
            for number in range(CODERS)
        ]
        self._auditor = next(each for each in users(database) if each.role is Role.AUDITOR)
        self._clinician = next(each for each in users(database) if each.role is Role.CLINICIAN)
        self._models = [self._register(version * 64) for version in "ab"]

    def make(self, count: int) -> dict[str, list[str]]:
        """The ids of the charts by what was done to them; ``count`` of those that are signed."""
        makers: dict[str, tuple[Callable[[], Encounter], int]] = {
            "signed": (self._signed, count),
            "audited": (self._audited, count // 20),
            "audit_under_way": (self._under_audit, 2),
            "answered": (self._answered, 5),
            "scoring": (lambda: self._new(scored=False), 2),
            "open": (self._new, 20),
            "in_progress": (lambda: self._worked()[0], 20),
            "held": (self._held, 5),
            "asked": (self._asked, 5),
        }
        return {name: [make().id for _ in range(number)] for name, (make, number) in makers.items()}

    def _register(self, version: str) -> ModelVersion:
        start = 0 if version[0] == "a" else _LABELS // 2
        model = make_model(version, self._codes[start : start + _LABELS])
        register_model(self._database, model)
        return model

    def _new(self, *, scored: bool = True) -> Encounter:
        """Read by the model, which suggests about three codes."""
        chance, model = self._chance, self._models[-1]
        setting = CareSetting.INPATIENT if chance.random() < 0.25 else CareSetting.OUTPATIENT
        found = create_encounter(
            self._database,
            NewEncounter(
                setting,
                age=int(chance.integers(18, 95)),
                sex=Sex.FEMALE if chance.random() < 0.5 else Sex.MALE,
            ),
            [NewNote(NOTE, str(chance.choice(_TITLES)))],
            actor=self._coder(),
            key=f"template-{next(_KEYS)}",
            model_version=model.version,
        )
        if scored:
            logits = {str(code): 3 * chance.random() for code in self._draw(model.labels, 3)}
            save_scores(self._database, found.notes[0].id, make_scores(model, logits))
        return found

    def _draw(self, among: Any, count: int) -> list[str]:
        """Common ones far more often than rare ones."""
        drawn = (self._chance.pareto(0.8, 4 * count) * 8).astype(np.int64) % len(among)
        return [among[place] for place in dict.fromkeys(drawn.tolist())][:count]

    def _coder(self) -> User:
        return self._coders[int(self._chance.integers(CODERS))]

    def _worked(self) -> tuple[Encounter, User]:
        """Opened and decided on, all but one."""
        found, who = self._new(), self._coder()
        version = self._models[-1].version
        ranked = suggestions(self._database, found.id, version)
        listed = [each.code for each in ranked if each.suggested]
        self._view(found, EventKind.OPENED, who, {})
        shown = {
            "model_version": version,
            "codes": [["diagnosis", code, 0.8123] for code in listed],
            "explanations": True,
        }
        self._view(found, EventKind.SHOWN, who, shown)
        for code in listed[1:]:
            self._decide(found, who, code)
        for code in self._draw(self._codes[:_KNOWN], 1):
            with suppress(ReviewError):
                self._act(found, who, Action.ADD, code)
        return found, who

    def _decide(self, found: Encounter, who: User, code: str) -> None:
        drawn = self._chance.random()
        with suppress(ReviewError):
            if drawn < 0.12:
                reason = _REASONS[int(self._chance.integers(len(_REASONS)))]
                self._act(found, who, Action.REJECT, code, reason=reason)
            elif drawn < 0.2:
                by = self._draw(self._codes[:_KNOWN], 1)[0]
                self._act(found, who, Action.REPLACE, code, by=by)
            else:
                self._act(found, who, Action.ACCEPT, code)

    def _signed(self) -> Encounter:
        """Tried until the codes that were drawn may stand beside each other."""
        while True:
            found, who = self._worked()
            accepted = [each.code for each in review_state(self._database, found.id).accepted]
            try:
                if found.setting is CareSetting.INPATIENT:
                    for code in accepted:
                        with suppress(ReviewError):
                            self._act(found, who, Action.SET_POA, code, poa=Poa.YES)
                    self._act(found, who, Action.RESEQUENCE, accepted[0], position=0)
                self._act(found, who, Action.FINALISE)
            except (ReviewError, IndexError):
                continue
            self._view(found, EventKind.CLOSED, who, {})
            return found

    def _under_audit(self) -> Encounter:
        found = self._signed()
        open_audit(self._database, found.id, actor=self._auditor, key=self._key())
        return found

    def _audited(self) -> Encounter:
        """With one code less than was signed, to which the coder agrees."""
        database, by, found = self._database, self._auditor, self._signed()
        signer = next(each for each in self._coders if each.id == self._signer(found))
        audit = open_audit(database, found.id, actor=by, key=self._key())
        kept = [AuditedCode(each.code, each.kind, each.poa) for each in audit.coded[:-1]]
        audit = set_audited_codes(
            database, audit.id, kept or audit.coded, seen=audit.sequence, actor=by, key=self._key()
        )
        differences = compare_codes(audit.coded, audit.audited).differences
        for each in differences:
            cause = DifferenceCause.CODER
            remark_on(database, audit.id, each.key, cause, actor=by, key=self._key())
        if differences:
            return_to_coder(database, audit.id, actor=by, key=self._key())
            answer_audit(database, audit.id, agreed=True, actor=signer, key=self._key())
        close_audit(database, audit.id, reopen=False, actor=by, key=self._key())
        return found

    def _signer(self, found: Encounter) -> int:
        state = review_state(self._database, found.id)
        assert state.signed is not None
        return state.signed.actor

    def _asked(self) -> Encounter:
        return self._ask()[0]

    def _ask(self) -> tuple[Encounter, int]:
        found, _ = self._worked()
        asked = query_about(found)
        told = ask_physician(self._database, found.id, asked, actor=self._auditor, key=self._key())
        return found, told.sequence

    def _answered(self) -> Encounter:
        found, query = self._ask()
        answer_query(
            self._database, found.id, query, option=0, actor=self._clinician, key=self._key()
        )
        return found

    def _held(self) -> Encounter:
        found, who = self._worked()
        self._act(found, who, Action.HOLD, reason=HoldReason.OTHER, words="Waits for a report.")
        return found

    def _view(self, found: Encounter, kind: EventKind, who: User, said: dict[str, Any]) -> None:
        record_view(self._database, found.id, kind, who, self._key(), said)

    def _act(
        self, found: Encounter, who: User, action: Action, code: str = "", **more: Any
    ) -> None:
        seen = review_state(self._database, found.id).sequence
        decision = Decision(self._key(), action, code, "tab", seen, **more)
        decide(self._database, found.id, decision, who, lists=_LISTS)

    def _key(self) -> str:
        return f"template-{next(_KEYS)}"
