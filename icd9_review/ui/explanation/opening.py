"""What one opening of the clinical page keeps: what was read, asked for and shown in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.views import inspected
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.explaining import Explaining
from icd9_review.ui.encounter.reading import Reading, read_scores
from icd9_review.ui.encounter.visit import Visit
from icd9_review.ui.services import Services
from icd9_review.values import Encounter, EventKind, ModelVersion, Note, Suggestion, User

_OPENING = "explanation_opening"


@dataclass(slots=True)
class Opening:
    """One opening of the page by one person, for one encounter."""

    visit: Visit
    explaining: Explaining
    _reading: Reading = field(default_factory=Reading)
    _contexts: dict[str, NoteContext] = field(default_factory=dict)
    _recorded: set[str] = field(default_factory=set)

    def read(self, database: Database, encounter: Encounter, model: ModelVersion) -> Reading:
        """What the model says, read again until it is through; with another note it begins anew."""
        if not self._reading.complete or self._reading.notes != encounter.notes:
            self._reading = read_scores(database, encounter.notes, model)
        return self._reading

    def context(self, note: Note) -> NoteContext:
        """The sections and assertions of a note, read once."""
        return self._contexts.setdefault(note.id, NoteContext(note.text))

    def record(self, suggestion: Suggestion, version: str, *, explanations: bool) -> None:
        """Tell the ledger that this person inspected a code, once an opening with explanations
        and once without.
        """
        way = "on" if explanations else "off"
        part = f"{way}-{suggestion.kind.value}-{suggestion.code}"
        if part not in self._recorded:
            payload = inspected("explanation", version, [suggestion], explanations=explanations)
            self.visit.record(EventKind.INSPECTED, payload, part)
            self._recorded.add(part)


def current_opening(services: Services, encounter: Encounter, user: User, *, new: bool) -> Opening:
    """The opening of this encounter in this tab; another one, which the ledger hears of, where
    ``new`` says so.
    """
    kept: Opening | None = st.session_state.get(_OPENING)
    if not new and kept and (kept.visit.encounter.id, kept.visit.user) == (encounter.id, user):
        return kept
    explaining = Explaining(services.database.seen_by(user))
    opening = Opening(Visit(services, encounter, user), explaining)
    opening.visit.record(EventKind.VIEWED, {"page": "explanation"})
    st.session_state[_OPENING] = opening
    return opening


def forget_opening() -> None:
    """Let go of what this tab has read: the text of the encounter is not here any more."""
    st.session_state.pop(_OPENING, None)
