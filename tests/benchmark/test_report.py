"""A whole run on the tiny model: the figures are there, finite, and of the work that was done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from icd9_review.benchmark.products import backward_work, forward_work
from icd9_review.benchmark.texts import MOST_PIECES, read_texts
from icd9_review.cli.main import app
from icd9_review.errors import InputError
from icd9_review.model.reading.predictor import Predictor, load_predictor


@pytest.fixture
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


def test_a_run_gives_every_figure(
    tiny_model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icd9_review.benchmark.products._SIZE", 64)
    monkeypatch.setenv("ICD9_REVIEW_REFERENCE_DATA", "")
    file = tmp_path / "figures.json"
    model = ["--model", str(tiny_model_folder)]
    done = CliRunner().invoke(
        app, ["bench", "--notes", "6", "--explained", "2", "--json", str(file), *model]
    )
    assert done.exit_code == 0, done.output
    figures = json.loads(file.read_text("utf-8"))
    for name in ("predict_speedup", "explain_speedup", "predict_roofline", "explain_roofline"):
        assert 0 < figures[name] < 10_000
    assert 0 <= figures["backend_difference"] < 1e-4
    assert figures["quality"]["explanations"] > 0
    assert figures["machine"]["cores"] >= 1
    assert "| predictions per second |" in done.output


def test_a_random_base_and_a_model_exclude_each_other(tiny_model_folder: Path) -> None:
    done = CliRunner().invoke(app, ["bench", "--base", "--model", str(tiny_model_folder)])
    assert isinstance(done.exception, InputError)


def test_notes_are_short_enough_and_as_many_as_wanted(predictor: Predictor) -> None:
    found = read_texts(predictor, 40, None)
    assert len(found.texts) == 40
    tokenizer = predictor.checkpoint.tokenizer
    assert all(0 < len(tokenizer.encode(text).ids) <= MOST_PIECES for text in found.texts)
    assert len(set(found.texts)) > 30


def test_the_work_of_a_row_grows_with_its_pieces_and_the_way_back_costs_more(
    predictor: Predictor,
) -> None:
    config = predictor.checkpoint.model.config
    assert 0 < forward_work(config, 16) < forward_work(config, 32) / 1.9
    assert backward_work(config, 16) > forward_work(config, 16)
