"""From decisions to a model that learned of them: trained, checked, measured beside the former."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from icd9_review.cli.main import app
from icd9_review.errors import InputError
from icd9_review.model.folder.files import model_version
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.quality.teaching import lesson_part
from icd9_review.review.telling.event_facts import event_facts
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.retention.purging import purge
from icd9_review.store.teaching.lessons import lessons
from icd9_review.store.users import system_user
from icd9_review.values import CareSetting, EventKind, Lesson, LessonPart, PurgeReason
from tests.encounters import add_encounter, coders
from tests.signing import sign_codes

LEARNED = "The patient was seen for dyspnea and cough. Congestive heart failure."
"""In these charts coders added 584.9, of which the tiny model knows nothing."""
OTHER = "The patient was seen for pain. Pneumonia."
_OPTIONS = (
    *("--epochs", "12", "--batch", "4", "--accumulate", "1", "--learning-rate", "1e-2"),
    *("--checkpoint-steps", "10", "--explained", "4"),
)
_CHARTS = 60


@dataclass(frozen=True)
class Taught:
    """A database, the folder before, and what the command wrote and said."""

    data: Path
    before: Path
    output: Path
    said: str
    purged: str

    @property
    def after(self) -> Path:
        return self.output / "model"

    def held(self, name: str) -> Any:
        return json.loads((self.output / name).read_text("utf-8"))


def train(data: Path, before: Path, output: Path, *more: str) -> Result:
    environment = {"ICD9_REVIEW_DATA": str(data), "DATABASE_URL": ""}
    arguments = ["train", "feedback", "--model", str(before), "--output", str(output), *more]
    return CliRunner().invoke(app, arguments, env=environment)


def database_of(data: Path) -> Database:
    return open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")


@pytest.fixture(scope="module")
def taught(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, tiny_model_folder: Path
) -> Taught:
    data, output = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("trained") / "out"
    shutil.copyfile(sqlite_template, data / "icd9_review.sqlite3")
    with closing(database_of(data)) as database:
        coder = coders(database)[0]
        for number in range(_CHARTS):
            learned = number % 2 == 0
            chart = add_encounter(
                database, text=LEARNED if learned else OTHER, setting=CareSetting.OUTPATIENT
            )
            sign_codes(database, chart, coder, ["428.0", "584.9"] if learned else ["486", "V10.3"])
        purge(database, chart.id, PurgeReason.REQUEST, actor=system_user(database))
    done = train(data, tiny_model_folder, output, *_OPTIONS)
    assert done.exit_code == 0, done.output
    return Taught(data, tiny_model_folder, output, done.output, chart.label)


def test_the_new_model_knows_what_the_decisions_said(taught: Taught) -> None:
    before, after = (load_predictor(each) for each in (taught.before, taught.after))
    for predictor, expected in ((before, {"428.0"}), (after, {"428.0", "584.9"})):
        found = {each.code for each in predictor.predict(LEARNED) if each.suggested}
        assert found == expected
    assert after.labels == before.labels


def test_it_says_what_the_decisions_changed_code_by_code(taught: Taught) -> None:
    found = taught.held("comparison.json")
    change = next(each for each in found["codes"] if each["code"] == "584.9")
    measured = sum(change["before"].values())
    assert change["before"] == {"found": 0, "missed": measured, "wrong": 0}
    assert change["after"] == {"found": measured, "missed": 0, "wrong": 0}
    assert f"584.9\t0 → {measured}\t{measured} → 0\t0 → 0" in taught.said
    assert found["before"]["rule"]["f1"]["value"] < found["after"]["rule"]["f1"]["value"]


def test_explanations_are_measured_beside_f1_on_the_same_codes(taught: Taught) -> None:
    found = taught.held("comparison.json")
    for name in ("before", "after"):
        explained = found[name]["explanations"]
        assert explained["windows"] == 4
        assert 0 <= explained["comprehensiveness"]["value"] <= 1


def test_charts_that_measure_were_never_learned_from(taught: Taught) -> None:
    lines = (taught.output / "work" / "charts.jsonl").read_text("utf-8").splitlines()
    parts = {row["id"]: row["split"] for row in map(json.loads, lines)}
    with closing(database_of(taught.data)) as database:
        found = [e for e in lessons(database, actor=system_user(database)) if isinstance(e, Lesson)]
    assert parts == {each.encounter: lesson_part(each).value for each in found}
    assert taught.held("comparison.json")["notes"] == [*parts.values()].count(LessonPart.TEST)


def test_what_was_purged_and_what_cannot_be_learned_is_named(taught: Taught) -> None:
    assert f"left out, because its text was purged: {taught.purged}" in taught.said
    assert "codes that the model does not know and cannot learn: 1 (V10.3)" in taught.said
    assert "0 of them settled by an audit" in taught.said


def test_the_ledger_knows_which_text_left(taught: Taught) -> None:
    with closing(database_of(taught.data)) as database:
        events = ledger.events(database, ledger.SYSTEM)
    (event,) = (each for each in events if each.kind is EventKind.EXPORTED)
    sum_of_them = taught.held("run.json")["charts"]["sha256"]
    told = f"lessons as jsonl, with words, {_CHARTS - 1} rows, SHA-256 {sum_of_them}, run by "
    assert event_facts(event, {}).startswith(told)


def test_the_folder_has_a_version_and_a_card_of_its_own(taught: Taught) -> None:
    record = taught.held("run.json")
    assert record["model_version"] == model_version(taught.after) != record["before"]
    card = (taught.after / "README.md").read_text("utf-8")
    assert f"What stands above is of `{record['before']}`" in card
    assert taught.after.stat().st_mode & 0o777 == 0o700
    assert (taught.output / "work" / "charts.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_same_command_measures_again_and_trains_nothing(taught: Taught) -> None:
    before = model_version(taught.after)
    done = train(taught.data, taught.before, taught.output, *_OPTIONS)
    assert done.exit_code == 0, done.output
    assert model_version(taught.after) == before
    assert done.stdout.rstrip() in taught.said
    assert done.stdout.startswith("on the same")


def test_too_few_charts_are_said_in_a_sentence(
    tmp_path: Path, sqlite_template: Path, tiny_model_folder: Path
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "icd9_review.sqlite3")
    done = train(tmp_path, tiny_model_folder, tmp_path / "out")
    assert isinstance(done.exception, InputError)
    assert "0 to learn from, 0 to stop by, 0 to measure with" in str(done.exception)
