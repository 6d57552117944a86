import re
from typing import Any

import pytest

from icd9_review.training.default.card import write_card
from icd9_review.training.default.labels import label_codes

METRICS: dict[str, Any] = {
    "threshold": 0.45,
    "split": "development notes",
    "measured": {"notes": 60, "precision": 0.61, "recall": 0.52, "f1": 0.56, "coverage": 0.86},
    "generated": {
        "notes": 300,
        "denied_but_predicted": 0.041,
        "precision": 0.9,
        "recall": 0.88,
        "f1": 0.89,
        "coverage": 1.0,
    },
    "weights_sha256": "0" * 64,
    "seed": 9,
    "steps": {"phrases": 300, "passages": 700},
}


@pytest.fixture
def card() -> str:
    return write_card(METRICS, measured_on_notes=True)


def test_the_card_says_what_the_model_is_not(card: str) -> None:
    flat = " ".join(card.split())
    assert "It is not BioBERT" in flat
    assert "not trained on patients' charts" in flat
    assert "not for diagnosis" in flat
    assert "not by certified coders" in flat


def test_the_card_holds_the_figures_of_the_run(card: str) -> None:
    assert "| 0.45 | 0.61 | 0.52 | 0.56 | 0.86 |" in card
    assert "4.1% are proposed all the same" in card
    assert f"knows {len(label_codes())} codes" in card


def test_the_card_credits_what_it_stands_on(card: str) -> None:
    for credit in ("Wang et al. 2020", "Apache-2.0", "CC0", "ODbL", "MDACE", "CMS"):
        assert credit in card


def test_the_card_begins_with_front_matter_and_leaves_no_slot_open(card: str) -> None:
    assert card.startswith("---\nlicense: apache-2.0\n")
    assert not re.search(r"\{\w*\}", card)


def test_a_run_without_real_notes_says_so() -> None:
    card = write_card(METRICS, measured_on_notes=False)
    assert "it saw templates only" in card
    assert "MTSamples transcriptions (CC0) without labels" not in card
