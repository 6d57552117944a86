"""Where the models stand: the fold of the events that registered, promoted and rolled back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from icd9_review.errors import InputError, NotFound
from icd9_review.values import Event, EventKind, KnownModel, ModelChange, ModelStanding, ModelState

MODEL_KINDS: Final = (
    EventKind.MODEL_REGISTERED,
    EventKind.MODEL_PROMOTED,
    EventKind.MODEL_ROLLED_BACK,
    EventKind.MODEL_RETIRED,
    EventKind.MODEL_CHANGED,
)
"""What tells of models; the last one is a change by the setting."""
FEWEST_DIGITS: Final = 8
"""Digits by which a version is named on the command line; by judgement: a slip names none."""


@dataclass(slots=True)
class _Fold:
    known: dict[str, KnownModel] = field(default_factory=dict)
    promoted: list[tuple[str | None, str]] = field(default_factory=list)
    changes: list[ModelChange] = field(default_factory=list)

    def take(self, event: Event) -> None:
        said = cast(dict[str, Any], event.payload)
        if event.kind is EventKind.MODEL_REGISTERED:
            self._register(event, said)
        elif event.kind is EventKind.MODEL_PROMOTED:
            self.promoted.append((said["from"], said["to"]))
        elif event.kind is EventKind.MODEL_ROLLED_BACK:
            self.promoted.pop()
        for version in {said.get("from"), said.get("replaces"), said["to"]} & self.known.keys():
            self._touch(version, event)
        change = ModelChange(
            kind=event.kind,
            version=said["to"],
            former=said.get("from"),
            by=event.actor,
            at=event.at,
            digest=said.get("words"),
        )
        self.changes.append(change)

    def standing(self) -> ModelStanding:
        """All of it, each model in the state that the promotions which stand give it."""
        found = ModelStanding(tuple(self.known.values()), tuple(self.promoted), tuple(self.changes))
        return replace(found, known=tuple(_placed(each, found) for each in found.known))

    def _register(self, event: Event, said: dict[str, Any]) -> None:
        self.known[said["to"]] = KnownModel(
            version=said["to"],
            name=said["name"],
            folder=said["folder"],
            state=ModelState.SHADOW,
            by=event.actor,
            at=event.at,
            since=event.at,
        )

    def _touch(self, version: str, event: Event) -> None:
        """The state that an event leaves a model in, unless a promotion gives it another."""
        shadow = event.kind is EventKind.MODEL_REGISTERED and event.payload["to"] == version
        state = ModelState.SHADOW if shadow else ModelState.RETIRED
        self.known[version] = replace(self.known[version], state=state, since=event.at)


def _placed(model: KnownModel, standing: ModelStanding) -> KnownModel:
    if standing.promoted and standing.promoted[-1][1] == model.version:
        return replace(model, state=ModelState.IN_USE)
    if model.version in standing.former:
        return replace(model, state=ModelState.FORMER)
    return model


def fold_models(events: Iterable[Event]) -> ModelStanding:
    """Where the models stand after these events of MODEL_KINDS, in order."""
    fold = _Fold()
    for event in events:
        fold.take(event)
    return fold.standing()


def check_new(standing: ModelStanding, version: str, in_use: str | None) -> None:
    """Whether a folder of this version may be registered. Raises InputError."""
    if version == in_use:
        raise InputError(
            f"This folder has version {version[:12]}, which is in use; there is nothing to compare."
        )
    known = standing.of(version)
    if known is not None and known.state in (ModelState.SHADOW, ModelState.FORMER):
        raise InputError(
            f"Version {version[:12]} is registered already ({known.state.value}), from "
            f"{known.folder}."
        )


def check_promotion(standing: ModelStanding, version: str, in_use: str | None) -> KnownModel:
    """The known model that is to be promoted. Raises InputError."""
    known = standing.of(version)
    if known is None:
        raise InputError(f"No model of version {version[:12]} is registered; register its folder.")
    if version == in_use:
        raise InputError(f"Version {version[:12]} is in use already.")
    return known


def check_retirement(standing: ModelStanding, version: str) -> None:
    """Whether a model reads in the shadow, so that it can stop. Raises InputError."""
    if standing.shadow is None or standing.shadow.version != version:
        raise InputError(f"Version {version[:12]} does not read in the shadow.")


def rolled_back_to(standing: ModelStanding) -> str:
    """The version that one step back leads to. Raises InputError where nothing was promoted."""
    if not standing.promoted:
        raise InputError(
            "No promotion stands, so there is nothing to roll back: the setting ICD9_REVIEW_MODEL "
            "names the model in use."
        )
    former = standing.promoted[-1][0]
    if former is None:
        raise InputError("No model was in use before this one, so there is none to go back to.")
    return former


def find_model(standing: ModelStanding, given: str) -> KnownModel:
    """A known model by the beginning of its version. Raises InputError, NotFound."""
    if len(given) < FEWEST_DIGITS:
        raise InputError(f"Give at least {FEWEST_DIGITS} digits of the version.")
    found = [each for each in standing.known if each.version.startswith(given.lower())]
    if len(found) != 1:
        how = "No registered model begins" if not found else "More than one model begins"
        raise NotFound(f"{how} with {given[:64]}; python -m icd9_review model list names them.")
    return found[0]
