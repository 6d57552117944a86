"""The model card: every section is a fact, the snippet runs, the metadata block is the Hub's."""

import re
import runpy
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from icd9_review.training.card import CardFacts, Headline, Impact, write_card
from tests.tiny import write_json

FACTS = CardFacts(
    name="A model of a test",
    summary="A tiny BERT taught to look for words.",
    license="apache-2.0",
    base_model="none/tiny",
    training_data=("Ten words.",),
    procedure=("Weights were written down.", "Nothing was optimised."),
    settings={"seed": "9"},
    precision="float32",
    limits=("It knows nothing of negation.",),
    impact=Impact("two CPU cores", hours=1.5, energy_kwh=0.25, co2_kg=0.09, country="DEU"),
    credits=("No text of others.",),
    citation="None.",
)
SECTIONS = (
    "Details",
    "Uses",
    "Bias, risks and limits",
    "How to get started",
    "Training data",
    "Training procedure",
    "Evaluation",
    "Environmental impact",
    "Architecture",
    "Citation",
    "More information",
    "Credits and licences",
)


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))


def card_of(folder: Path, facts: CardFacts = FACTS) -> str:
    write_card(folder, facts, "Not measured.", (Headline("ten notes", "f1", 0.61234),))
    return (folder / "README.md").read_text(encoding="utf-8")


def run_snippet(card: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the code in the card prints for this folder."""
    code = re.search(r"```python\n(.+?)```", card, re.S)
    assert code is not None
    script = tmp_path / "snippet.py"
    script.write_text(code[1].replace('"MODEL"', repr(str(folder))), encoding="utf-8")
    runpy.run_path(str(script))
    return capsys.readouterr().out


def test_every_section_is_there_and_no_slot_is_left_open(folder: Path) -> None:
    card = card_of(folder)
    assert re.findall(r"^## (.+)$", card, re.M) == list(SECTIONS)
    assert "{{" not in card
    assert "to be added" not in card


def test_what_the_folder_says_of_itself_is_in_the_card(folder: Path) -> None:
    card = card_of(folder)
    assert "10 (10 diagnoses, 0 procedures)" in card
    assert "windows of 32 word pieces of which 8 are shared" in card
    assert "0.50; fitted on: generated phrases" in card
    assert "| Probabilities | not calibrated |" in card


def test_buckets_are_told_and_the_snippet_takes_their_thresholds(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = {"diagnoses 1-10": ["427.31"], "diagnoses >500": ["428.0"]}
    write_json(folder / "buckets.json", {"by": "training notes", "codes": codes})
    per_bucket = {"diagnoses 1-10": 0.9999, "diagnoses >500": 0.4}
    thresholds = {"global": 0.5, "per_bucket": per_bucket, "split": "validation"}
    write_json(folder / "thresholds.json", thresholds)
    line = {"a": 0.7, "b": -1.0, "positives": 31}
    overall = {"method": "platt", "a": 0.9, "b": -0.2, "split": "validation"}
    write_json(folder / "calibration.json", {**overall, "per_bucket": {"diagnoses 1-10": line}})
    card = card_of(folder)
    assert "0.50, 0.40 to 1.00 by bucket (training notes); fitted on: validation" in card
    assert (
        "Platt scaling, by bucket (training notes; positives of each: diagnoses 1-10: 31)" in card
    )
    printed = run_snippet(card, folder, tmp_path, capsys)
    assert "428.0" in printed
    assert "427.31" not in printed


def test_the_metadata_block_is_read_back_by_the_hub_s_library(folder: Path) -> None:
    card_of(folder)
    data = ModelCard.load(folder / "README.md").data
    assert (data.license, data.base_model, data.language) == ("apache-2.0", "none/tiny", "en")
    (result,) = data.eval_results
    assert (result.metric_type, result.metric_value) == ("f1", 0.612)


def test_the_weights_of_a_second_judge_are_told_and_that_the_snippet_does_without(
    folder: Path,
) -> None:
    assert "judge" not in card_of(folder)
    judge = {"intercept": 0.9, "margin": 0.4, "doubts": {"unnamed": 0.75}, "split": "20 notes"}
    write_json(folder / "judge.json", judge)
    card = card_of(folder)
    weights = "0.90 + 0.40 × its margin, less unnamed 0.75; fitted on: 20 notes |\n\n## Uses"
    assert weights in card
    assert "```\n\nThis does without the second judge" in card
    own = {"intercept": 0.5, "margin": 0.2, "doubts": {"planned": 1.5}}
    write_json(folder / "judge.json", {**judge, "procedures": own})
    of_both = "less unnamed 0.75; a procedure: 0.50 + 0.20 × its margin, less planned 1.50; fitted"
    assert of_both in card_of(folder)


@pytest.mark.parametrize(
    "cut", [{}, {"stride": 0, "cut": "sentences"}], ids=["length", "sentences"]
)
def test_the_snippet_runs_and_suggests_what_the_note_says(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], cut: dict[str, object]
) -> None:
    write_json(folder / "windows.json", {"length": 32, "stride": 8, **cut})
    printed = run_snippet(card_of(folder), folder, tmp_path, capsys)
    assert "428.0" in printed
    assert "427.31" in printed
    assert "486" not in printed


@pytest.mark.parametrize(
    ("license", "held"),
    [("apache-2.0", "apache-2.0"), ("Ours alone", "other")],
)
def test_a_licence_in_words_is_other_to_the_hub(folder: Path, license: str, held: str) -> None:
    card = card_of(folder, replace(FACTS, license=license, terms="for people who signed"))
    assert f"| License | {license}; for people who signed |" in card
    assert ModelCard.load(folder / "README.md").data.license == held


def test_a_base_of_this_machine_is_no_base_of_the_hub(folder: Path) -> None:
    card = card_of(folder, replace(FACTS, base_model="bert (a local folder)"))
    assert "| Fine-tuned from | bert (a local folder) |" in card
    assert ModelCard.load(folder / "README.md").data.base_model is None


@pytest.mark.parametrize(
    ("impact", "sentence"),
    [
        (FACTS.impact, "0.090 kg of CO2 with the energy mix of DEU"),
        (
            replace(FACTS.impact, co2_kg=None),
            "0.250 kWh, estimated by codecarbon. CO2 was not estimated",
        ),
        (FACTS.impact, "on two CPU cores for 1.5 hours, in one piece. It used"),
        (Impact("a GPU"), "on a GPU for an unrecorded time. Energy was not measured."),
        (
            replace(FACTS.impact, stops=2),
            "for at least 1.5 hours, stopped and taken up again 2 times",
        ),
    ],
)
def test_what_was_not_measured_is_said_to_be_so(
    folder: Path, impact: Impact, sentence: str
) -> None:
    assert sentence in card_of(folder, replace(FACTS, impact=impact))
