"""A fact that somebody set, in the row of its encounter, where edits, lists and exports read it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from icd9_review.notes.intake.fact_texts import facts_from, facts_of
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.intake.encounters import load_encounter
from icd9_review.values import Decision, Encounter, Fact


def set_fact(session: Session, encounter_id: str, decision: Decision) -> Encounter:
    """Project a SET_FACT that the rules let pass, with its event; the encounter as it is then."""
    before = load_encounter(session, encounter_id)
    given: Mapping[Fact, str | None] = facts_of(before)
    if decision.fact is not None:
        given = {**given, decision.fact: decision.value}
    facts = facts_from(before.setting, given)
    row = session.get_one(EncounterRow, encounter_id)
    row.age, row.sex = facts.age, facts.sex
    row.admitted, row.discharged = facts.admitted, facts.discharged
    row.disposition = facts.disposition
    session.flush()
    return load_encounter(session, encounter_id)
