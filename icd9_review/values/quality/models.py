"""The model versions that an installation knows, and how one of them came to be in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icd9_review.values.ledger import EventKind


class ModelState(StrEnum):
    """SHADOW reads beside the model in use and is shown to nobody, IN_USE suggests, RETIRED rests.

    FORMER was in use until another was promoted: charts at work that it has read keep it.
    """

    SHADOW = "shadow"
    IN_USE = "in use"
    FORMER = "former"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model version that was registered here; ``folder`` is where its files were then.

    ``by`` is who registered it, ``since`` when its state came about.
    """

    version: str
    name: str
    folder: str
    state: ModelState
    by: int
    at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class ModelChange:
    """One entry of the history of models: what was done to ``version``, by whom and why.

    ``former`` is the version that was in use before, where that changed. ``digest`` refers to the
    reason in words, which ``words`` has once they are read.
    """

    kind: EventKind
    version: str
    former: str | None
    by: int
    at: datetime
    digest: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """What the events say of models.

    ``promoted`` has those promotions that stand, as (former, version), the first one first: the
    last one is in use, each ``former`` keeps the charts it has read. Empty: the setting chooses.
    """

    known: tuple[KnownModel, ...] = ()
    promoted: tuple[tuple[str | None, str], ...] = ()
    changes: tuple[ModelChange, ...] = ()

    @property
    def chosen(self) -> KnownModel | None:
        """The model that somebody promoted; None where the setting chooses."""
        return self.of(self.promoted[-1][1]) if self.promoted else None

    @property
    def shadow(self) -> KnownModel | None:
        """The model that reads beside the one in use, if any."""
        return next((each for each in self.known if each.state is ModelState.SHADOW), None)

    @property
    def former(self) -> tuple[str, ...]:
        """The versions whose charts at work keep them, the latest first."""
        in_use = self.promoted[-1][1] if self.promoted else None
        versions = (former for former, _ in reversed(self.promoted) if former)
        return tuple(dict.fromkeys(each for each in versions if each != in_use))

    def of(self, version: str | None) -> KnownModel | None:
        """A known model by its version."""
        return next((each for each in self.known if each.version == version), None)
