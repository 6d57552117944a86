"""What the model says of an encounter, as far as it may be told now."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.api.problems import Problem
from icd9_review.api.surroundings import Call
from icd9_review.codes.volumes import takes
from icd9_review.store.deciding.veils import read_veil
from icd9_review.store.deciding.views import inspected, record_view
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.scoring.scores import scores
from icd9_review.suggestions import merge, rank
from icd9_review.values import Encounter, EventKind, Suggestion, Veil

INTERFACE = "api"
"""What events say of where something was looked at."""


@dataclass(frozen=True, slots=True)
class ReadEncounter:
    """An encounter with what the model that it is shown by says of the notes it has read."""

    encounter: Encounter
    call: Call
    veil: Veil
    ranked: tuple[Suggestion, ...]
    complete: bool

    def tell(self, shown: tuple[Suggestion, ...], *, explained: bool = False) -> None:
        """Have the ledger hear which suggestions were given away, and whether with evidence."""
        version = self.call.model.version
        said = inspected(INTERFACE, version, shown, explanations=explained)
        record_view(
            self.call.database,
            self.encounter.id,
            EventKind.INSPECTED,
            self.call.account,
            self.call.view_key(),
            said,
        )


def read_encounter(call: Call, encounter_id: str) -> ReadEncounter:
    """What is known of an encounter's codes. Raises Problem without a model, NotFound, Restricted,
    PermissionDenied."""
    check_may(call.account, Act.READ)
    found = encounter(call.database, encounter_id)
    call = call.of(encounter_id)
    model, notes = call.model.predictor.version, [note.id for note in found.notes]
    stored = scores(call.database, notes, model.version)
    ranked = merge(rank(stored[note], model, note) for note in notes if note in stored)
    return ReadEncounter(
        encounter=found,
        call=call,
        veil=read_veil(call.database, encounter_id),
        ranked=tuple(each for each in ranked if takes(found.setting, each.kind)),
        complete=len(stored) == len(notes),
    )


def check_told(allowed: bool) -> None:
    """Raises Problem for what is kept from everybody until the chart is signed."""
    if not allowed:
        raise Problem(
            403, "This encounter is coded without this until it is signed.", kind="withheld"
        )
