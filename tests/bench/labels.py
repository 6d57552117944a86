"""What a model of every code costs: ``python -m tests.bench.labels``.

The embedded model of all 18,449 codes of version 32 and the same with the outputs of the common
diagnoses alone take turns on three notes of an encounter in one process. Prints the processor time
of either and their ratio, and what a note's scores take.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import TypeVar

import numpy as np
from safetensors.numpy import load_file, save_file
from sqlalchemy import select

from icd9_review import codes
from icd9_review.codes.written_terms import written_terms
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.notes import demonstration_encounters
from icd9_review.settings import ROOT
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.database.tables import ScoresRow
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.projections import summaries
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import ensure_development_users, users
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.encounter.visit import Visit
from icd9_review.ui.reference import References
from icd9_review.ui.services import Model, Services
from icd9_review.ui.workbench.component import as_data
from icd9_review.ui.workbench.matters.own_chart import OwnChart
from icd9_review.ui.workbench.session import Receipt, Session
from icd9_review.values import CareSetting, Encounter, Kind, NewEncounter, WorklistQuery
from tests.rows import decision_rows

_Done = TypeVar("_Done")
_EMBEDDED = ROOT / "models" / "default"
_ROUNDS = 15
_THRESHOLD = 0.5
_FILES = (
    *("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"),
    "windows.json",
)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        every = {code for kind in Kind for code in codes.codes(kind)}
        models = [
            make_model(Path(folder) / "common", written_terms().keys()),
            make_model(Path(folder) / "every", every),
        ]
        desks = [_Desk.begin(path.with_suffix(".desk"), path) for path in models]
        for _ in range(_ROUNDS):
            for desk in desks:
                desk.take_a_turn()
        _print(*desks)
        for desk in desks:
            desk.end()


def make_model(path: Path, known: Collection[str]) -> Path:
    """A folder as the embedded one, with the outputs of these codes alone and one threshold."""
    path.mkdir()
    for name in _FILES:
        shutil.copyfile(_EMBEDDED / name, path / name)
    config = json.loads((path / "config.json").read_text("utf-8"))
    labels = {int(number): code for number, code in config["id2label"].items()}
    kept = [number for number, code in sorted(labels.items()) if code in known]
    weights = load_file(path / "model.safetensors")
    for name in ("classifier.weight", "classifier.bias"):
        weights[name] = np.ascontiguousarray(weights[name][kept])
    save_file(weights, path / "model.safetensors", metadata={"format": "pt"})
    chosen = dict(enumerate(labels[number] for number in kept))
    config |= {"id2label": chosen, "label2id": {code: place for place, code in chosen.items()}}
    (path / "config.json").write_text(json.dumps(config), "utf-8")
    (path / "thresholds.json").write_text(json.dumps({"global": _THRESHOLD}), "utf-8")
    return path


@dataclass
class _Desk:
    """A database with one encounter, and what a model costs there, in seconds by what is done."""

    services: Services
    encounter: Encounter
    times: dict[str, list[float]] = field(default_factory=dict)
    shown: int = 0
    sent: int = 0

    @classmethod
    def begin(cls, folder: Path, model: Path) -> _Desk:
        database = open_database(f"sqlite:///{folder}.sqlite3")
        upgrade(database)
        ensure_development_users(database)
        start = process_time()
        predictor = load_predictor(model)
        register_model(database, predictor.version)
        loaded = process_time() - start
        explanations = Explanations(database, Explainer(predictor))
        references = References(database)
        references.warm_up()
        parts = Model(predictor, Worker(database, predictor), explanations)
        encounter = _take_in(database, predictor)
        return cls(Services(database, references, parts), encounter, {"load": [loaded]})

    def end(self) -> None:
        if self.services.model:
            self.services.model.explanations.stop()
        self.services.database.close()

    def take_a_turn(self) -> None:
        """Everything once."""
        database = self.services.database
        user = users(database)[0]

        def open_workbench() -> Session:
            visit = Visit(self.services, self.encounter, user)
            session = Session(self.services, visit, OwnChart(self.services, visit, WorklistQuery()))
            view = session.view(focus=None, query=None, receipt=Receipt())
            self.sent, self.shown = len(json.dumps(as_data(view))), len(view.codes.suggestions)
            return session

        session = self._clock("open the workbench", open_workbench)
        self._clock("a decision and what is shown then", lambda: self._decide(session))
        self._clock("the worklist", lambda: worklist(database, WorklistQuery()))
        self._clock("a summary of the worklist", self._refresh)
        self._clock("the rows of an export", lambda: list(decision_rows(database)))

    def _decide(self, session: Session) -> None:
        view = session.view(focus=None, query=None, receipt=Receipt())
        turn = len(self.times.get("the worklist", ()))
        entry = {
            "id": f"decision-{turn}",
            "encounter": self.encounter.id,
            "user": session.visit.user.id,
            "action": "undo" if turn % 2 else "accept",
            "code": view.codes.suggestions[0].code,
            "kind": view.codes.suggestions[0].kind,
            "reason": None,
            "seen": view.review.sequence,
            "client": "bench",
        }
        receipt = session.store([entry])
        assert receipt.acknowledged, receipt
        session.view(focus=None, query=None, receipt=receipt)

    def _refresh(self) -> None:
        with self.services.database.write() as session:
            summaries.refresh(session, [self.encounter.id])

    def _clock(self, what: str, act: Callable[[], _Done]) -> _Done:
        start = process_time()
        found = act()
        self.times.setdefault(what, []).append(process_time() - start)
        return found


def _take_in(database: Database, predictor: Predictor) -> Encounter:
    notes = [note for _, held in demonstration_encounters() for note in held][6:9]
    encounter = create_encounter(
        database,
        NewEncounter(CareSetting.INPATIENT, age=67),
        notes,
        actor=users(database)[0],
        key="bench",
        model_version=predictor.model_version,
    )
    for note in encounter.notes:
        save_scores(database, note.id, predictor.score(note.text))
    return encounter


def _print(common: _Desk, every: _Desk) -> None:
    for what in common.times:
        one, other = (1000 * statistics.median(desk.times[what]) for desk in (common, every))
        print(f"{what}: {one:.1f} ms and {other:.1f} ms, {other / one:.2f} times")
    for desk in (common, every):
        with desk.services.database.read() as session:
            rows = session.scalars(select(ScoresRow)).all()
        sizes = [len(row.labels or b"") + len(row.logits) + len(row.windows) for row in rows]
        print(f"{desk.shown} codes shown, {desk.sent:,} bytes sent, scores of a note {sizes} bytes")


if __name__ == "__main__":
    main()
