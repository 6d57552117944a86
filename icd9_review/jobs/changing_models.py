"""Registering, promoting and rolling back, with the folder looked at in the same moment.

The store knows no folders. What page and command do is done here, so that both check the same.
"""

from __future__ import annotations

from pathlib import Path

from icd9_review.errors import ModelFolderError
from icd9_review.jobs.chosen_model import ModelChoice, choice_of, kept_path
from icd9_review.model.folder.check import checked_version
from icd9_review.quality.models.standing import rolled_back_to
from icd9_review.store.database.engine import Database
from icd9_review.store.models.known_models import (
    promote_model,
    register_folder,
    roll_back_model,
)
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.retention.words import check_why
from icd9_review.store.scoring.chosen import model_standing
from icd9_review.values import KnownModel, ModelStanding, ModelVersion, User


def register_checked(database: Database, folder: Path, *, actor: User) -> ModelStanding:
    """Register a folder that keeps the contract, to read in the shadow.

    Raises ModelFolderError with all that is wrong with it, InputError, PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    return register_folder(database, checked_version(folder), kept_path(folder), actor=actor)


def promote_checked(
    database: Database,
    known: KnownModel,
    words: str,
    *,
    instead_of: str | None,
    setting: Path,
    actor: User,
) -> ModelStanding:
    """Put a registered model in use, whose folder is as it was registered.

    Raises ModelFolderError where it is not, and as ``promote_model``.
    """
    check_may(actor, Act.ADMINISTER)
    check_why(words)
    model = _looked_at(choice_of(database, known.version, setting))
    return promote_model(database, model, words, instead_of=instead_of, actor=actor)


def roll_back_checked(
    database: Database, words: str, *, instead_of: str | None, setting: Path, actor: User
) -> ModelStanding:
    """Go back to the model before, whose folder is as it was.

    Raises ModelFolderError where it is not, and as ``roll_back_model``.
    """
    check_may(actor, Act.ADMINISTER)
    check_why(words)
    former = rolled_back_to(model_standing(database))
    _looked_at(choice_of(database, former, setting))
    return roll_back_model(database, words, instead_of=instead_of, actor=actor)


def _looked_at(chosen: ModelChoice) -> ModelVersion:
    """The version of a folder that keeps the contract and is the one that was chosen."""
    model = checked_version(chosen.folder)
    if model.version != chosen.version:
        raise ModelFolderError(
            f"{chosen.folder.name} has version {model.version[:12]} now and had "
            f"{str(chosen.version)[:12]}; put the files back as they were, or register it anew."
        )
    return model
