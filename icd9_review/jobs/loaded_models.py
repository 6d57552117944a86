"""The models of this process: the one in use, which may change while it runs, and former ones.

Which one is in use the database says, so that all processes agree; each looks every few seconds.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from icd9_review.errors import ModelFolderError, ReviewError
from icd9_review.jobs.chosen_model import ModelChoice, choice, choice_of, load_choice
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.priority import step_back
from icd9_review.jobs.shadowing import ShadowReading
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.preview import Preview
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import Predictor
from icd9_review.settings import Settings
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import register_model

LOOKS: Final = 3.0
"""Seconds between two looks at the choice; by judgement: a small query."""
_AGAIN = 30.0  # seconds until a folder that could not be loaded is tried again; by judgement
_FORMER = 2  # former models that stay loaded; by judgement: each takes memory as the one in use
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model with the threads that work for it; that of a former one reads no notes."""

    predictor: Predictor
    worker: Worker
    explanations: Explanations
    folder: Path | None = None

    @property
    def version(self) -> str:
        """SHA-256 of the model."""
        return self.predictor.model_version


class LoadedModels:
    """Loads the chosen model, follows the choice, and keeps former models that charts keep.

    ``problem`` says why there is no model; ``trouble`` why the chosen one could not be taken up,
    while the one before goes on.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self.current: Model | None = None
        self.problem = ""
        self.trouble = ""
        self._database = database
        self._settings = settings
        self._taken: ModelChoice | None = None
        self._refused: ModelChoice | None = None
        self._again = 0.0
        self._former: dict[str, Model] = {}
        self._missing: dict[str, float] = {}
        self._lock = threading.Lock()
        self._following = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="models", daemon=True)

    def load(self) -> Predictor | None:
        """The model to begin with, made known to the database; None where it cannot be loaded."""
        chosen = choice(self._database, self._settings.model)
        try:
            predictor = load_choice(chosen)
        except ModelFolderError as error:
            _log.warning("model_missing", folder=chosen.folder.name)
            self.problem = str(error)
            self._refused, self._again = chosen, time.monotonic() + _AGAIN
            return None
        register_model(self._database, predictor.version)
        self._taken = chosen
        return predictor

    def start(self, predictor: Predictor | None) -> None:
        """Begin to work with what was loaded, and to follow the choice."""
        if predictor is not None and self._taken is not None:
            self.current = self._work_with(predictor, self._taken.folder)
        self._thread.start()

    def stop(self) -> None:
        """End all threads after what they are doing now."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(LOOKS)
        for each in (self.current, *self._former.values()):
            if each is not None:
                each.worker.stop()
                each.explanations.stop()

    def follow(self) -> None:
        """Take up the chosen model where it is another one than this process works with."""
        with self._following:
            chosen = choice(self._database, self._settings.model)
            if chosen == self._taken:
                self.trouble, self._refused = "", None
            elif chosen != self._refused or time.monotonic() >= self._again:
                self._try(chosen)

    def of(self, version: str) -> Model | None:
        """The model of a version: the one in use or a former one; None where it cannot be loaded.

        A former one that is not loaded is loaded by whoever asks first.
        """
        current = self.current
        if current is not None and current.version == version:
            return current
        with self._lock:
            return self._former.get(version) or self._load_former(version)

    def notify(self) -> None:
        """Tell the worker that there is something to read."""
        if self.current is not None:
            self.current.worker.notify()

    def _try(self, chosen: ModelChoice) -> None:
        """Take up a model; where it cannot be loaded the one before goes on, and it is said."""
        try:
            self._take_up(chosen)
        except ModelFolderError as error:
            _log.warning("model_not_taken_up", folder=chosen.folder.name)
            self._refused, self._again = chosen, time.monotonic() + _AGAIN
            if self.current is None:
                self.problem = str(error)
            else:
                self.trouble = str(error)

    def _take_up(self, chosen: ModelChoice) -> None:
        predictor = self._loaded(chosen) or load_choice(chosen)
        register_model(self._database, predictor.version)
        before = self.current
        if before is None or before.version != predictor.model_version:
            self.current = self._work_with(predictor, chosen.folder)
            if before is not None:
                before.worker.stop()
                self._keep(before)
            _log.info("model_taken_up", model=predictor.model_version)
        self._taken, self.problem, self.trouble = chosen, "", ""

    def _loaded(self, chosen: ModelChoice) -> Predictor | None:
        """The model of a choice that is in memory still; not of the setting, whose files count."""
        with self._lock:
            former = self._former.pop(chosen.version, None) if chosen.version else None
        if former is None:
            return None
        former.explanations.stop()
        return former.predictor

    def _keep(self, model: Model) -> None:
        with self._lock:
            self._put_by(model)

    def _put_by(self, model: Model) -> None:
        """Keep a former model loaded, and let go of the one that came longest ago."""
        self._former[model.version] = model
        while len(self._former) > _FORMER:
            self._former.pop(next(iter(self._former))).explanations.stop()

    def _load_former(self, version: str) -> Model | None:
        if self._missing.get(version, 0.0) > time.monotonic():
            return None
        chosen = choice_of(self._database, version, self._settings.model)
        try:
            predictor = load_choice(chosen)
        except ModelFolderError:
            _log.warning("model_missing", folder=chosen.folder.name)
            self._missing[version] = time.monotonic() + _AGAIN
            return None
        self._put_by(model := self._prepared(predictor, chosen.folder))
        return model

    def _work_with(self, predictor: Predictor, folder: Path) -> Model:
        model = self._prepared(predictor, folder)
        model.worker.start()
        return model

    def _prepared(self, predictor: Predictor, folder: Path) -> Model:
        """The threads that work for a model: what a person asks for goes before the rest."""
        if self._settings.backend == "fastest":
            # The threads of its own that ONNX Runtime starts are to step back, too.
            with ThreadPoolExecutor(1, initializer=step_back) as pool:
                pool.submit(use_fastest, predictor, self._settings.exports).result()
        asked = Checked(Explainer(predictor))
        explanations = Explanations(self._database, asked, Preview(predictor))
        background = Checked(Explainer(predictor, let_pass=explanations.let_pass))
        worker = Worker(
            self._database,
            predictor,
            background,
            gives_way=explanations.busy,
            beside=ShadowReading(self._database, self._settings.model).read_next,
            ahead=self._settings.explain_ahead,
            promotion_sample=self._settings.promotion_sample,
        )
        return Model(predictor, worker, explanations, folder)

    def _run(self) -> None:
        while not self._stopping.wait(LOOKS):
            try:
                self.follow()
            except ReviewError as error:  # the database is away: the next look is soon
                _log.warning("choice_unreadable", error=str(error))
