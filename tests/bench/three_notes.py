"""A server with one encounter of three notes, which nobody has worked on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from icd9_review.notes import demonstration_encounters
from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.intake.encounters import begin_with
from icd9_review.store.users import ensure_development_users, users
from icd9_review.values import CareSetting, NewEncounter, NewNote
from tests.browser.conftest import Server
from tests.ports import free_port

SETTINGS = {"ICD9_REVIEW_DEMONSTRATION": "false"}


def three_notes() -> list[NewNote]:
    """The three longest notes of the demonstration."""
    held = [note for _, notes in demonstration_encounters() for note in notes]
    return sorted(held, key=lambda note: -len(note.text))[:3]


@contextmanager
def serving_three_notes(**environment: str) -> Iterator[Server]:
    """The server while it runs; its worker begins to read and to explain at once."""
    with TemporaryDirectory() as folder:
        _begin(Path(folder))
        server = Server(Path(folder), free_port(), environment={**SETTINGS, **environment})
        try:
            server.start()
            yield server
        finally:
            server.kill()


def _begin(data: Path) -> None:
    database = open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")
    upgrade(database)
    ensure_development_users(database)
    encounter = (NewEncounter(CareSetting.INPATIENT, age=67), three_notes())
    begin_with(database, [encounter], actor=users(database)[0], model_version=None)
    database.close()
