"""What a decision is judged against."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from icd9_review import codes
from icd9_review.review.fold import fold, stack
from icd9_review.values import (
    CareSetting,
    CodeKey,
    CodeState,
    Decision,
    Edit,
    Event,
    Fact,
    Kind,
    Purge,
    ReviewState,
    User,
)


@dataclass(frozen=True, slots=True)
class Situation:
    """An encounter as it is when a decision arrives, and who decides.

    ``events`` are its decisions in order, with the notes that were added: FINALISE has
    to have seen those. ``last`` is the sequence number of its last event of any kind,
    ``labels`` are the codes its model versions know, ``names`` those of the actors,
    ``lengths`` the code points of each of its notes. ``edits`` are those of the chart,
    needed for FINALISE only. ``purged`` is how the text of the encounter went, if it did.
    ``facts`` are those that stand, needed for SET_FACT only, ``queries`` the physician queries that
    are open, for a HOLD that waits for one. ``state`` and ``stacks`` follow from
    the events.
    """

    events: Sequence[Event]
    labels: Container[CodeKey]
    actor: User
    names: Mapping[int, str]
    last: int
    setting: CareSetting
    lengths: Mapping[str, int]
    edits: Sequence[Edit] = ()
    purged: Purge | None = None
    facts: Mapping[Fact, str] = field(default_factory=dict)
    queries: Container[int] = ()
    state: ReviewState = field(init=False)
    stacks: Mapping[CodeKey, Sequence[Event]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", fold(self.events))
        object.__setattr__(self, "stacks", stack(self.events))

    def standing(self, key: CodeKey) -> CodeState | None:
        """Where a code stands; None for an open one."""
        found = (code for code in self.state.codes if (code.kind, code.code) == key)
        return next(found, None)

    def knows(self, key: CodeKey) -> bool:
        """Whether a code is the model's, or was decided on before."""
        return key in self.labels or key in self.stacks

    def can_hold(self, key: CodeKey) -> bool:
        """Whether a code may be stored: one of version 32, or one the model knows.

        The model may know a code that was retired before version 32; what is to be said
        of it is for the edits to say.
        """
        return codes.is_valid(*key) or key in self.labels

    def tell(self, actor: int, at: datetime) -> str:
        """Who and when, for a message about what stands."""
        return f"{self.names[actor]}, {moment(at)}"


def decision_key(decision: Decision) -> CodeKey:
    """Which code a decision names."""
    return decision.kind, decision.code


def codes_below(key: CodeKey) -> tuple[str, ...]:
    """The codes of version 32 under a category or subcategory; none for anything else."""
    kind, code = key
    if not code or codes.is_valid(kind, code):
        return ()
    below = code if "." in code else f"{code}."
    return tuple(each for each in codes.codes(Kind(kind)) if each.startswith(below))


def moment(at: datetime) -> str:
    """A time for people: ``2026-01-02 03:04 UTC``."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
