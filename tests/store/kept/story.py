"""What happens in a kept database: some days of a small department, told in one go.

Two models, charts in every state, people's wishes, files and lists from outside, and work
that was left undone. What can be done through public functions and commands is done through
them, so that what is stored is what the program stores; ids, salts and times are its own
and differ with every telling.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Pool, event
from typer.testing import CliRunner

from icd9_review.cli.main import app
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.notes.demonstration import demonstration_encounters
from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.views import inspected, record_view, shown
from icd9_review.store.explaining.explanation_queue import give_explanation_back, take_explanation
from icd9_review.store.preferences import save_preference
from icd9_review.store.scoring import heartbeats
from icd9_review.store.scoring.scores import register_model, suggestions
from icd9_review.store.scoring.scoring_queue import give_note_back, take_note
from icd9_review.store.users import ensure_development_users
from icd9_review.store.worklist.assignments import assign
from icd9_review.values import Action, EventKind
from tests.releases import write_releases
from tests.store.kept import charts
from tests.store.kept.charts import LETTER, STAY, SUMMARY, VISIT, Ward

FILES = Path(__file__).with_name("files")
VISITS = FILES / "visits.csv"
LATER_VISITS = FILES / "visits-later.csv"
"""The same visits, in which the text of one note has changed."""


def tell(address: str, database: Database, models: Sequence[Path], scratch: Path) -> None:
    """Everything, in an upgraded empty database at an address.

    ``models`` are two folders, of which the second comes into use later; ``scratch`` is an
    empty folder.
    """
    ensure_development_users(database)
    ward = Ward(database)
    earlier, later = (load_predictor(folder) for folder in models)
    register_model(database, earlier.version)
    begin_with(ward, earlier)
    register_model(database, later.version)
    fill(ward, later)
    look(ward, later)
    command(address, "codes", "import", *write_releases(scratch))
    finish(ward, later)
    import_visits(address, ward, later)
    prefer(ward)
    exported(address, scratch / "first.jsonl")
    leave_undone(ward, later)


def command(address: str, *arguments: object) -> str:
    """What a command of the program prints, on the database at this address."""
    given = [str(argument) for argument in arguments]
    with _closing_connections():
        done = CliRunner().invoke(app, given, env={"DATABASE_URL": address}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@contextmanager
def _closing_connections() -> Iterator[None]:
    """A command leaves its connections to the end of its process, which here goes on."""
    made: list[Any] = []

    def remember(connection: Any, _: object) -> None:
        made.append(connection)

    event.listen(Pool, "connect", remember)
    try:
        yield
    finally:
        event.remove(Pool, "connect", remember)
        for connection in made:
            connection.close()


def exported(address: str, path: Path) -> list[dict[str, Any]]:
    """The rows that the command exports, through a file that does not exist yet."""
    command(address, "export", "decisions", "--format", "jsonl", "--output", path)
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]


def work(database: Database, predictor: Predictor) -> None:
    """Score and explain what waits, as a worker beside the app does."""
    explainer = Checked(Explainer(predictor))
    worker = Worker(database, predictor, explainer, standby=False, until_empty=True)
    worker.start()
    assert worker.join(timeout=120)


def begin_with(ward: Ward, predictor: Predictor) -> None:
    """A chart is decided on with the suggestions of the earlier model."""
    encounter = ward.admit(STAY, SUMMARY, LETTER, version=predictor.model_version)
    work(ward.database, predictor)
    charts.decide_on_much(ward, encounter)
    charts.comment(ward, encounter)


def fill(ward: Ward, predictor: Predictor) -> None:
    """A chart for each way to stand but the last ones."""
    ((facts, notes), *_) = demonstration_encounters()
    version = predictor.model_version
    ward.admit(facts, *notes, version=version)
    ways = (charts.hold, charts.sign, charts.sign_before_late_note, charts.reopen, charts.reopen)
    admitted = [ward.admit(STAY, SUMMARY, version=version) for _ in ways]
    work(ward.database, predictor)
    for way, encounter in zip(ways, admitted, strict=True):
        way(ward, encounter)
    work(ward.database, predictor)


def look(ward: Ward, predictor: Predictor) -> None:
    """What the workbench and the explanation page tell of a chart that was only looked at."""
    encounter = ward.find(2)
    version = predictor.model_version
    found = suggestions(ward.database, encounter.id, version)[:3]
    told: Sequence[tuple[EventKind, Mapping[str, object]]] = (
        (EventKind.OPENED, {}),
        (EventKind.SHOWN, shown(version, found, explanations=True)),
        (EventKind.INSPECTED, inspected("explanation", version, found, explanations=True)),
        (EventKind.CLOSED, {}),
    )
    for kind, payload in told:
        record_view(ward.database, encounter.id, kind, ward.coder, ward.key(), payload)


def finish(ward: Ward, predictor: Predictor) -> None:
    """A chart is signed again, now under imported lists; of two visits one is signed."""
    charts.sign_again(ward, ward.find(7))
    visits = [ward.admit(VISIT, LETTER, version=predictor.model_version) for _ in range(2)]
    work(ward.database, predictor)
    assign(ward.database, [visits[0].id], ward.coder.id, ward.coder)
    charts.sign_visit(ward, visits[1])


def import_visits(address: str, ward: Ward, predictor: Predictor) -> None:
    """Files of another system; a chart is decided on before one of its notes comes anew."""
    command(address, "import", "--source", "Ward", VISITS)
    work(ward.database, predictor)
    ward.decide(ward.find(10), Action.ACCEPT, "428.0")
    command(address, "import", "--source", "Ward", LATER_VISITS)
    work(ward.database, predictor)


def prefer(ward: Ward) -> None:
    """What people have chosen on pages."""
    database = ward.database
    save_preference(database, ward.coder, "worklist", {"sort": "chart_age", "rows": 25})
    save_preference(database, ward.coder, "workbench", {"explanations": False, "wide": None})
    save_preference(database, ward.second, "worklist", {"columns": ["label", "status", "ä"]})


def leave_undone(ward: Ward, predictor: Predictor) -> None:
    """A note and an explanation were given up, a note waits, a worker was alive just now."""
    version = predictor.model_version
    ward.admit(STAY, LETTER, version=version)
    error = RuntimeError("its words are never stored")
    for _ in range(leases.ATTEMPTS):
        job = take_note(ward.database, version)
        assert job is not None
        give_note_back(ward.database, job, error)
    ward.admit(VISIT, SUMMARY, version=version)
    unlikely = suggestions(ward.database, ward.find(4).id, version)[-1]
    key = Checked(Explainer(predictor)).technique.key(unlikely)
    for _ in range(leases.ATTEMPTS):
        asked = take_explanation(ward.database, key)
        assert asked is not None
        give_explanation_back(ward.database, asked, error)
    heartbeats.beat(ward.database, "f" * 22, version)
