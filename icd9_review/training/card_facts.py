"""card.json: what a model's card was written from, kept so that it can be written again.

A card is first written with figures of the validation notes; the test figures come later, from
``evaluate``. The file is no part of the model version.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from icd9_review.errors import InputError, ModelFolderError
from icd9_review.evaluation.report.record import FORMAT, NEEDED
from icd9_review.model.folder.files import model_version
from icd9_review.training.card import CardFacts, Headline, Impact, write_card
from icd9_review.training.folder import write_json

FACTS = "card.json"
_UNTESTED = (
    "It has not been measured on notes kept apart; `python -m icd9_review evaluate` does so, with "
    "intervals and by group."
)
_HEADLINES = (("rule", "f1"), ("rule", "precision"), ("rule", "recall"), ("ranking", "map"))


@dataclass(frozen=True, slots=True)
class Credits:
    """Who made a model and how it may be used, as they say; None leaves what is known."""

    developer: str | None = None
    license: str | None = None
    citation: str | None = None
    contact: str | None = None

    def of(self, facts: CardFacts) -> CardFacts:
        """The facts with what is given in place of what they said."""
        return replace(facts, **{name: value for name, value in asdict(self).items() if value})


@dataclass(frozen=True, slots=True)
class CardRecord:
    """The facts of a run and its figures on validation notes, as Markdown."""

    facts: CardFacts
    validation: str

    def write(self, folder: Path, evaluation: Mapping[str, Any] | None = None) -> None:
        """Write README.md and card.json; ``evaluation`` is what evaluation.json holds."""
        write_card(
            folder,
            self.facts,
            f"{self.validation} {_UNTESTED}"
            if evaluation is None
            else _measured(evaluation, self.validation),
            () if evaluation is None else tuple(hub_figures(evaluation)),
        )
        write_json(folder / FACTS, asdict(self))


def read_record(folder: Path) -> CardRecord:
    """What the card of a folder was written from; ModelFolderError where that is not kept."""
    path = folder / FACTS
    if not path.is_file():
        raise ModelFolderError(
            f"{folder} has no {FACTS}, which train mimic writes; without it a card cannot be "
            "written again"
        )
    try:
        held = json.loads(path.read_text("utf-8"))
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in held["facts"].items()
        }
        given["impact"] = Impact(**given["impact"])
        return CardRecord(CardFacts(**given), held["validation"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFolderError(
            f"{path} is not as it was written ({type(error).__name__})"
        ) from None


def rewrite_card(folder: Path, evaluation: Path | None, attribution: Credits) -> None:
    """Write a folder's card again, with the figures of an evaluation of this very model.

    Raises ModelFolderError where card.json is missing or damaged, InputError for a file that
    is no evaluation and for one of another model version.
    """
    record = read_record(folder)
    figures = None if evaluation is None else _read_evaluation(folder, evaluation)
    CardRecord(attribution.of(record.facts), record.validation).write(folder, figures)


def hub_figures(evaluation: Mapping[str, Any]) -> Iterator[Headline]:
    """The figures of the Hub's metadata block; those that are not defined are left out."""
    data = evaluation["data"]
    dataset = data["file"] + (f", split {data['split']}" if data["split"] else "")
    if (held := evaluation.get("all_codes")) and (whole := held["all"]["f1"]["value"]) is not None:
        yield Headline(f"{dataset}, all codes", "f1", whole)
    for part, name in _HEADLINES:
        value = evaluation[part][name]["value"]
        if value is not None:
            yield Headline(dataset, name, value)


def _measured(evaluation: Mapping[str, Any], validation: str) -> str:
    from icd9_review.evaluation.report.summary import to_markdown

    return f"{to_markdown(evaluation).rstrip()}\n\n### While fitting\n\n{validation}"


def _read_evaluation(folder: Path, path: Path) -> Mapping[str, Any]:
    strange = InputError(f"{path} is not the evaluation.json that evaluate writes")
    try:
        held: dict[str, Any] = json.loads(path.read_text("utf-8"))
        version = held["model"]["version"]
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise strange from None
    if version != (own := model_version(folder)):
        raise InputError(
            f"{path} measured the model version {str(version)[:12]}, {folder} is {own[:12]}; "
            f"run: python -m icd9_review evaluate {folder} --data NOTES --output FOLDER"
        )
    if held.get("format") != FORMAT or NEEDED - held.keys():
        raise strange
    return held
