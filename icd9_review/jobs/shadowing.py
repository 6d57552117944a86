"""The model in the shadow: loaded by whoever works, and given a note when nothing else waits."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import structlog

from icd9_review.errors import ModelFolderError, ReviewError
from icd9_review.jobs.chosen_model import choice_of, load_choice
from icd9_review.model.reading.predictor import Predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import note_text
from icd9_review.store.models.shadow_readings import next_in_shadow, save_in_shadow
from icd9_review.store.scoring.chosen import model_standing
from icd9_review.suggestions import suggested
from icd9_review.values import KnownModel

_LOOKS: Final = 3.0  # seconds between two looks which model it is, and for work; by judgement
_AGAIN: Final = 30.0  # seconds until a folder that could not be loaded is tried again; by judgement
_log = structlog.get_logger(__name__)


class ShadowReading:
    """Reads one note at a time with the model in the shadow, if there is one.

    ``setting`` is the folder of the setting, where a version that was never registered lies.
    """

    def __init__(self, database: Database, setting: Path) -> None:
        self._database = database
        self._setting = setting
        self._known: KnownModel | None = None
        self._predictor: Predictor | None = None
        self._rests_until = 0.0

    def read_next(self) -> bool:
        """Read a note; whether there was one. What goes wrong is stored with the note."""
        if time.monotonic() < self._rests_until:
            return False
        predictor = self._current()
        note = None
        if predictor is not None and self._known is not None:
            note = next_in_shadow(self._database, self._known)
        if predictor is None or note is None:
            self._rests_until = max(self._rests_until, time.monotonic() + _LOOKS)
            return False
        self._read(predictor, note)
        return True

    def _current(self) -> Predictor | None:
        """The model that is in the shadow now, loaded; None where there is none to be loaded."""
        shadow = model_standing(self._database).shadow
        if shadow is None:
            self._known = self._predictor = None
        elif shadow != self._known or self._predictor is None:
            self._known, self._predictor = shadow, None
            try:
                chosen = choice_of(self._database, shadow.version, self._setting)
                self._predictor = load_choice(chosen)
            except ModelFolderError as error:
                _log.warning("shadow_missing", error=str(error))
                self._rests_until = time.monotonic() + _AGAIN
        return self._predictor

    def _read(self, predictor: Predictor, note: str) -> None:
        version = predictor.model_version
        try:
            scores = predictor.score(note_text(self._database, note))
        except ReviewError as error:
            save_in_shadow(self._database, note, version, None, str(error))
        except Exception as error:  # its message may quote the note
            _log.warning("scoring_failed", note=note, error=type(error).__name__)
            save_in_shadow(self._database, note, version, None, type(error).__name__)
        else:
            proposed = suggested(scores, predictor.version, note)
            save_in_shadow(self._database, note, version, proposed)
