"""The model card: README.md of a model folder, with the metadata block the Hub reads.

Written from facts of a run with ``huggingface_hub.ModelCard`` and the template ``card.md``.
The sections follow Mitchell et al. 2019, "Model Cards for Model Reporting". What is not
known is said to be unknown; nothing is left for somebody to fill in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from icd9_review.training.card_details import describe
from icd9_review.training.snippet import write_snippet

CARD = "README.md"
"""Where the Hub looks for a card."""

REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
"""How the Hub names a model."""
_LICENSE = re.compile(r"[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Impact:
    """What a training used; None is not measured. Kilowatt-hours and kilograms of CO2.

    Without ``hardware`` nothing of it is known. ``stops`` counts how often the run was ended and
    went on later.
    """

    hardware: str
    hours: float | None = None
    energy_kwh: float | None = None
    co2_kg: float | None = None
    country: str | None = None
    stops: int = 0

    def describe(self) -> str:
        """Two or three sentences; that it is not recorded where no hardware is named."""
        if not self.hardware:
            return "Not recorded."
        least = "at least " if self.stops else ""
        time = "an unrecorded time" if self.hours is None else f"{least}{_span(self.hours)}"
        trained = f"Trained on {self.hardware} for {time}"
        if self.stops:
            times = "once" if self.stops == 1 else f"{self.stops:,} times"
            trained += (
                f", stopped and taken up again {times}; what came between a last checkpoint and "
                "a stop is not counted"
            )
        elif self.hours is not None:
            trained += ", in one piece"
        return f"{trained}. {self._energy()}"

    def _energy(self) -> str:
        if self.energy_kwh is None:
            return "Energy was not measured."
        used = f"It used {self.energy_kwh:.3f} kWh, estimated by codecarbon"
        if self.co2_kg is None:
            return f"{used}. CO2 was not estimated, for no country was named."
        where = f" with the energy mix of {self.country}" if self.country else ""
        return f"{used}, which is {self.co2_kg:.3f} kg of CO2{where}."


def _span(hours: float) -> str:
    return f"{hours:.1f} hours" if hours >= 1 else f"{hours * 60:.1f} minutes"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card says that the model folder does not; lists hold a Markdown line each.

    ``base_model`` is what was fine-tuned, by its name on the Hub if it has one; ``license``
    an identifier of the Hub or words; ``terms`` what governs the model whatever its licence.
    """

    name: str
    summary: str
    license: str
    base_model: str
    training_data: tuple[str, ...]
    procedure: tuple[str, ...]
    settings: Mapping[str, str]
    precision: str
    limits: tuple[str, ...]
    impact: Impact
    credits: tuple[str, ...]
    citation: str
    developer: str = "the people who ran the training; ICD-9 Review recorded it"
    datasets: tuple[str, ...] = ()
    terms: str = ""
    repository: str = "not recorded"
    paper: str = "none known"
    contact: str = "Not recorded; ask whoever gave you this folder."


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure for the Hub's metadata block: a metric on a set of notes."""

    dataset: str
    metric: str
    value: float


def write_card(
    folder: Path, facts: CardFacts, evaluation: str, headlines: tuple[Headline, ...] = ()
) -> None:
    """Write ``README.md`` into a model folder; ``evaluation`` is the Markdown of its section."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    data = ModelCardData(
        language="en",
        license=facts.license if _LICENSE.fullmatch(facts.license) else "other",
        library_name="transformers",
        pipeline_tag="text-classification",
        base_model=_on_the_hub(facts.base_model),
        datasets=list(facts.datasets) or None,
        tags=["icd-9-cm", "multi-label", "clinical-coding"],
        model_name=facts.name,
        eval_results=[_as_result(headline) for headline in headlines] or None,
    )
    card = ModelCard.from_template(
        data,
        template_str=files("icd9_review.training").joinpath("card.md").read_text(encoding="utf-8"),
        **describe(folder, config),
        **{
            name: getattr(facts, name)
            for name in CardFacts.__dataclass_fields__
            if name != "impact"
        },
        impact=facts.impact.describe(),
        evaluation=evaluation,
        snippet=write_snippet(folder),
    )
    (folder / CARD).write_text(card.content.rstrip() + "\n", encoding="utf-8")


def _on_the_hub(name: str) -> str | None:
    """A name the Hub's metadata can hold; a folder of this machine is none."""
    return name if REPOSITORY.fullmatch(name) else None


def _as_result(headline: Headline) -> EvalResult:
    return EvalResult(
        task_type="text-classification",
        dataset_type="clinical-notes",
        dataset_name=headline.dataset,
        metric_type=headline.metric,
        metric_value=round(headline.value, 3),
    )
