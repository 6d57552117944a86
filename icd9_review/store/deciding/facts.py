"""A fact that somebody set, in the row of its encounter, where edits, lists and exports read it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from icd9_review.notes.intake.fact_texts import facts_from, facts_of
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.intake.encounter_rows import as_encounter
from icd9_review.values import Decision, Encounter, Fact


def set_fact(session: Session, encounter: Encounter, decision: Decision) -> Encounter:
    """Project a SET_FACT that the rules let pass, with its event; the encounter as it is then."""
    given: Mapping[Fact, str | None] = facts_of(encounter)
    if decision.fact is not None:
        given = {**given, decision.fact: decision.value}
    facts = facts_from(encounter.setting, given)
    row = session.get_one(EncounterRow, encounter.id)
    row.age, row.sex = facts.age, facts.sex
    row.admitted, row.discharged = facts.admitted, facts.discharged
    row.disposition = facts.disposition
    session.flush()
    return as_encounter(session, row)
