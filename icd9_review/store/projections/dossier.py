"""What a transaction has read of the encounter that it changes, for all that follows from it.

Whoever changes an encounter holds the lock of its head, so that nobody else does: what was read
once holds until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from icd9_review.quality.outcomes.telling import TOLD
from icd9_review.quality.queries.open_queries import QUERY_KINDS
from icd9_review.store import ledger
from icd9_review.store.scoring.model_versions import model_in_use, scores_by_version
from icd9_review.store.users import user_names
from icd9_review.values import Encounter, Event, EventKind, ModelVersion, Scores

_READ = (EventKind.ENCOUNTER_CREATED, *TOLD, *QUERY_KINDS)


@dataclass(frozen=True, slots=True)
class Dossier:
    """An encounter with its events in order, all that decisions, summary and outcomes go by.

    ``scores`` go by model version, that of the latest first, and by note; ``names`` are those of
    everybody, ``in_use`` is the model in use.
    """

    encounter: Encounter
    events: Sequence[Event]
    scores: Mapping[str, Mapping[str, Scores]]
    in_use: ModelVersion | None
    names: Mapping[int, str]

    def those(self, kinds: Collection[EventKind]) -> tuple[Event, ...]:
        """The events of these kinds."""
        return tuple(event for event in self.events if event.kind in kinds)


def read_dossier(session: Session, encounter: Encounter) -> Dossier:
    """Read what else is stored of an encounter whose head is locked."""
    return Dossier(
        encounter=encounter,
        events=ledger.read(session, encounter.id, _READ),
        scores=scores_by_version(session, [note.id for note in encounter.notes]),
        in_use=model_in_use(session),
        names=user_names(session),
    )
