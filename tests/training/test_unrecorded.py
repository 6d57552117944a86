"""The card of a folder whose training nobody recorded says what its files show, and no more."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from icd9_review.errors import InputError, ModelFolderError
from icd9_review.model.folder.files import model_version
from icd9_review.training.card_facts import Credits, read_record, rewrite_card
from tests.tiny import write_json
from tests.training.finetune.test_facts import OPEN
from tests.training.test_card import SECTIONS


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "ward"))


def card_of(folder: Path) -> str:
    return (folder / "README.md").read_text("utf-8")


def test_every_section_is_there_and_says_what_the_files_show(folder: Path) -> None:
    version = model_version(folder)
    rewrite_card(folder, None, Credits())
    card = card_of(folder)
    assert re.findall(r"^## (.+)$", card, re.M) == list(SECTIONS)
    for fact in (
        "# ward, a model for ICD-9-CM codes",
        "| Fine-tuned from | not recorded |",
        f"| Model version | `{version}` |",
        "10 (10 diagnoses, 0 procedures), ICD-9-CM version 32",
        " parameters, ",
        "0.50; fitted on: generated phrases",
        "| How often they held | not measured |",
        "It has not been measured on notes kept apart",
        "Environmental impact\n\nNot recorded.\n",
    ):
        assert fact in card
    assert not [mark for mark in OPEN if mark in card]
    assert model_version(folder) == version


def test_what_is_told_of_it_stays_when_it_is_written_again(folder: Path) -> None:
    lines = ("Charts of one hospital.", "2001 to 2012.")
    rewrite_card(
        folder, None, Credits("Ward 3", name="Ward", base_model="none/bio", training_data=lines)
    )
    write_json(folder / "thresholds.json", {"global": 0.25, "split": "ten notes"})
    rewrite_card(folder, None, Credits(license="mit"))
    card = card_of(folder)
    for told in (
        "# Ward\n",
        "Ward 3",
        "- Charts of one hospital.\n- 2001 to 2012.\n",
        "license: mit",
    ):
        assert told in card
    assert "0.25; fitted on: ten notes" in card
    assert f"`{model_version(folder)}`" in card
    assert "base_model: none/bio" in card
    assert read_record(folder).recorded is False


def test_a_readme_of_somebody_else_is_kept_unless_it_is_given_up(folder: Path) -> None:
    (folder / "README.md").write_text("By hand.", "utf-8")
    with pytest.raises(InputError, match="was not written by this program"):
        rewrite_card(folder, None, Credits())
    assert card_of(folder) == "By hand."
    rewrite_card(folder, None, Credits(), replace=True)
    assert "By hand." not in card_of(folder)


def test_a_folder_that_the_app_refuses_has_no_card(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    write_json(folder / "config.json", config | {"problem_type": None})
    with pytest.raises(ModelFolderError, match="problem_type"):
        rewrite_card(folder, None, Credits())
    assert not (folder / "README.md").exists()


def test_codes_outside_the_table_rare_ones_and_other_encoders_are_told(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    labels = config["id2label"] | {"0": "518.5"}
    write_json(folder / "config.json", config | {"id2label": labels})
    write_json(folder / "thresholds.json", {"global": 0.5, "split": "generated phrases"})
    write_json(folder / "examples.json", {"notes": {labels["1"]: 12, labels["2"]: 3}, "split": "t"})
    rewrite_card(folder, None, Credits())
    card = card_of(folder)
    assert "ICD-9-CM; 1 not in version 32: 518.5 |" in card
    assert "Of the 10 codes 2 stood in a training note (t), 1 of them in 10 or fewer" in card
