"""The model that this process is to work with: the promoted one, or else that of the setting."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from icd9_review.errors import ModelFolderError
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.settings import ROOT
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.chosen import model_standing


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model to load: its folder, and the version that is expected there.

    Any version is fine where the setting chooses, and ``version`` is None.
    """

    folder: Path
    version: str | None


def choice(database: Database, setting: Path) -> ModelChoice:
    """What the events say now, or else what the setting says. Raises StoreError."""
    chosen = model_standing(database).chosen
    return ModelChoice(setting, None) if chosen is None else _known(chosen.folder, chosen.version)


def choice_of(database: Database, version: str, setting: Path) -> ModelChoice:
    """Where a former version is to be found: it was registered, or is that of the setting."""
    known = model_standing(database).of(version)
    return ModelChoice(setting, version) if known is None else _known(known.folder, version)


def load_choice(chosen: ModelChoice) -> Predictor:
    """The model of a choice. Raises ModelFolderError, also for a folder of another version."""
    predictor = load_predictor(chosen.folder)
    found = predictor.model_version
    if chosen.version not in (None, found):
        raise ModelFolderError(
            f"{chosen.folder.name} has version {found[:12]} now and had {str(chosen.version)[:12]} "
            "when it was registered; put the files back as they were, or register it anew."
        )
    return predictor


def kept_path(folder: Path) -> str:
    """A folder as the ledger keeps it: beside the program by its place in there alone.

    >>> kept_path(ROOT / "models" / "default")
    'models/default'
    """
    whole = folder.resolve()
    return str(whole.relative_to(ROOT) if whole.is_relative_to(ROOT) else whole)


def _known(folder: str, version: str) -> ModelChoice:
    return ModelChoice(ROOT / folder, version)
