"""A judge is fitted from what reached lowered thresholds, and no doubt speaks for a code."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.errors import CorpusError, ModelFolderError
from icd9_review.evaluation.fitting import fit, write_fit
from icd9_review.evaluation.judge_fitting import (
    LENIENCE,
    Case,
    add_judge,
    fit_judge,
    lower_thresholds,
)
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.model.folder.declarations import Buckets, Thresholds
from icd9_review.model.folder.files import read_folder
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.naming.doubts import ASKED, Candidate, Doubts
from icd9_review.naming.judging import log_odds
from icd9_review.values import Doubt, Judge, JudgeWeights, Kind, Window
from tests.tiny import CODES, relabel, write_json

KNOWN = Judge(1.5, 0.8, {Doubt.WITHHELD: 3.0, Doubt.EXPLAINED: 1.5}, "invented")
WINDOW = Window(0, 0, 9)
USED = ASKED[Kind.DIAGNOSIS]
OPERATED = JudgeWeights(1.0, 0.5, {Doubt.PLANNED: 3.0})


def cases(
    judge: JudgeWeights, seed: int = 1, count: int = 3000, kind: Kind = Kind.DIAGNOSIS
) -> list[Case]:
    """Candidates with doubts by chance, right as often as a judge has it."""
    code = "486" if kind is Kind.DIAGNOSIS else "47.09"
    chance = np.random.default_rng(seed)
    found = []
    for number in range(count):
        sizes: dict[Doubt, float] = {doubt: float(chance.random() < 0.4) for doubt in ASKED[kind]}
        sizes[Doubt.UNLIKE] = float(chance.random())
        one = Candidate(kind, code, float(chance.exponential(1.5)), WINDOW)
        doubts = Doubts(sizes, {})
        likely = 1 / (1 + math.exp(-log_odds(one, doubts, judge)))
        found.append(Case(f"note {number % 60}", one, doubts, bool(chance.random() < likely)))
    return found


def test_a_judge_is_recovered_from_cases_it_has_made() -> None:
    found = fit_judge(cases(KNOWN), "invented").judge
    assert found.split == "invented"
    assert found.margin == pytest.approx(KNOWN.margin, abs=0.2)
    assert found.intercept == pytest.approx(KNOWN.intercept, abs=0.5)
    assert found.doubts[Doubt.WITHHELD] == pytest.approx(3.0, abs=0.5)
    assert found.doubts[Doubt.EXPLAINED] == pytest.approx(1.5, abs=0.4)
    others = [weight for doubt, weight in found.doubts.items() if doubt not in KNOWN.doubts]
    assert max(others) < 0.5
    assert set(found.doubts) == set(USED)


def test_what_it_demotes_unseen_is_mostly_wrong() -> None:
    given_cases = cases(KNOWN)
    found = fit_judge(given_cases, "invented").diagnoses
    assert (found.candidates, found.right) == (3000, sum(each.right for each in given_cases))
    assert 0 < found.demoted_right < found.demoted / 3
    wrong_before = found.candidates - found.right
    wrong_after = wrong_before - (found.demoted - found.demoted_right)
    assert wrong_after < wrong_before / 2


@settings(max_examples=10)
@given(st.dictionaries(st.sampled_from(USED), st.floats(-3, 3), max_size=5), st.floats(-1, 1))
def test_no_doubt_speaks_for_a_code_nor_the_margin_against_it(
    weights: dict[Doubt, float], margin: float
) -> None:
    found = fit_judge(cases(Judge(0.0, margin, weights, ""), count=800), "").judge
    assert found.margin >= 0.0
    assert all(weight >= 0.0 for weight in found.doubts.values())
    assert all(map(math.isfinite, (found.intercept, *found.doubts.values())))


def test_what_would_speak_for_a_code_is_left_out() -> None:
    found = fit_judge(cases(Judge(0.0, 0.5, {Doubt.HISTORY: -3.0, Doubt.UNNAMED: 3.0}, "")), "")
    assert found.judge.doubts[Doubt.HISTORY] == 0.0
    assert found.judge.doubts[Doubt.UNNAMED] > 2.0


def test_procedures_are_weighed_by_themselves_where_there_are_enough() -> None:
    diagnoses = cases(KNOWN, count=600)
    alone = fit_judge(diagnoses, "")
    assert (alone.procedures, alone.judge.procedures) == (None, None)
    found = fit_judge([*diagnoses, *cases(OPERATED, kind=Kind.PROCEDURE)], "")
    assert (found.diagnoses, found.lines) == (alone.diagnoses, alone.lines)
    assert found.procedures is not None
    assert found.judge.procedures == found.procedures.weights
    assert set(found.procedures.weights.doubts) == set(ASKED[Kind.PROCEDURE])
    assert found.procedures.weights.doubts[Doubt.PLANNED] == pytest.approx(3.0, abs=0.5)
    assert found.procedures.demoted_right < found.procedures.demoted / 3


@pytest.mark.parametrize(
    "few",
    [
        cases(OPERATED, count=60, kind=Kind.PROCEDURE),
        [each for each in cases(OPERATED, kind=Kind.PROCEDURE) if each.right],
        [replace(each, note="one") for each in cases(OPERATED, kind=Kind.PROCEDURE)],
    ],
    ids=["few", "right alone", "one note"],
)
def test_too_few_procedures_are_not_judged_and_refuse_nothing(few: list[Case]) -> None:
    found = fit_judge([*cases(KNOWN, count=600), *few], "")
    assert (found.procedures, found.judge.procedures) == (None, None)


def test_a_doubt_that_never_varies_weighs_nothing() -> None:
    same = [
        replace(each, doubts=Doubts({**each.doubts.sizes, Doubt.UNLISTED: 1.0}, {}))
        for each in cases(KNOWN)
    ]
    assert fit_judge(same, "").judge.doubts[Doubt.UNLISTED] == 0.0


def test_the_same_cases_give_the_same_judge() -> None:
    assert fit_judge(cases(KNOWN), "") == fit_judge(cases(KNOWN), "")


@pytest.mark.parametrize(
    "few",
    [
        [],
        cases(KNOWN, count=60),
        [each for each in cases(KNOWN) if each.right],
        [each for each in cases(KNOWN) if not each.right],
        [replace(each, note=f"note {number % 9}") for number, each in enumerate(cases(KNOWN))],
    ],
    ids=["none", "few", "right alone", "wrong alone", "few notes"],
)
def test_too_few_cases_are_refused_with_a_way_out(few: list[Case]) -> None:
    with pytest.raises(CorpusError, match=r"needs 50 right and 50 wrong .* name more notes"):
        fit_judge(few, "")


def test_what_it_passes_and_what_it_demotes_are_calibrated_apart() -> None:
    shown = [replace(each, log_odds=each.candidate.margin) for each in cases(KNOWN)]
    found = fit_judge(shown, "").lines
    logits = np.array([each.log_odds for each in shown])
    verdicts = np.array([log_odds(each.candidate, each.doubts, KNOWN) >= 0 for each in shown])
    right = np.array([each.right for each in shown])
    for name, side in (("passed", verdicts), ("demoted", ~verdicts)):
        off = found[name].apply(logits[side]).mean() - right[side].mean()
        assert abs(off) < 0.03


def test_what_is_arguable_is_held_against_no_probability() -> None:
    shown = [
        replace(each, log_odds=each.candidate.margin, arguable=each.right and number % 2 == 0)
        for number, each in enumerate(cases(KNOWN))
    ]
    found = fit_judge(shown, "").lines
    for name, wanted in (("passed", True), ("demoted", False)):
        side = [
            each
            for each in shown
            if not each.arguable and (log_odds(each.candidate, each.doubts, KNOWN) >= 0) is wanted
        ]
        given_probabilities = found[name].apply(np.array([each.log_odds for each in side]))
        assert abs(given_probabilities.mean() - np.mean([each.right for each in side])) < 0.03


def test_without_enough_of_both_verdicts_no_line_is_fitted() -> None:
    sure = cases(Judge(0.0, 0.0, {Doubt.UNNAMED: 50.0}, ""), count=300)
    judged = [replace(each, right=not each.doubts.sizes[Doubt.UNNAMED]) for each in sure]
    assert fit_judge(judged, "").lines == {}


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))


def notes(count: int = 60) -> list[LabelledNote]:
    """Heart failure that is there, and pneumonia that is denied: the tiny model finds both."""
    text = "Congestive heart failure. No pneumonia."
    return [
        LabelledNote(text, (Label(frozenset({"428.0", "428.9"})),), str(n)) for n in range(count)
    ]


def test_a_judge_is_added_above_lowered_thresholds(folder: Path) -> None:
    per_code = {"486": 0.6}
    buckets = {"by": "invented", "codes": {"some": ["401.9"]}}
    write_json(folder / "buckets.json", buckets)
    before = {"global": 0.5, "per_bucket": {"some": 0.7}, "per_code": per_code, "split": "x"}
    write_json(folder / "thresholds.json", before)
    old = read_folder(folder).version
    found = add_judge(folder, notes(), "60 notes")
    read = read_folder(folder)
    assert read.judge == found.judge
    assert read.judge is not None
    assert read.judge.split == "60 notes"
    assert read.version.version != old.version
    for was, now in zip(old.thresholds, read.version.thresholds, strict=True):
        logits = [math.log(each / (1 - each)) for each in (was, now)]
        assert logits[0] - logits[1] == pytest.approx(LENIENCE)
    held = json.loads((folder / "thresholds.json").read_text("utf-8"))
    assert (held["split"], list(held["per_bucket"]), list(held["per_code"])) == (
        "x",
        ["some"],
        ["486"],
    )
    assert not list(folder.glob(".*"))
    counts = found.diagnoses
    assert (counts.candidates, counts.right) == (120, 60)
    assert (counts.demoted, counts.demoted_right) == (60, 0)
    assert "procedures" not in json.loads((folder / "judge.json").read_text("utf-8"))


def test_procedures_that_are_enough_are_judged_above_the_thresholds_that_they_have(
    folder: Path,
) -> None:
    """The tiny model's pneumonia as a procedure, done in one half of the notes."""
    relabel(folder, {"486": "47.09"})
    per_code = {"47.09": 0.6}
    write_json(folder / "thresholds.json", {"global": 0.5, "per_code": per_code, "split": "x"})
    mixed = [
        replace(note, labels=(*note.labels, *(Label(frozenset({"47.09"})),) * (number % 2)))
        for number, note in enumerate([*notes(), *notes()])
    ]
    wrong = [replace(note, id=f"w{note.id}", labels=()) for note in notes()]
    found = add_judge(folder, [*mixed, *wrong], "180 notes")
    assert found.procedures is not None
    assert (found.procedures.candidates, found.procedures.right) == (180, 60)
    read = read_folder(folder)
    assert read.judge == found.judge
    assert read.version.thresholds[read.version.labels.index("47.09")] == 0.6


def test_a_calibration_gets_the_lines_of_both_verdicts(folder: Path) -> None:
    """A quarter of the labels are odd: right and wrong are among what passes and what does not."""
    before = {"method": "platt", "a": 0.9, "b": -0.2, "split": "x"}
    write_json(folder / "calibration.json", before)
    odd = (Label(frozenset({"486"})),)
    mixed = [
        replace(note, labels=odd) if number % 4 == 0 else note
        for number, note in enumerate(notes())
    ]
    found = add_judge(folder, mixed, "60 notes")
    held = json.loads((folder / "calibration.json").read_text("utf-8"))
    assert (held["a"], held["split"]) == (0.9, "x")
    assert held["passed"] == {"a": found.lines["passed"].a, "b": found.lines["passed"].b}
    calibration = read_folder(folder).version.calibration
    assert calibration is not None
    assert calibration.demoted == (found.lines["demoted"].a, found.lines["demoted"].b)


def test_what_was_fitted_is_what_the_folder_then_demotes(folder: Path) -> None:
    add_judge(folder, notes(), "60 notes")
    found = load_predictor(folder).predict("Congestive heart failure. No pneumonia.")
    assert [each.code for each in found if each.suggested] == ["428.0"]
    assert [each.code for each in found if each.demotion] == ["486"]


def test_a_folder_that_has_a_judge_is_refused_and_left_as_it_was(folder: Path) -> None:
    add_judge(folder, notes(), "60 notes")
    before = read_folder(folder).version
    with pytest.raises(ModelFolderError, match=r"judge\.json; fit its thresholds again first"):
        add_judge(folder, notes(), "60 notes")
    assert read_folder(folder).version == before


def test_too_few_notes_leave_the_folder_as_it_was(folder: Path) -> None:
    before = read_folder(folder).version
    with pytest.raises(CorpusError, match="name more notes"):
        add_judge(folder, notes(9), "9 notes")
    assert read_folder(folder).version == before
    assert read_folder(folder).judge is None


def test_thresholds_that_are_fitted_again_have_no_judge_above_them(folder: Path) -> None:
    add_judge(folder, notes(), "60 notes")
    chance = np.random.default_rng(1)
    logits = chance.normal(-1, 2, (100, len(CODES))).astype(np.float32)
    write_fit(folder, fit(logits, chance.random(logits.shape) < 0.3, CODES), "x")
    assert read_folder(folder).judge is None
    add_judge(folder, notes(), "60 notes")
    assert read_folder(folder).judge is not None


def test_a_judge_that_cannot_be_written_leaves_the_thresholds_as_they_were(folder: Path) -> None:
    before = read_folder(folder).version
    (folder / ".judge.json.draft").mkdir()
    with pytest.raises(ModelFolderError, match="cannot be written"):
        add_judge(folder, notes(), "60 notes")
    assert read_folder(folder).version == before
    assert [each.name for each in folder.glob(".*")] == [".judge.json.draft"]


@pytest.mark.parametrize(
    ("thresholds", "lowered"),
    [
        (Thresholds(), {"overall": False}),
        (Thresholds(per_code={"47.01": 0.5}), {"overall": True, "47.01": False}),
        (
            Thresholds(per_bucket={"cuts": 0.5, "ills": 0.5}),
            {"overall": True, "cuts": False, "ills": True},
        ),
        (Thresholds(per_bucket={"ills": 0.5}), {"overall": False, "ills": True}),
    ],
)
def test_what_holds_for_a_procedure_too_is_not_lowered(
    thresholds: Thresholds, lowered: dict[str, bool]
) -> None:
    buckets = Buckets(by="kind", codes={"cuts": ("47.01",), "ills": ("486",)})
    found = lower_thresholds(thresholds, ("47.01", "486", "428.0"), buckets)
    before = {"overall": thresholds.overall, **thresholds.per_bucket, **thresholds.per_code}
    after = {"overall": found.overall, **found.per_bucket, **found.per_code}
    assert {name: after[name] < before[name] for name in before} == lowered
