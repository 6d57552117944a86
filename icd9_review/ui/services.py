"""What all sessions share: the database, the models, and the threads that work beside the pages.

Built once per process, on the first visit or when the server starts. Without a
usable model the app still opens, shows what is stored and says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import streamlit as st
import structlog

from icd9_review.jobs.loaded_models import LoadedModels, Model
from icd9_review.jobs.verification import Verification
from icd9_review.logs import configure_logs
from icd9_review.notes import demonstration_encounters
from icd9_review.settings import Settings
from icd9_review.store.database.engine import Database, open_database, refuse_damaged
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.intake.encounters import any_encounter, begin_with
from icd9_review.store.people.sessions import end_other_ways
from icd9_review.store.scoring.catching_up import read_anew
from icd9_review.store.scoring.chosen import model_standing
from icd9_review.store.scoring.reading_versions import version_shown
from icd9_review.store.starts import record_settings
from icd9_review.store.users import ensure_development_users, system_user, users
from icd9_review.ui.reference import References
from icd9_review.values import User

__all__ = ["Model", "Services", "forget_services", "services"]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """Shared by every session; ``problem`` says why there is no model.

    ``models`` are those of this process, of which ``model`` is one. Where encounters are restricted
    to teams, the database shows what belongs to a team only to a person in it: a page that forgot
    to say who asks (``seen_by``) would show less, never more.
    """

    database: Database
    references: References
    model: Model | None
    problem: str = ""
    verification: Verification = field(default_factory=Verification)
    models: LoadedModels | None = None

    @property
    def model_version(self) -> str | None:
        return self.model.version if self.model else None

    def seen_by(self, person: User) -> Services:
        """The same, with the database as a person may see it."""
        return replace(self, database=self.database.seen_by(person))

    def of(self, encounter_id: str) -> Services:
        """The same, with the model that this encounter is shown by.

        What a former model has read keeps it; where that cannot be loaded any more, the model in
        use reads the encounter. Raises NotFound, Restricted.
        """
        if self.models is None or (model := self.models.current) is None:
            return self
        shown = version_shown(self.database, encounter_id)
        if shown is None or shown not in model_standing(self.database).former:
            return replace(self, model=model)
        if (former := self.models.of(shown)) is not None:
            return replace(self, model=former)
        if read_anew(self.database, encounter_id):
            self.wake_worker()
        return replace(self, model=model)

    def wake_worker(self) -> None:
        """Tell the worker that there is something to score."""
        if self.models:
            self.models.notify()

    def stop(self) -> None:
        """End the threads and give the connections back."""
        if self.models:
            self.models.stop()
        self.database.close()


def services() -> Services:
    """The services of this process, built on the first call, with the model in use now."""
    built = _built()
    if built.models is None:
        return built
    return replace(built, model=built.models.current, problem=built.models.problem)


def forget_services() -> None:
    """Have them built anew with the next call; whoever asks for it stops them first."""
    _built.clear()
    _build.cache_clear()


@st.cache_resource(show_spinner="Starting: database and model", max_entries=1)
def _built() -> Services:
    # Any browser may have Streamlit's caches cleared (``BackMsg.clear_cache``): nobody shall have
    # a second model and worker started so.
    return _build()


@cache
def _build() -> Services:
    settings = Settings()
    configure_logs(settings.log_level)
    database = open_database(settings.database)
    refuse_damaged(database)
    upgrade(database, lambda words: _log.warning("database_held", error=words))
    record_settings(database, settings.written_down())
    end_other_ways(database, settings.proof)
    if settings.sign_in == "single":
        ensure_development_users(database)
    references = References(database)
    references.warm_up()
    shown = replace(database, restricted=settings.restrict == "team")
    models = LoadedModels(database, settings)
    predictor = models.load()
    _load_demonstration(database, settings, predictor.model_version if predictor else None)
    models.start(predictor)
    return Services(shown, references, models.current, models.problem, models=models)


def _load_demonstration(database: Database, settings: Settings, version: str | None) -> None:
    """Give an empty database something to look at; safe when two processes start together."""
    if not settings.demonstration or any_encounter(database):
        return
    actor = next(iter(users(database)), None) or system_user(database)
    begin_with(database, demonstration_encounters(), actor=actor, model_version=version)
