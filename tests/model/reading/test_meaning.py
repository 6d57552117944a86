"""Typed words lead to the codes that the model reads in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.model.reading.meaning import codes_among, codes_meant
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.suggestions import FLOOR
from icd9_review.values import Kind


@pytest.fixture(scope="module")
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


def test_what_the_model_reads_comes_likeliest_first(predictor: Predictor) -> None:
    read = {each.code: each.probability for each in predictor.predict("heart failure, diabetes")}
    meant = codes_meant(predictor, "heart failure, diabetes", 60)
    assert meant is not None
    assert {(Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "250.00")} <= set(meant)
    probabilities = [read[code] for _, code in meant]
    assert probabilities == sorted(probabilities, reverse=True)


def test_what_is_hardly_likely_is_not_meant(predictor: Predictor) -> None:
    read = {each.code: each.probability for each in predictor.predict("atrial fibrillation")}
    meant = codes_meant(predictor, "atrial fibrillation", 60)
    assert meant is not None
    assert {code for _, code in meant} == {code for code, p in read.items() if p >= FLOOR}


def test_while_the_model_is_busy_nothing_is_said(predictor: Predictor) -> None:
    with predictor.turns:
        assert codes_meant(predictor, "atrial fibrillation", 0.01) is None


def test_whatever_is_typed_is_read(predictor: Predictor) -> None:
    assert codes_meant(predictor, "pneumonia \ud800", 60)
    assert codes_meant(predictor, " ", 60) == ()


def test_out_of_some_diagnoses_all_are_read_likeliest_first(predictor: Predictor) -> None:
    read = {each.code: each.probability for each in predictor.predict("heart failure, diabetes")}
    asked = {"428.0", "250.00", "401.9"} & set(read)
    meant = codes_among(predictor, "heart failure, diabetes", asked.__contains__, 60)
    assert meant is not None
    assert set(meant) == asked
    assert [read[code] for code in meant] == sorted((read[code] for code in asked), reverse=True)
    with predictor.turns:
        assert codes_among(predictor, "gout", asked.__contains__, 0.01) is None
