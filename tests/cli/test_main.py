"""The command line as people call it."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from icd9_review.cli.main import main
from icd9_review.cli.scoring import predict
from tests.tiny import CODES, NOTE, write_json


@pytest.fixture(autouse=True)
def tiny_in_use(monkeypatch: pytest.MonkeyPatch, tiny_model_folder: Path) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tiny_model_folder))


class Console:
    """Runs a command; ``code`` and both streams are those of the last one."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capfd = capfd
        self._monkeypatch = monkeypatch
        self.code: object = 0
        self.out = self.err = ""

    def run(self, *arguments: object, stdin: bytes = b"") -> Console:
        self._monkeypatch.setattr(sys, "argv", ["icd9_review", *map(str, arguments)])
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        self.code = ended.value.code
        self.out, self.err = self._capfd.readouterr()
        return self


@pytest.fixture
def console(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Console:
    return Console(capfd, monkeypatch)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(NOTE, encoding="utf-8")
    return path


def test_a_note_gets_one_json_object_with_titles(console: Console, note: Path) -> None:
    ended = console.run("predict", note, "--json")
    assert ended.code == 0
    found = json.loads(ended.out)
    assert found["file"] == str(note)
    assert len(found["model_version"]) == 64
    assert found["read"] == 1.0
    codes = {entry["code"]: entry for entry in found["suggestions"]}
    assert set(codes) == {"428.0", "427.31", "V58.61"}
    assert codes["427.31"]["title"] == "Atrial fibrillation"
    assert codes["427.31"]["kind"] == "diagnosis"
    assert codes["427.31"]["calibrated"] is None
    assert codes["427.31"]["threshold"] == 0.5
    window = codes["427.31"]["window"]
    assert "Atrial" in NOTE[window["start"] : window["end"]]


def test_several_files_and_standard_input_are_lines_in_order(console: Console, note: Path) -> None:
    ended = console.run("predict", note, "-", "--json", stdin=b"Pneumonia.\r\nUTI.")
    first, second = map(json.loads, ended.out.splitlines())
    assert (first["file"], second["file"]) == (str(note), "-")
    assert {entry["code"] for entry in second["suggestions"]} == {"486", "599.0"}
    assert second["length"] == len("Pneumonia.\nUTI.")


def test_all_shows_every_code_and_a_threshold_replaces_the_folders(
    console: Console, note: Path
) -> None:
    every = json.loads(console.run("predict", note, "--json", "--all").out)
    assert {entry["code"] for entry in every["suggestions"]} == set(CODES)
    none = json.loads(console.run("predict", note, "--json", "--threshold", "1").out)
    assert none["suggestions"] == []


def test_what_the_folders_judge_demotes_is_suggested_by_another_threshold_alone(
    console: Console,
    note: Path,
    tmp_path: Path,
    tiny_model_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The judge belongs to the thresholds that it was fitted above."""
    folder = shutil.copytree(tiny_model_folder, tmp_path / "judging")
    judge = {"intercept": 1, "margin": 0, "doubts": {"withheld": 3}, "split": ""}
    write_json(folder / "judge.json", judge)
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(folder))
    note.write_text("Congestive heart failure. No pneumonia.", encoding="utf-8")

    def codes(*options: str) -> set[str]:
        out = console.run("predict", note, "--json", *options).out
        return {entry["code"] for entry in json.loads(out)["suggestions"]}

    assert codes() == {"428.0"}
    assert codes("--threshold", "0.5") == {"428.0", "486"}
    assert codes("--all") == set(CODES)


def test_people_read_a_table(console: Console, note: Path) -> None:
    out = console.run("predict", note).out
    assert "3 codes, 100% of the note read" in out
    assert "Atrial fibrillation" in out


def test_notices_of_the_intake_are_passed_on(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes("Pneumonia, caf\xe9.".encode("latin-1"))
    assert "not UTF-8" in json.loads(console.run("predict", path, "--json").out)["notices"][0]


def test_a_bad_file_is_one_line_and_the_others_are_read(
    console: Console, note: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"  ")
    (tmp_path / "note.pdf").write_bytes(b"%PDF-1.7 secret words of a note")
    ended = console.run(
        "predict",
        tmp_path / "empty.txt",
        tmp_path / "absent.txt",
        tmp_path / "note.pdf",
        note,
        "--json",
    )
    assert ended.code == 2
    assert len(ended.out.splitlines()) == 1
    lines = ended.err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("error: ") for line in lines)
    assert "secret" not in ended.err


@pytest.mark.parametrize("options", [["--threshold", "1.5"], ["--threshold", "0.5", "--all"]])
def test_options_that_make_no_sense_are_one_line(
    console: Console, note: Path, options: list[str]
) -> None:
    ended = console.run("predict", note, *options)
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1


def test_an_unusable_model_is_one_line(
    console: Console, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tmp_path / "nowhere"))
    ended = console.run("predict", note)
    assert ended.code == 2
    assert "nowhere is not a folder" in ended.err
    assert "Traceback" not in ended.err


def test_a_wrong_setting_is_one_line(
    console: Console, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DEMONSTRATION", "maybe")
    ended = console.run("predict", note)
    assert ended.code == 2
    assert ended.err == "error: ICD9_REVIEW_DEMONSTRATION must be true or false.\n"


def test_an_unforeseen_error_does_not_quote_the_note(
    console: Console, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError(NOTE)

    monkeypatch.setattr(predict, "rank_all", fail)
    ended = console.run("predict", note)
    assert ended.code == 2
    assert "unexpected RuntimeError" in ended.err
    assert "Congestive" not in ended.err


def test_check_ends_with_one_where_the_app_would_refuse(
    console: Console, tiny_model_folder: Path, tmp_path: Path
) -> None:
    good = console.run("model", "check", tiny_model_folder)
    assert (good.code, "problem" in good.out) == (0, False)
    bad = console.run("model", "check", tmp_path)
    assert bad.code == 1
    assert "problem  " in bad.out


def test_convert_says_what_it_made(
    console: Console, tiny_model_folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "good"
    arguments = ("model", "convert", tiny_model_folder, "--kind", "diagnosis", "--output", output)
    assert "10 diagnoses, version " in console.run(*arguments).out
    again = console.run(*arguments)
    assert again.code == 2
    assert "exists already" in again.err
