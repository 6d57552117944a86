"""Models are registered, promoted and rolled back by command, and listed with their reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.model.folder.files import read_folder
from icd9_review.store.database.engine import Database
from icd9_review.store.models.shadow_readings import save_in_shadow
from icd9_review.store.scoring.scores import register_model
from icd9_review.values import Kind, Suggestion, Window
from tests.cli.running import Run
from tests.store.auditing.signing import add_signed
from tests.store.models.models import NEW, register
from tests.tiny import copy_with_lower_thresholds

WHY = "Better on the last sample."


@pytest.fixture(autouse=True)
def setting(commanded: Database, tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The version of the setting, which is in use."""
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tiny_model_folder))
    version = read_folder(tiny_model_folder).version
    register_model(commanded, version)
    return version.version


@pytest.fixture
def further(tmp_path: Path, tiny_model_folder: Path) -> Path:
    return copy_with_lower_thresholds(tiny_model_folder, tmp_path / "further")


def test_a_model_goes_the_whole_way(run: Run, further: Path, setting: str) -> None:
    version = read_folder(further).version.version
    assert run("model", "list")[1].startswith(f"{setting}\tin use, by the setting\t")
    assert run("model", "register", str(further))[:2] == (0, f"registered {version}\n")
    code, told, _ = run("model", "promote", version[:8], "--reason", WHY)
    assert (code, told) == (0, f"in use: {version}\n")
    assert f"{version}\tin use\t" in run("model", "list")[1]
    code, told, _ = run("model", "rollback", "--reason", "Too much.")
    assert (code, told) == (0, f"in use: {setting}\n")
    listed = run("model", "list")[1].splitlines()
    assert f"{version}\tretired\tfurther\t{further.resolve()}" in listed
    history = [line.split("\t")[1:] for line in listed if line[:2] == "20"]
    assert history[0] == [
        "System",
        f"rolled back to {setting[:12]} instead of {version[:12]}",
        "Too much.",
    ]
    assert history[1][-1] == WHY


def test_a_shadow_model_is_retired(run: Run, further: Path) -> None:
    version = read_folder(further).version.version
    run("model", "register", str(further))
    assert run("model", "retire", version, "--reason", WHY)[1] == f"retired {version}\n"
    code, _, complaint = run("model", "retire", version, "--reason", WHY)
    assert code == 2
    assert "does not read in the shadow" in complaint


def test_the_shadow_is_compared_with_the_model_in_use(run: Run, commanded: Database) -> None:
    code, _, complaint = run("model", "compare")
    assert (code, "No model reads in the shadow" in complaint) == (2, True)
    register(commanded)
    chart = add_signed(commanded)
    assert run("model", "compare")[1].splitlines()[1:] == ["no signed chart was read by both"]
    found = Suggestion("486", Kind.DIAGNOSIS, 0.9, None, 0.5, Window(0, 0, 9))
    save_in_shadow(commanded, chart.notes[0].id, NEW.version, [found])
    code, told, _ = run("model", "compare")
    assert code == 0
    read, *figures = told.splitlines()
    assert "read 1 note" in read
    assert any(line.startswith("1 charts. ") for line in figures)
    assert "486\tsigned 0\tfound 0 -> 0\twrong 0 -> 1" in figures
    assert "428.0\tsigned 1\tfound 1 -> 0\twrong 0 -> 0" in figures


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (("register", "nowhere"), "nowhere"),
        (("promote", "12345678", "--reason", WHY), "No registered model begins with 12345678"),
        (("promote", "1234", "--reason", WHY), "at least 8 digits"),
        (("rollback", "--reason", WHY), "No promotion stands"),
        (("rollback", "--reason", ""), "The reason is empty"),
    ],
)
def test_what_cannot_be_ends_in_one_line(run: Run, given: tuple[str, ...], complaint: str) -> None:
    code, printed, said = run("model", *given)
    assert (code, printed) == (2, "")
    assert complaint in said
    assert said.count("\n") == 1
