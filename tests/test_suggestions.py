from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.suggestions import (
    FEWEST,
    FLOOR,
    MOST,
    calibrate,
    keep_scores,
    merge,
    places_suggested,
    rank,
    rank_all,
    sigmoid,
    suggested,
)
from icd9_review.values import (
    Calibration,
    Demotion,
    Doubt,
    Kind,
    ModelVersion,
    Scores,
    Suggestion,
    Window,
)

WINDOWS = (Window(0, 0, 40), Window(1, 30, 80))


def model(calibration: Calibration | None = None) -> ModelVersion:
    return ModelVersion(
        version="v1",
        name="tiny",
        labels=("428.0", "427.31", "38.93"),
        kinds=(Kind.DIAGNOSIS, Kind.DIAGNOSIS, Kind.PROCEDURE),
        thresholds=(0.5, 0.9, 0.5),
        calibration=calibration,
    )


def scores(*logits: float, version: str = "v1") -> Scores:
    return Scores(
        model_version=version,
        logits=np.array(logits, dtype=np.float32),
        windows=np.array([0, 1, 1], dtype=np.int32),
        spans=WINDOWS,
        read=80,
        length=80,
    )


def large(logits: np.ndarray, thresholds: float = 0.5) -> tuple[Scores, ModelVersion]:
    """Scores by a model of as many labels as there are logits, all in one window."""
    count = len(logits)
    many = ModelVersion(
        version="large",
        name="large",
        labels=tuple(f"{number:05}" for number in range(count)),
        kinds=(Kind.DIAGNOSIS,) * count,
        thresholds=(thresholds,) * count,
        calibration=None,
    )
    windows = np.zeros(count, np.int32)
    return Scores("large", logits.astype(np.float32), windows, WINDOWS, 80, 80), many


def logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


_KEPT = st.tuples(st.integers(0, 2000), st.integers(-12, 0), st.floats(0.001, 0.9))


@given(_KEPT)
def test_what_is_left_out_is_neither_suggested_nor_likelier_than_what_is_kept(
    case: tuple[int, int, float],
) -> None:
    seed, centre, threshold = case
    logits = np.random.default_rng(seed).normal(centre, 2.0, 3000)
    given_, many = large(logits, threshold)
    kept = keep_scores(given_, many)
    assert kept.labels is not None
    out = np.delete(given_.logits, kept.labels)
    assert (sigmoid(out) < threshold).all()
    assert out.max(initial=-np.inf) <= np.sort(kept.logits)[-FEWEST]
    near = int((sigmoid(given_.logits) >= FLOOR).sum())
    chosen = len(suggested(given_, many))
    assert len(kept.logits) >= max(FEWEST, min(near, MOST), chosen)
    assert len(kept.logits) <= max(FEWEST, min(near, MOST)) + chosen
    if near <= MOST:
        assert (sigmoid(out) < FLOOR).all()


def test_what_is_kept_of_what_was_kept_is_the_same() -> None:
    given_, many = large(np.random.default_rng(1).normal(-6, 2.0, 18_449))
    once = keep_scores(given_, many)
    twice = keep_scores(once, many)
    assert once.labels is not None
    assert twice.labels is not None
    assert len(once.logits) < 1500
    assert twice.labels.tolist() == once.labels.tolist()
    assert twice.logits.tobytes() == once.logits.tobytes()
    assert rank(once, many) == rank(given_, many) == rank_all(given_, many)[: len(once.logits)]
    assert suggested(once, many) == suggested(given_, many)


def test_a_model_of_few_codes_is_kept_whole() -> None:
    given_, few = large(np.full(FEWEST, -20.0))
    kept = keep_scores(given_, few)
    assert kept.labels is not None
    assert kept.labels.tolist() == list(range(FEWEST))


def test_a_shown_probability_that_is_high_enough_keeps_a_label() -> None:
    """Whatever the raw one: the two may differ by far."""
    given_, many = large(np.full(1000, logit(FLOOR / 2)))
    assert len(keep_scores(given_, many).logits) == FEWEST
    generous = replace(many, calibration=Calibration(1.0, 3.0, "validation"))
    assert len(keep_scores(given_, generous).logits) == 1000


@given(st.floats(-700, 700))
def test_sigmoid_agrees_with_its_definition_and_never_overflows(logit: float) -> None:
    expected = 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0
    assert sigmoid(np.array([logit]))[0] == pytest.approx(expected, abs=1e-12)


def test_every_label_is_ranked_most_probable_first() -> None:
    ranked = rank(scores(0.0, 2.0, -3.0), model())
    assert [s.code for s in ranked] == ["427.31", "428.0", "38.93"]
    assert ranked[2].kind is Kind.PROCEDURE


def test_a_code_is_suggested_from_its_own_threshold_on() -> None:
    by_code = {s.code: s for s in rank(scores(0.0, 2.0, -3.0), model())}
    assert by_code["428.0"].suggested
    assert not by_code["427.31"].suggested


def test_a_suggestion_points_to_the_window_its_logit_came_from() -> None:
    by_code = {s.code: s for s in rank(scores(0.0, 2.0, -3.0), model(), note_id="n")}
    assert by_code["428.0"].window == WINDOWS[0]
    assert by_code["427.31"].window == WINDOWS[1]
    assert by_code["427.31"].note_id == "n"


def test_calibration_changes_what_is_shown_and_not_what_is_suggested() -> None:
    calibration = Calibration(slope=0.5, intercept=-1.0, split="validation")
    plain = rank(scores(0.0, 2.0, -3.0), model())
    shown = rank(scores(0.0, 2.0, -3.0), model(calibration))
    assert [s.suggested for s in plain] == [s.suggested for s in shown]
    assert all(s.calibrated is None for s in plain)
    assert shown[0].calibrated == pytest.approx(calibrate(np.array([2.0]), calibration)[0])


def test_scores_of_another_model_version_are_refused() -> None:
    with pytest.raises(ValueError, match="another model version"):
        rank(scores(0.0, 0.0, 0.0, version="v2"), model())


def test_an_encounter_takes_each_code_from_the_note_where_it_is_most_probable() -> None:
    first = rank(scores(0.0, 2.0, -3.0), model(), "first")
    second = rank(scores(1.0, -2.0, -4.0), model(), "second")
    merged = {s.code: s for s in merge([first, second])}
    assert len(merged) == 3
    assert merged["428.0"].note_id == "second"
    assert merged["427.31"].note_id == "first"


@given(st.lists(st.tuples(*[st.floats(-20, 20)] * 3), min_size=1, max_size=5))
def test_merging_keeps_the_largest_probability_in_falling_order(
    notes: list[tuple[float, float, float]],
) -> None:
    ranked = [rank(scores(*logits), model(), str(i)) for i, logits in enumerate(notes)]
    merged = merge(ranked)

    def largest(code: str) -> float:
        return max(s.probability for note in ranked for s in note if s.code == code)

    assert all(s.probability == largest(s.code) for s in merged)
    falling: list[float] = [s.probability for s in merged]
    assert falling == sorted(falling, reverse=True)


def test_the_same_digits_in_both_volumes_stay_two_codes() -> None:
    def suggestion(kind: Kind) -> Suggestion:
        return Suggestion("38.93", kind, 0.5, None, 0.5, WINDOWS[0])

    assert len(merge([(suggestion(Kind.PROCEDURE),), (suggestion(Kind.DIAGNOSIS),)])) == 2


BY_LABEL = Calibration(
    1.0, 0.0, "validation", lines=((0.5, -2.0), (1.0, 1.0)), line_of=bytes([0, 1, 2])
)


def test_each_label_is_calibrated_by_its_own_line() -> None:
    logits = np.array([[0.0, 4.0, -1.0], [1.0, 2.0, 0.0]])
    straight = np.array([[0.0, 0.0, 0.0], [1.0, -1.0, 1.0]])
    np.testing.assert_allclose(calibrate(logits, BY_LABEL), sigmoid(straight))


def test_where_lines_differ_lists_go_by_what_is_shown() -> None:
    ranked = rank(scores(0.5, 2.0, 0.0), model(BY_LABEL))
    assert [s.code for s in ranked] == ["38.93", "428.0", "427.31"]
    assert [s.shown for s in ranked] == sorted((s.shown for s in ranked), reverse=True)
    merged = merge([ranked, rank(scores(0.4, 1.9, -0.1), model(BY_LABEL), "second")])
    assert [s.code for s in merged] == ["38.93", "428.0", "427.31"]
    assert {s.note_id for s in merged} == {None}


@given(st.lists(st.tuples(*[st.floats(-20, 20, width=32)] * 3), min_size=1, max_size=5))
def test_one_line_for_all_labels_changes_no_order(notes: list[tuple[float, float, float]]) -> None:
    line = Calibration(0.8, -1.5, "validation")
    for logits in notes:
        plain, shown = rank(scores(*logits), model()), rank(scores(*logits), model(line))
        assert [s.code for s in plain] == [s.code for s in shown]
    merged = [
        merge(rank(scores(*logits), model(each), str(i)) for i, logits in enumerate(notes))
        for each in (None, line)
    ]
    assert [(s.code, s.note_id) for s in merged[0]] == [(s.code, s.note_id) for s in merged[1]]


def test_a_few_labels_keep_their_lines() -> None:
    logits = np.array([1.0, 0.0, -1.0])
    few = calibrate(logits[[2, 0]], BY_LABEL.of([2, 0]))
    np.testing.assert_allclose(few, calibrate(logits, BY_LABEL)[[2, 0]])
    assert Calibration(1.0, 0.0, "").of([2, 0]) == Calibration(1.0, 0.0, "")


def test_where_lines_differ_what_is_likely_either_way_is_kept_and_stays() -> None:
    given_, many = large(np.repeat([-0.2, -5.5], 300))
    of_first = bytes([1] * 300 + [0] * 300)
    lines = Calibration(1.0, 0.0, "v", lines=((0.5, -6.0),), line_of=of_first)
    many = replace(many, calibration=lines)
    once = keep_scores(given_, many)
    twice = keep_scores(once, many)
    assert once.labels is not None
    assert twice.labels is not None
    assert once.labels.tolist() == twice.labels.tolist() == list(range(300))


WITHHELD = Demotion(Doubt.WITHHELD)


def test_a_demoted_code_reaches_its_threshold_and_is_not_suggested() -> None:
    judged = replace(scores(1.0, 2.5, 3.0), demoted={1: WITHHELD})
    by_code = {each.code: each for each in rank(judged, model())}
    assert (by_code["427.31"].reached, by_code["427.31"].suggested) == (True, False)
    assert by_code["427.31"].demotion == WITHHELD
    assert by_code["428.0"].demotion is None
    assert [each.code for each in suggested(judged, model())] == ["38.93", "428.0"]
    assert places_suggested(judged, model()) == [0, 2]


VERDICTS = Calibration(1.0, 0.0, "validation", passed=(0.5, 1.0), demoted=(0.5, -2.0))


def test_what_a_judge_said_moves_the_probability_of_diagnoses_alone() -> None:
    judged = replace(scores(1.0, 2.5, 3.0), demoted={1: WITHHELD})
    by_code = {each.code: each.shown for each in rank(judged, model(VERDICTS))}
    for code, odds in (("428.0", 0.5 * 1.0 + 1.0), ("427.31", 0.5 * 2.5 - 2.0), ("38.93", 3.0)):
        assert by_code[code] == pytest.approx(float(sigmoid(np.array(odds))))


def test_a_procedure_keeps_its_line_whatever_the_judge_said() -> None:
    place = model().labels.index("38.93")
    for demoted in ({}, {place: WITHHELD}):
        ranked = rank(replace(scores(1.0, 2.5, 3.0), demoted=demoted), model(VERDICTS))
        (found,) = (each for each in ranked if each.code == "38.93")
        assert found.shown == found.probability
        assert found.suggested is not bool(demoted)


def test_what_no_judge_looked_at_keeps_the_probability_of_its_logit() -> None:
    below = rank(scores(-1.0, -2.0, -3.0), model(VERDICTS))
    assert [each.shown for each in below] == [each.probability for each in below]


@given(
    st.tuples(*[st.floats(-20, 20, width=32)] * 3),
    st.sets(st.sampled_from([0, 1])),
    st.tuples(*[st.floats(0.01, 3)] * 2),
    st.tuples(*[st.floats(-4, 4)] * 2),
)
def test_with_verdicts_too_lists_fall_by_what_is_shown(
    logits: tuple[float, float, float],
    demoted: set[int],
    slopes: tuple[float, float],
    intercepts: tuple[float, float],
) -> None:
    pairs = list(zip(slopes, intercepts, strict=True))
    calibration = Calibration(0.9, -0.1, "validation", passed=pairs[0], demoted=pairs[1])
    reached = {place: WITHHELD for place in demoted if logits[place] >= 0}
    ranked = rank(replace(scores(*logits), demoted=reached), model(calibration))
    shown = [each.shown for each in ranked]
    assert shown == sorted(shown, reverse=True)


def test_what_was_demoted_is_kept_by_its_place_among_all_labels() -> None:
    given_, many = large(np.random.default_rng(1).normal(-6, 2.0, 3000))
    place = int(given_.logits.argmax())
    many = replace(many, thresholds=(float(sigmoid(given_.logits[[place]])[0]) - 1e-9,) * 3000)
    kept = keep_scores(replace(given_, demoted={place: WITHHELD}), many)
    assert len(kept.logits) < 3000
    assert [each.code for each in rank(kept, many) if each.demotion] == [many.labels[place]]
    assert places_suggested(kept, many) == []
    assert suggested(kept, many) == ()


_DEMOTED = st.frozensets(st.integers(0, 2))


@given(st.tuples(*[st.floats(-5, 5, width=32)] * 3), _DEMOTED)
def test_verdicts_take_codes_from_what_is_suggested_and_change_nothing_else(
    logits: tuple[float, float, float], places: frozenset[int]
) -> None:
    plain = scores(*logits)
    judged = replace(plain, demoted=dict.fromkeys(places, WITHHELD))
    assert set(places_suggested(judged, model())) == set(places_suggested(plain, model())) - places
    without = [replace(each, demotion=None) for each in rank(judged, model())]
    assert without == list(rank(plain, model()))
    assert {each.code for each in suggested(judged, model())} == {
        each.code for each in rank(judged, model()) if each.suggested
    }


@given(
    st.lists(st.tuples(st.tuples(*[st.floats(-5, 5)] * 3), _DEMOTED), min_size=1, max_size=4),
    st.randoms(),
)
def test_a_code_is_suggested_for_an_encounter_where_one_note_suggests_it(
    notes: list[tuple[tuple[float, float, float], frozenset[int]]], chance: random.Random
) -> None:
    ranked = [
        rank(replace(scores(*logits), demoted=dict.fromkeys(places, WITHHELD)), model(), str(at))
        for at, (logits, places) in enumerate(notes)
    ]
    merged = merge(ranked)
    wanted = {each.code for note in ranked for each in note if each.suggested}
    assert {each.code for each in merged if each.suggested} == wanted
    for each in merged:
        if each.code not in wanted:
            same = [other for note in ranked for other in note if other.code == each.code]
            assert each.probability == max(other.probability for other in same)
    chance.shuffle(ranked)
    assert {each.code for each in merge(ranked) if each.suggested} == wanted
