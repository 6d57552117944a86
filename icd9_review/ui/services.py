"""What all sessions share: the database, the model, and the threads that work beside the pages.

Built once per process, on the first visit or when the server starts. Without a
usable model the app still opens, shows what is stored and says what is wrong.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache

import streamlit as st
import structlog

from icd9_review.errors import ModelFolderError
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.priority import step_back
from icd9_review.jobs.verification import Verification
from icd9_review.jobs.worker import Worker
from icd9_review.logs import configure_logs
from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.preview import Preview
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.notes import demonstration_encounters
from icd9_review.settings import Settings
from icd9_review.store.database.engine import Database, open_database, refuse_damaged
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.intake.encounters import any_encounter, begin_with
from icd9_review.store.people.sessions import end_other_ways
from icd9_review.store.scoring.scores import register_model
from icd9_review.store.starts import record_settings
from icd9_review.store.users import ensure_development_users, system_user, users
from icd9_review.ui.reference import References
from icd9_review.values import User

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """The model in use with the two threads that work for it."""

    predictor: Predictor
    worker: Worker
    explanations: Explanations

    @property
    def version(self) -> str:
        """SHA-256 of the model in use."""
        return self.predictor.model_version


@dataclass(frozen=True, slots=True)
class Services:
    """Shared by every session; ``problem`` says why there is no model.

    Where encounters are restricted to teams, the database shows what belongs to a team only to a
    person in it: a page that forgot to say who asks (``seen_by``) would show less, never more.
    """

    database: Database
    references: References
    model: Model | None
    problem: str = ""
    verification: Verification = field(default_factory=Verification)

    @property
    def model_version(self) -> str | None:
        return self.model.version if self.model else None

    def seen_by(self, person: User) -> Services:
        """The same, with the database as a person may see it."""
        return replace(self, database=self.database.seen_by(person))

    def wake_worker(self) -> None:
        """Tell the worker that there is something to score."""
        if self.model:
            self.model.worker.notify()

    def stop(self) -> None:
        """End the threads and give the connections back."""
        if self.model:
            self.model.worker.stop()
            self.model.explanations.stop()
        self.database.close()


@st.cache_resource(show_spinner="Starting: database and model", max_entries=1)
def services() -> Services:
    """The services of this process, built on the first call."""
    # Any browser may have Streamlit's caches cleared (``BackMsg.clear_cache``): nobody shall have
    # a second model and worker started so.
    return _build()


def forget_services() -> None:
    """Have them built anew with the next call; whoever asks for it stops them first."""
    services.clear()
    _build.cache_clear()


@cache
def _build() -> Services:
    settings = Settings()
    configure_logs(settings.log_level)
    database = open_database(settings.database)
    refuse_damaged(database)
    upgrade(database)
    record_settings(database, settings.written_down())
    end_other_ways(database, settings.proof)
    if settings.sign_in == "single":
        ensure_development_users(database)
    references = References(database)
    references.warm_up()
    shown = replace(database, restricted=settings.restrict == "team")
    try:
        predictor = load_predictor(settings.model)
    except ModelFolderError as error:
        _log.warning("model_missing", folder=settings.model.name)
        _load_demonstration(database, settings, None)
        return Services(shown, references, None, problem=str(error))
    register_model(database, predictor.version)
    _load_demonstration(database, settings, predictor.model_version)
    return Services(shown, references, _start(database, predictor, settings))


def _start(database: Database, predictor: Predictor, settings: Settings) -> Model:
    """The threads that work for a model: what a person asks for goes before the rest."""
    if settings.backend == "fastest":
        # The threads of its own that ONNX Runtime starts are to step back, too.
        with ThreadPoolExecutor(1, initializer=step_back) as pool:
            pool.submit(use_fastest, predictor, settings.exports).result()
    asked = Checked(Explainer(predictor))
    explanations = Explanations(database, asked, Preview(predictor))
    background = Checked(Explainer(predictor, let_pass=explanations.let_pass))
    worker = Worker(database, predictor, background, gives_way=explanations.busy)
    worker.start()
    return Model(predictor, worker, explanations)


def _load_demonstration(database: Database, settings: Settings, version: str | None) -> None:
    """Give an empty database something to look at; safe when two processes start together."""
    if not settings.demonstration or any_encounter(database):
        return
    actor = next(iter(users(database)), None) or system_user(database)
    begin_with(database, demonstration_encounters(), actor=actor, model_version=version)
