"""Models for tests of the store that need no folder, and what is done to them in one line."""

from __future__ import annotations

from icd9_review.store.database.engine import Database
from icd9_review.store.models.known_models import (
    promote_model,
    register_folder,
    roll_back_model,
)
from icd9_review.values import ModelStanding, ModelVersion
from tests.encounters import make_model
from tests.store.retention.conftest import administrator

SETTING, NEW, NEWER = make_model(), make_model("b" * 64), make_model("c" * 64)
OLD = SETTING.version
WHY = "Better on the last sample"


def register(database: Database, model: ModelVersion = NEW) -> ModelStanding:
    return register_folder(
        database, model, f"models/{model.version[:3]}", actor=administrator(database)
    )


def promote(
    database: Database, model: ModelVersion = NEW, instead_of: ModelVersion = SETTING
) -> ModelStanding:
    """Registered and promoted."""
    register(database, model)
    return promote_model(
        database, model, WHY, instead_of=instead_of.version, actor=administrator(database)
    )


def roll_back(database: Database, instead_of: ModelVersion = NEW) -> ModelStanding:
    return roll_back_model(
        database, WHY, instead_of=instead_of.version, actor=administrator(database)
    )
