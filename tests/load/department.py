"""What is coded and by whom, in a database before anybody begins.

People have a session each and encounters of their own. Texts are read and explained by the model
once; each encounter of them then holds what a worker would have stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AttributionRow
from icd9_review.store.explaining.attributions import attributions, save_attribution
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import system_user
from icd9_review.ui.serving.sign_in.cookie import kept
from icd9_review.values import (
    Attribution,
    AttributionKey,
    CareSetting,
    Encounter,
    NewEncounter,
    NewNote,
    Proof,
    Role,
    Scores,
    User,
    Window,
)
from tests.load.coder import Person

_FACTS = NewEncounter(CareSetting.OUTPATIENT, age=61)
"""Signed without a principal diagnosis or what was present on admission."""


@dataclass(frozen=True, slots=True)
class Known:
    """A text with what the model says of it."""

    text: str
    scores: Scores
    attributions: dict[AttributionKey, Attribution]


def read_texts(
    database: Database, predictor: Predictor, texts: Sequence[str], *, explained: bool = True
) -> tuple[Known, ...]:
    """Have the model read the texts here, and explain what it suggests."""
    register_model(database, predictor.version)
    explainer = Checked(Explainer(predictor)) if explained else None
    found = []
    for number, text in enumerate(texts):
        encounter = _encounter(database, text, system_user(database), f"read-{number}", None)
        found.append((encounter.notes[0].id, text, scores := predictor.score(text)))
        save_scores(database, found[-1][0], scores, explainer.technique if explainer else None)
    worker = Worker(database, predictor, explainer, standby=False, until_empty=True)
    worker.start()
    worker.join()
    return tuple(
        Known(text, scores, attributions(database, _keys(database, note)))
        for note, text, scores in found
    )


def people_at(
    database: Database, number: int, texts: Sequence[Known], each: int, *, first: int = 0
) -> list[Person]:
    """So many coders with so many encounters each, of the texts by turns."""
    return [
        Person(
            kept(begin_session(database, user, Proof.PASSWORD)),
            tuple(
                add_known(database, texts[(n + place) % len(texts)], user, f"{n}-{place}")
                for place in range(each)
            ),
        )
        for n in range(first, first + number)
        for user in [add_coder(database, n)]
    ]


def add_coder(database: Database, number: int) -> User:
    return add_account(database, f"Coder {number}", Role.CODER, by=system_user(database))


def add_known(database: Database, known: Known, actor: User, key: str) -> str:
    """An encounter of a text that has been read and explained; its id."""
    encounter = _encounter(database, known.text, actor, key, None)
    note = encounter.notes[0].id
    save_scores(database, note, known.scores)
    for there, found in known.attributions.items():
        save_attribution(database, replace(there, note_id=note), found)
    return encounter.id


def add_unread(database: Database, text: str, actor: User, key: str, version: str) -> str:
    """An encounter that waits for a worker; its id."""
    return _encounter(database, text, actor, key, version).id


def _encounter(
    database: Database, text: str, actor: User, key: str, version: str | None
) -> Encounter:
    note = NewNote(text, "Note")
    return create_encounter(
        database, _FACTS, [note], actor=actor, key=f"load-{key}", model_version=version
    )


def _keys(database: Database, note: str) -> list[AttributionKey]:
    with database.read() as session:
        rows = session.scalars(select(AttributionRow).where(AttributionRow.note_id == note)).all()
        return [
            AttributionKey(
                note_id=row.note_id,
                window=Window(0, row.window_start, row.window_end),
                kind=row.kind,
                code=row.code,
                model_version=row.version,
                method=row.method,
                baseline=row.baseline,
                settings=row.settings,
            )
            for row in rows
        ]
