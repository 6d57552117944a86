"""Explanations of the codes on the page: those that are stored, and what keeps the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import attributions
from icd9_review.store.preferences import preference, save_preference
from icd9_review.ui.encounter.codes import code_key, code_name
from icd9_review.ui.encounter.view import ExplanationState
from icd9_review.ui.services import Model
from icd9_review.values import Attribution, AttributionKey, Suggestion, User

IMPROBABLE: Final = (
    "The model in use gives this code less than half a percent, or has not read this: nothing is "
    "kept to explain."
)

_PAGE = "workbench"


def explains(database: Database, user: User) -> bool:
    """Whether this person has explanations switched on; they are at first."""
    return preference(database, user, _PAGE).get("explanations") is not False


def choose_explanations(database: Database, user: User, on: bool) -> None:
    """Remember for this person whether to explain."""
    chosen = preference(database, user, _PAGE)
    save_preference(database, user, _PAGE, {**chosen, "explanations": on})


@dataclass(frozen=True, slots=True)
class Explained:
    """By the key of a code: the id of a note with what the model used in it, or what is missing.

    ``previews`` are the keys of those that are rough, until the explanation is worked out.
    """

    attributions: Mapping[str, tuple[str, Attribution]] = field(default_factory=dict)
    missing: Mapping[str, ExplanationState] = field(default_factory=dict)
    previews: Set[str] = frozenset()


class Explaining:
    """Reads stored explanations and has the focused one computed, once a visit unless it failed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: set[AttributionKey] = set()
        self._read: dict[AttributionKey, Attribution] = {}
        self._looked: dict[AttributionKey, int | None] = {}

    def explain(
        self,
        model: Model | None,
        ranked: Sequence[Suggestion],
        shown: Collection[str],
        focus: str | None,
        told: int | None = None,
    ) -> Explained:
        """The explanations of the shown codes; that of ``focus`` is asked for.

        ``told`` is the last event that told of an explanation, where that is known: what was not
        stored then is looked for again once there is another one.
        """
        if model is None:
            return Explained()
        keys = {
            name: model.explanations.key(suggestion)
            for suggestion in ranked
            if (name := code_name(suggestion.kind, suggestion.code)) in shown
        }
        # What was computed once never changes: only what was not there yet is read.
        self._look([key for key in keys.values() if key not in self._read], told)
        ready = {n: (key.note_id, self._read[key]) for n, key in keys.items() if key in self._read}
        missing = {
            name: state
            for name, key in keys.items()
            if name not in ready and (state := self.state(model, key, name == focus))
        }
        missing |= {name: _unexplainable(model, name) for name in shown if name not in keys}
        previews = _previews(model, keys, missing)
        missing = {name: state for name, state in missing.items() if name not in previews}
        return Explained(ready | previews, missing, previews.keys())

    def _look(self, missing: Sequence[AttributionKey], told: int | None) -> None:
        """Read what has been stored of what was missing."""
        news = [
            key
            for key in missing
            if told is None or key in self._asked or self._looked.get(key) != told
        ]
        self._read |= self.find(news)
        self._looked |= dict.fromkeys(news, told)

    def find(self, keys: Sequence[AttributionKey]) -> Mapping[AttributionKey, Attribution]:
        """Those of these explanations that are stored."""
        return attributions(self._database, keys)

    def state(self, model: Model, key: AttributionKey, focused: bool) -> ExplanationState | None:
        """What keeps an explanation that is not stored; one that is in focus is asked for."""
        if focused and key not in self._asked:
            self._asked.add(key)
            model.explanations.request(key)
        if model.explanations.running(key):
            return ExplanationState("running")
        failure = model.explanations.failure(key)
        if failure is not None:
            return ExplanationState("failed", failure)
        # What was asked for and is neither has ended since the stored ones were read.
        return ExplanationState("running") if key in self._asked else None


def _unexplainable(model: Model, name: str) -> ExplanationState:
    """Why nothing can be explained of a code that has no scores."""
    if code_key(name) in model.predictor.version.places:
        return ExplanationState("failed", IMPROBABLE)
    return ExplanationState("failed", "The model in use does not know this code.")


def _previews(
    model: Model, keys: Mapping[str, AttributionKey], missing: Mapping[str, ExplanationState]
) -> dict[str, tuple[str, Attribution]]:
    """The rough explanations that are there for what is still being worked out."""
    running = (name for name, state in missing.items() if state.status == "running")
    found = ((name, keys[name].note_id, model.explanations.preview(keys[name])) for name in running)
    return {name: (note_id, preview) for name, note_id, preview in found if preview}
