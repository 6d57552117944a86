"""What is done to the charts of a kept database: each stands for one way a chart can stand.

Every note is invented. Decisions go through ``decide`` as those of the workbench do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from icd9_review.store.code_lists import lists_in_force
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.intake.encounters import add_note, create_encounter
from icd9_review.store.intake.encounters import encounter as load
from icd9_review.store.users import users
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.claims import claim, take_over
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Encounter,
    HoldReason,
    Kind,
    NewEncounter,
    NewNote,
    Poa,
    RejectReason,
    ReopenReason,
    Sex,
    Span,
    User,
    WorklistQuery,
)

STAY = NewEncounter(CareSetting.INPATIENT, 71, Sex.FEMALE, date(2014, 3, 12), date(2014, 3, 18))
VISIT = NewEncounter(CareSetting.OUTPATIENT, 46, Sex.MALE, date(2014, 4, 2), date(2014, 4, 2))
SUMMARY = NewNote(
    "DISCHARGE DIAGNOSES: 1. Congestive heart failure. 2. Atrial fibrillation, on Coumadin. "
    "3. Pneumonia.\nHemodialysis for the kidney on day two 😀. She went home in good condition.\n",
    "Discharge summary",
)
LETTER = NewNote("Diabetes mellitus, seen for hypertension. Urinary tract infection.", "Letter")
LATE = NewNote("Addendum: sepsis on admission, from the urinary tract.", "Late addendum")
WORDS = "Waiting for Dr. O'Neill: was the »failure« acute?"


@dataclass(frozen=True)
class Ward:
    """A database and its people; the keys are the same for the same step of every telling."""

    database: Database
    steps: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def people(self) -> Mapping[str, User]:
        return {person.name: person for person in users(self.database)}

    @property
    def coder(self) -> User:
        return self.people["Development coder"]

    @property
    def second(self) -> User:
        return self.people["Second coder"]

    def key(self) -> str:
        return f"kept-{next(self.steps)}"

    def admit(self, facts: NewEncounter, *notes: NewNote, version: str) -> Encounter:
        return create_encounter(
            self.database, facts, notes, actor=self.coder, key=self.key(), model_version=version
        )

    def find(self, number: int) -> Encounter:
        """The encounter with this number."""
        rows = worklist(self.database, WorklistQuery()).rows
        return load(self.database, next(row.id for row in rows if row.number == number))

    def decide(self, encounter: Encounter, action: Action, code: str = "", **parts: Any) -> None:
        """As the coder, who has seen everything so far, or as the ``actor`` among the parts."""
        actor = parts.pop("actor", self.coder)
        seen = last_sequence(self.database, encounter.id)
        decision = Decision(self.key(), action, code, "tab-1", seen, **parts)
        lists = lists_in_force(self.database)
        decide(self.database, encounter.id, decision, actor, lists=lists)


def decide_on_much(ward: Ward, encounter: Encounter) -> None:
    """An open chart with every kind of decision on codes."""
    ward.decide(encounter, Action.ACCEPT, "428.0")
    ward.decide(encounter, Action.ACCEPT, "427.31")
    ward.decide(encounter, Action.REJECT, "486", reason=RejectReason.OTHER, words=WORDS)
    ward.decide(encounter, Action.REJECT, "599.0", reason=RejectReason.UNCERTAIN)
    ward.decide(encounter, Action.UNDO, "599.0")
    spans = (Span(encounter.notes[1].id, 0, 17),)
    other = {"by": "250.02", "evidence": spans, "actor": ward.second}
    ward.decide(encounter, Action.REPLACE, "250.00", **other)
    ward.decide(encounter, Action.ADD, "38.93", kind=Kind.PROCEDURE)
    _add_dialysis(ward, encounter)
    ward.decide(encounter, Action.RESEQUENCE, "39.95", kind=Kind.PROCEDURE, position=0)
    ward.decide(encounter, Action.RESEQUENCE, "427.31", position=0)
    ward.decide(encounter, Action.SET_POA, "428.0", poa=Poa.YES)
    ward.decide(encounter, Action.SET_POA, "427.31", poa=Poa.UNDETERMINED)
    ward.decide(encounter, Action.SET_POA, "427.31", poa=None)
    ward.decide(encounter, Action.SET_ADMITTING, "786.05")


def comment(ward: Ward, encounter: Encounter) -> None:
    """A clinician's comments."""
    for words in ("The echo says systolic.\nSee there. 🩺", "Ask me."):
        add_comment(
            ward.database,
            encounter.id,
            Kind.DIAGNOSIS,
            "428.0",
            words,
            actor=ward.people["Development clinician"],
            key=ward.key(),
        )


def hold(ward: Ward, encounter: Encounter) -> None:
    """Held, released, and held again with words; assigned, and taken over."""
    ward.decide(encounter, Action.ACCEPT, "428.0")
    ward.decide(encounter, Action.HOLD, reason=HoldReason.DOCUMENT)
    ward.decide(encounter, Action.RELEASE, actor=ward.second)
    ward.decide(encounter, Action.HOLD, reason=HoldReason.OTHER, words=WORDS)
    administrator = ward.people["Development administrator"]
    assign(ward.database, [encounter.id], ward.second.id, administrator)
    claim(ward.database, encounter.id, ward.coder)
    take_over(ward.database, encounter.id, ward.second)


def sign(ward: Ward, encounter: Encounter) -> None:
    """Diagnoses that were suggested, added and replaced, and a procedure, signed."""
    for code in ("428.0", "427.31", "V58.61"):
        ward.decide(encounter, Action.ACCEPT, code)
    ward.decide(encounter, Action.REPLACE, "486", by="482.9", evidence=_span(encounter, "Pneu"))
    ward.decide(encounter, Action.ADD, "V45.11", evidence=_span(encounter, "kidney"))
    ward.decide(encounter, Action.ACCEPT, "39.95", kind=Kind.PROCEDURE)
    performed = {"kind": Kind.PROCEDURE, "performed": date(2014, 3, 14)}
    ward.decide(encounter, Action.SET_PERFORMED, "39.95", **performed)
    ward.decide(encounter, Action.SET_ADMITTING, "786.05")
    for code in ("428.0", "427.31", "V45.11"):
        ward.decide(encounter, Action.SET_POA, code, poa=Poa.YES)
    ward.decide(encounter, Action.SET_POA, "482.9", poa=Poa.NO)
    ward.decide(encounter, Action.SET_POA, "V58.61", poa=Poa.EXEMPT)
    ward.decide(encounter, Action.RESEQUENCE, "427.31", position=0)
    ward.decide(encounter, Action.FINALISE)


def sign_before_late_note(ward: Ward, encounter: Encounter) -> None:
    """Signed by the other coder, and then a note came in."""
    ward.decide(encounter, Action.ACCEPT, "428.0", actor=ward.second)
    ward.decide(encounter, Action.SET_POA, "428.0", poa=Poa.YES, actor=ward.second)
    ward.decide(encounter, Action.RESEQUENCE, "428.0", position=0, actor=ward.second)
    ward.decide(encounter, Action.FINALISE, actor=ward.second)
    key = ward.key()
    add_note(ward.database, encounter.id, LATE, actor=ward.coder, key=key, model_version=None)


def reopen(ward: Ward, encounter: Encounter) -> None:
    """Signed and reopened with words; a code that was signed is rejected since."""
    sign(ward, encounter)
    ward.decide(encounter, Action.REOPEN, reason=ReopenReason.OTHER, words="The answer came.")
    ward.decide(encounter, Action.REJECT, "V58.61", reason=RejectReason.HISTORY)


def sign_again(ward: Ward, encounter: Encounter) -> None:
    """Signed by another person over other codes than before."""
    ward.decide(encounter, Action.RESEQUENCE, "428.0", position=0)
    ward.decide(encounter, Action.SET_PERFORMED, "39.95", kind=Kind.PROCEDURE, performed=None)
    ward.decide(encounter, Action.FINALISE, actor=ward.second)


def sign_visit(ward: Ward, encounter: Encounter) -> None:
    """An outpatient chart: no indicators, no procedures."""
    for code in ("250.00", "401.9", "599.0"):
        ward.decide(encounter, Action.ACCEPT, code)
    ward.decide(encounter, Action.FINALISE)


def _add_dialysis(ward: Ward, encounter: Encounter) -> None:
    code = {"code": "39.95", "kind": Kind.PROCEDURE}
    ward.decide(encounter, Action.ADD, **code, evidence=_span(encounter, "Hemodialysis"))
    ward.decide(encounter, Action.SET_PERFORMED, **code, performed=date(2014, 3, 13))


def _span(encounter: Encounter, word: str) -> tuple[Span, ...]:
    """Where the first note says so."""
    note = encounter.notes[0]
    start = note.text.index(word)
    return (Span(note.id, start, start + len(word)),)
