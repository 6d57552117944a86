"""card.json: what a model's card was written from, kept so that it can be written again.

A card is first written with figures of the validation notes; the test figures come later, from
``evaluate``. Of a folder that no training here made, the first one says what its files show and
whoever has it written adds (``unrecorded``). The file is no part of the model version.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from icd9_review.errors import InputError, ModelFolderError
from icd9_review.evaluation.report.record import FORMAT, NEEDED
from icd9_review.model.folder.check import checked_version
from icd9_review.model.folder.files import model_version
from icd9_review.training.card import CARD, CardFacts, Headline, Impact, write_card
from icd9_review.training.folder import write_json
from icd9_review.training.unrecorded import FITTED_ON, unrecorded_facts

FACTS = "card.json"
_UNTESTED = (
    "It has not been measured on notes kept apart; `python -m icd9_review evaluate` does so, with "
    "intervals and by group."
)
_HEADLINES = (("rule", "f1"), ("rule", "precision"), ("rule", "recall"), ("ranking", "map"))


_TRAINED = ("name", "base_model", "training_data")


@dataclass(frozen=True, slots=True)
class Credits:
    """Who made a model and how it may be used, as they say; what is not given stays as known.

    ``name``, ``base_model`` and ``training_data``, a sentence each, are for models whose training
    nobody recorded.
    """

    developer: str | None = None
    license: str | None = None
    citation: str | None = None
    contact: str | None = None
    name: str | None = None
    base_model: str | None = None
    training_data: tuple[str, ...] = ()

    def of(self, facts: CardFacts) -> CardFacts:
        """The facts with what is given in place of what they said."""
        return replace(facts, **{name: value for name, value in asdict(self).items() if value})


@dataclass(frozen=True, slots=True)
class CardRecord:
    """The facts of a run and its figures on validation notes, as Markdown.

    ``recorded``: whether a training here wrote down what it did.
    """

    facts: CardFacts
    validation: str
    recorded: bool = True

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
    """What the card of a folder was written from; ModelFolderError where that is damaged."""
    path = folder / FACTS
    try:
        held = json.loads(path.read_text("utf-8"))
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in held["facts"].items()
        }
        given["impact"] = Impact(**given["impact"])
        return CardRecord(CardFacts(**given), held["validation"], held.get("recorded", True))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFolderError(
            f"{path} is not as it was written ({type(error).__name__})"
        ) from None


def rewrite_card(
    folder: Path, evaluation: Path | None, attribution: Credits, *, replace: bool = False
) -> None:
    """Write a folder's card, again or for the first time, with the figures of an evaluation.

    ``replace``: also over a README.md that is by somebody else. Raises ModelFolderError where the
    folder breaks its contract or card.json is damaged, InputError for a file that is no evaluation
    of this very model, for what a training recorded otherwise, and for a README.md to be kept.
    """
    record = read_record(folder) if (folder / FACTS).is_file() else _first(folder, replace=replace)
    if record.recorded and (given := [name for name in _TRAINED if getattr(attribution, name)]):
        raise InputError(
            f"{folder / FACTS} holds what the training recorded; leave out "
            f"{', '.join(given).replace('_', ' ')}"
        )
    figures = None if evaluation is None else _read_evaluation(folder, evaluation)
    told = attribution.of(record.facts)
    CardRecord(told, record.validation, record.recorded).write(folder, figures)


def _first(folder: Path, *, replace: bool) -> CardRecord:
    """What is known of a folder that has no record: it has to be one that the app takes."""
    version = checked_version(folder)
    if (folder / CARD).is_file() and not replace:
        raise InputError(
            f"{folder / CARD} was not written by this program and would be lost; move it away, or "
            "add --replace"
        )
    return CardRecord(unrecorded_facts(version.name), FITTED_ON, recorded=False)


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
