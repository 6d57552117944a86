"""What one opening of the clinical page keeps: what was read, asked for and shown in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import streamlit as st

from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import inspected, record_view
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.explaining import Explaining
from icd9_review.ui.encounter.reading import Case, read_case
from icd9_review.values import Encounter, EventKind, ModelVersion, Note, Suggestion, User

_OPENING = "explanation_opening"


@dataclass(slots=True)
class Opening:
    """One opening of the page by one person, for one encounter."""

    encounter_id: str
    user: User
    explaining: Explaining
    visit: str = field(default_factory=lambda: uuid.uuid4().hex)
    _case: Case | None = None
    _contexts: dict[str, NoteContext] = field(default_factory=dict)
    _recorded: set[str] = field(default_factory=set)

    def read(self, database: Database, encounter: Encounter, model: ModelVersion) -> Case:
        """The case, read again until the model is through; a note that came in begins anew."""
        kept = self._case
        if kept is None or not kept.complete or kept.encounter.notes != encounter.notes:
            self._case = kept = read_case(database, encounter, model)
        return kept

    def context(self, note: Note) -> NoteContext:
        """The sections and assertions of a note, read once."""
        return self._contexts.setdefault(note.id, NoteContext(note.text))

    def record(
        self, database: Database, suggestion: Suggestion, version: str, *, explanations: bool
    ) -> None:
        """Tell the ledger that this person inspected a code, once an opening with explanations
        and once without.
        """
        way = "on" if explanations else "off"
        key = f"{self.visit}-{way}-{suggestion.kind.value}-{suggestion.code}"
        if key not in self._recorded:
            payload = inspected("explanation", version, [suggestion], explanations=explanations)
            record_view(database, self.encounter_id, EventKind.INSPECTED, self.user, key, payload)
            self._recorded.add(key)


def current_opening(database: Database, encounter_id: str, user: User, *, new: bool) -> Opening:
    """The opening of this encounter in this tab; another one where ``new`` says so."""
    kept: Opening | None = st.session_state.get(_OPENING)
    if not new and kept and (kept.encounter_id, kept.user) == (encounter_id, user):
        return kept
    opening = Opening(encounter_id, user, Explaining(database))
    st.session_state[_OPENING] = opening
    return opening
