"""Encounters, a model version and scores for tests that need no model."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import users
from icd9_review.values import (
    Calibration,
    CareSetting,
    Demotion,
    Encounter,
    Kind,
    ModelVersion,
    NewEncounter,
    NewNote,
    Scores,
    Sex,
    User,
    Window,
)

_KEYS = itertools.count(1)
NOTE = "Congestive heart failure. Atrial fibrillation, on Coumadin. No pneumonia."
CODES = ("428.0", "427.31", "250.00", "486")
LOGITS = {"428.0": 3.0, "427.31": 1.0, "250.00": -0.5, "486": -4.0}
"""Two of the codes reach the threshold of one half."""


def make_model(
    version: str = "a" * 64,
    codes: Sequence[str] = CODES,
    threshold: float = 0.5,
    calibration: Calibration | None = None,
) -> ModelVersion:
    kinds = (Kind.DIAGNOSIS,) * len(codes)
    return ModelVersion(
        version, "tiny", tuple(codes), kinds, (threshold,) * len(codes), calibration
    )


def make_both_kinds() -> ModelVersion:
    """A model that knows a procedure, too."""
    model = make_model(codes=("428.0", "427.31", "99.61"))
    return replace(model, kinds=(Kind.DIAGNOSIS, Kind.DIAGNOSIS, Kind.PROCEDURE))


def make_scores(
    model: ModelVersion, logits: Mapping[str, float] = LOGITS, length: int = len(NOTE)
) -> Scores:
    """Scores with the given logits, the second half of the note the window of every odd label."""
    return Scores(
        model_version=model.version,
        logits=np.array([logits.get(code, -9.0) for code in model.labels], np.float32),
        windows=np.arange(len(model.labels), dtype=np.int32) % 2,
        spans=(Window(0, 0, length // 2 + 1), Window(1, length // 2, length)),
        read=length,
        length=length,
    )


def coders(database: Database) -> tuple[User, User]:
    first, second, *_ = users(database)
    return first, second


def add_encounter(
    database: Database,
    *,
    titles: Sequence[str] = ("Discharge summary",),
    text: str = NOTE,
    version: str | None = None,
    actor: User | None = None,
    setting: CareSetting = CareSetting.INPATIENT,
) -> Encounter:
    return create_encounter(
        database,
        NewEncounter(setting, age=67, sex=Sex.FEMALE),
        [NewNote(text, title) for title in titles],
        actor=actor or coders(database)[0],
        key=f"encounter-{next(_KEYS)}",
        model_version=version,
    )


def add_scored_encounter(
    database: Database,
    model: ModelVersion | None = None,
    logits: Mapping[str, float] = LOGITS,
    *,
    titles: Sequence[str] = ("Discharge summary",),
    demoted: Mapping[str, Demotion] | None = None,
) -> Encounter:
    """An encounter whose notes the model has read, the model in use; ``demoted`` by its code."""
    model = model or make_model()
    register_model(database, model)
    encounter = add_encounter(database, version=model.version, titles=titles)
    verdicts = {model.labels.index(code): each for code, each in (demoted or {}).items()}
    for note in encounter.notes:
        save_scores(database, note.id, replace(make_scores(model, logits), demoted=verdicts))
    return encounter
