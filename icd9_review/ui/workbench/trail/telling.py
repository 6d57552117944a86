"""What was done to an encounter, for whoever looks on and decides nothing."""

from __future__ import annotations

from typing import Final

from icd9_review.store.oversight.stories import encounter_story
from icd9_review.store.people.permissions import Act, may
from icd9_review.ui.services import Services
from icd9_review.ui.words import describe_moment
from icd9_review.ui.workbench.trail.view import TrailStepView, TrailView
from icd9_review.values import EventKind, Story, User

_WORKING: Final = (EventKind.SCORED, EventKind.EXPLAINED)
"""What the program does by itself, between what people do."""


def looks_on(user: User) -> bool:
    """Whether a person has the workbench to look at what others decided, and decides nothing."""
    return may(user, Act.OPEN) and not may(user, Act.CODE)


class Trail:
    """The trail of one encounter, told anew once something has happened."""

    def __init__(self, services: Services, encounter_id: str, user: User) -> None:
        self._database = services.database
        self._id = encounter_id
        self._user = user
        self._told: tuple[int, TrailView] | None = None

    def look(self, sequence: int) -> TrailView | None:
        """The trail up to the event of this number; None for whoever works on the encounter."""
        if not looks_on(self._user):
            return None
        if self._told is None or self._told[0] != sequence:
            story = encounter_story(self._database, self._id, actor=self._user)
            self._told = sequence, present_trail(story)
        return self._told[1]


def present_trail(story: Story) -> TrailView:
    """A story without what the program did by itself."""
    steps = (step for step in story.steps if step.event.kind not in _WORKING)
    return TrailView(
        story=f"/ledger?story={story.encounter_id}",
        steps=tuple(
            TrailStepView(
                number=step.event.sequence,
                when=describe_moment(step.event.at),
                who=step.actor,
                what=step.what,
                why=step.why,
            )
            for step in steps
        ),
    )
