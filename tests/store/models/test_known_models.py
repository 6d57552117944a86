"""Models are registered, promoted and rolled back, each as an event with its reason."""

from __future__ import annotations

import pytest

from icd9_review.errors import ConflictError, InputError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.models.known_models import (
    known_models,
    models_in_use,
    promote_model,
    register_folder,
    retire_model,
    roll_back_model,
)
from icd9_review.store.scoring.chosen import model_standing
from icd9_review.store.scoring.scores import register_model
from icd9_review.values import EventKind, ModelState
from tests.store.models.models import (
    NEW,
    NEWER,
    SETTING,
    WHY,
    promote,
    register,
    roll_back,
)
from tests.store.retention.conftest import administrator


@pytest.fixture(autouse=True)
def setting(database: Database) -> None:
    """The model of the setting is in use."""
    register_model(database, SETTING)


def in_use(database: Database) -> str | None:
    return models_in_use(database, actor=administrator(database))[0]


def test_a_registered_model_is_not_in_use(database: Database) -> None:
    standing = register(database)
    assert standing.shadow is not None
    assert (standing.shadow.version, standing.shadow.folder) == (NEW.version, "models/bbb")
    assert in_use(database) == SETTING.version


def test_a_promotion_and_the_way_back_are_told_with_their_reasons(database: Database) -> None:
    promote(database)
    assert in_use(database) == NEW.version
    roll_back(database)
    assert in_use(database) == SETTING.version
    changes = known_models(database, actor=administrator(database)).changes
    assert [(each.kind, each.former, each.words) for each in changes] == [
        (EventKind.MODEL_CHANGED, None, None),
        (EventKind.MODEL_REGISTERED, None, None),
        (EventKind.MODEL_PROMOTED, SETTING.version, WHY),
        (EventKind.MODEL_ROLLED_BACK, NEW.version, WHY),
    ]
    assert verify(database) == []


def test_the_setting_says_nothing_while_a_promotion_stands(database: Database) -> None:
    promote(database)
    register_model(database, SETTING)
    assert in_use(database) == NEW.version
    roll_back(database)
    register_model(database, NEWER)
    assert in_use(database) == NEWER.version


def test_each_step_back_takes_one_promotion_off(database: Database) -> None:
    promote(database)
    promote(database, NEWER, instead_of=NEW)
    assert model_standing(database).former == (NEW.version, SETTING.version)
    roll_back(database, NEWER)
    assert in_use(database) == NEW.version
    roll_back(database, NEW)
    assert in_use(database) == SETTING.version
    with pytest.raises(InputError, match="No promotion stands"):
        roll_back(database, SETTING)


def test_of_two_administrators_at_once_the_second_is_told(database: Database) -> None:
    promote(database)
    register(database, NEWER)
    actor = administrator(database)
    with pytest.raises(ConflictError, match="Meanwhile version bbbbbbbbbbbb came into use"):
        promote_model(database, NEWER, WHY, instead_of=SETTING.version, actor=actor)
    with pytest.raises(ConflictError):
        roll_back_model(database, WHY, instead_of=SETTING.version, actor=actor)
    assert in_use(database) == NEW.version


@pytest.mark.parametrize("words", ["", "   "])
def test_nothing_is_done_without_a_reason(database: Database, words: str) -> None:
    register(database)
    actor = administrator(database)
    with pytest.raises(InputError, match="The reason is empty"):
        promote_model(database, NEW, words, instead_of=SETTING.version, actor=actor)
    with pytest.raises(InputError, match="The reason is empty"):
        retire_model(database, NEW.version, words, actor=actor)
    promote(database, NEWER)
    with pytest.raises(InputError, match="The reason is empty"):
        roll_back_model(database, words, instead_of=NEWER.version, actor=actor)
    assert in_use(database) == NEWER.version


def test_the_same_version_is_not_registered_twice(database: Database) -> None:
    register(database)
    with pytest.raises(InputError, match="registered already"):
        register(database)
    with pytest.raises(InputError, match="which is in use"):
        register(database, SETTING)
    actor = administrator(database)
    with pytest.raises(InputError, match="characters long"):
        register_folder(database, NEWER, "x" * 201, actor=actor)
    with database.read() as session:
        told = ledger.read_kinds(session, ledger.SYSTEM, (EventKind.MODEL_REGISTERED,))
    assert len(told) == 1


def test_a_retired_model_may_come_back_under_another_folder(database: Database) -> None:
    register(database)
    standing = retire_model(database, NEW.version, WHY, actor=administrator(database))
    assert standing.shadow is None
    standing = register_folder(database, NEW, "elsewhere", actor=administrator(database))
    (known,) = standing.known
    assert (known.state, known.folder) == (ModelState.SHADOW, "elsewhere")
