"""Scores and suggestions: the whole note, any batch, any thread, the same answer."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from icd9_review.errors import InputError, ModelFolderError, NoteError
from icd9_review.model.reading import predictor as module
from icd9_review.model.reading.backends import Pieces
from icd9_review.model.reading.predictor import Predictor, load_predictor, predict_icd9_codes
from icd9_review.model.reading.windows import Passage, cut_windows
from icd9_review.suggestions import places_suggested, sigmoid
from icd9_review.values import Demotion, Doubt
from tests.model.folder.test_files import edit
from tests.tiny import CODES, NOTE, WORDS, write_json

FILLER = "the patient was admitted with cough and went home . " * 12
NOTES = st.lists(
    st.sampled_from([*(word for words in WORDS.values() for word in words), "the", "😀", "fever,"]),
    min_size=1,
    max_size=90,
).map(" ".join)


def test_a_note_gets_its_codes_and_no_others(predictor: Predictor) -> None:
    suggested = [s.code for s in predictor.predict(NOTE) if s.suggested]
    assert sorted(suggested) == ["427.31", "428.0", "V58.61"]


def test_every_label_is_reachable_and_the_most_probable_comes_first(predictor: Predictor) -> None:
    suggestions = predictor.predict(NOTE)
    assert {s.code for s in suggestions} == set(predictor.labels)
    probabilities = [s.probability for s in suggestions]
    assert probabilities == sorted(probabilities, reverse=True)


@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_a_code_is_found_wherever_in_a_long_note_it_stands(
    predictor: Predictor, position: int
) -> None:
    parts = [FILLER] * 3
    parts.insert(position, "Pneumonia. ")
    text = "".join(parts)
    (best,) = (s for s in predictor.predict(text) if s.suggested)
    assert best.code == "486"
    assert "Pneumonia" in text[best.window.start : best.window.end]


def test_scores_are_the_largest_logits_of_the_stock_model_over_the_windows(
    predictor: Predictor, tiny_model_folder: Path
) -> None:
    """An own computation: one window at a time, without padding, by transformers alone."""
    text = NOTE + FILLER + "sepsis"
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model_folder)
    rows = []
    for passage in predictor.passages(text):
        ids = torch.tensor([predictor.framed(passage)])
        with torch.no_grad():
            rows.append(model(input_ids=ids).logits[0].numpy())
    scores = predictor.score(text)
    np.testing.assert_allclose(scores.logits, np.max(rows, axis=0), atol=1e-5)
    assert len(scores.spans) == len(rows) > 4
    assert scores.read == scores.length == len(text)
    for label, window in enumerate(scores.windows):
        assert rows[window][label] == pytest.approx(scores.logits[label], abs=1e-5)


def test_a_short_note_gets_what_the_model_cards_snippet_gives(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tiny_model_folder))
    text = "Sepsis with pneumonia and diabetes."
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model_folder)
    tokenizer = AutoTokenizer.from_pretrained(tiny_model_folder)
    inputs = tokenizer(
        text, return_tensors="pt", truncation=True, max_length=64, padding="max_length"
    )
    with torch.no_grad():
        predictions = torch.sigmoid(model(**inputs).logits)
    expected = [model.config.id2label[int(i)] for i in (predictions > 0.8).nonzero()[:, 1]]
    assert predict_icd9_codes(text) == expected
    assert expected == ["250.00", "486", "038.9"]


def test_without_a_threshold_the_folders_own_decide(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(folder / "thresholds.json", {"global": 0.5, "per_code": {"428.0": 0.99999}})
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(folder))
    assert "428.0" in predict_icd9_codes(NOTE)
    assert "428.0" not in predict_icd9_codes(NOTE, threshold=None)
    assert "427.31" in predict_icd9_codes(NOTE, threshold=None)


def test_a_threshold_of_nothing_gives_every_code_however_many_are_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(folder))
    monkeypatch.setattr("icd9_review.suggestions.FEWEST", 1)
    assert predict_icd9_codes(NOTE, threshold=0.0) == list(CODES)


@pytest.mark.parametrize("threshold", [-0.1, 1.5, float("nan")])
def test_a_threshold_that_is_no_probability_is_refused(threshold: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        predict_icd9_codes(NOTE, threshold=threshold)


@settings(max_examples=25)
@given(texts=st.lists(NOTES, min_size=1, max_size=6), budget=st.sampled_from([1, 40, 100, 5000]))
def test_scores_do_not_depend_on_what_shares_a_batch(
    predictor: Predictor, texts: list[str], budget: int
) -> None:
    alone = [predictor.score(text) for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BATCH_PIECES", budget)
        together = predictor.score_many(texts)
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one.logits, other.logits, atol=1e-5)
        assert one.spans == other.spans


def test_no_batch_is_padded_beyond_its_longest_window_or_the_budget(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = []
    stock = predictor.backend.logits

    def seen(ids: Pieces, mask: Pieces) -> npt.NDArray[np.float32]:
        shapes.append((mask.shape, int(mask.sum(axis=1).max())))
        return stock(ids, mask)

    monkeypatch.setattr(predictor.backend, "logits", seen)
    monkeypatch.setattr(module, "_BATCH_PIECES", 100)
    predictor.score_many([NOTE, "uti", FILLER, "chf and afib"])
    assert all(width == longest for (_, width), longest in shapes)
    assert all(rows * width <= 100 for (rows, width), _ in shapes)


def test_threads_get_the_answers_a_single_one_gets(predictor: Predictor) -> None:
    texts = [f"{FILLER[: 40 * n]} {words[0]} {words[-1]}" for n, words in enumerate(WORDS.values())]
    alone = [predictor.score(text).logits for text in texts]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(predictor.score, texts * 5))
    for scores, expected in zip(found, alone * 5, strict=True):
        np.testing.assert_array_equal(scores.logits, expected)


@pytest.mark.parametrize("text", ["", " \n\t", "half \ud83d a pair"])
def test_a_text_that_cannot_be_read_is_refused(predictor: Predictor, text: str) -> None:
    with pytest.raises(NoteError):
        predictor.score(text)


def test_half_precision_weights_are_computed_in_float32(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    halves = {name: tensor.half() for name, tensor in weights.items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    edit(folder / "config.json", lambda config: config.pop("dtype"))
    model = load_predictor(folder).checkpoint.model
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_the_model_is_frozen(predictor: Predictor) -> None:
    model = predictor.checkpoint.model
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_baked_in_truncation_and_padding_are_taken_off(folder: Path) -> None:
    edit(
        folder / "tokenizer.json",
        lambda content: content.update(
            truncation={
                "max_length": 8,
                "strategy": "LongestFirst",
                "stride": 0,
                "direction": "Right",
            },
            padding={
                "strategy": {"Fixed": 64},
                "direction": "Right",
                "pad_to_multiple_of": None,
                "pad_id": 0,
                "pad_type_id": 0,
                "pad_token": "[PAD]",
            },
        ),
    )
    (passage,) = load_predictor(folder).passages("the patient was admitted with pneumonia at home")
    assert len(passage.pieces) == 8


def test_a_lowering_tokenizer_on_a_cased_vocabulary_is_refused(folder: Path) -> None:
    edit(
        folder / "tokenizer.json",
        lambda content: content["model"]["vocab"].update(
            {piece.upper(): number for piece, number in content["model"]["vocab"].items()}
        ),
    )
    with pytest.raises(ModelFolderError, match="do_lower_case to false"):
        load_predictor(folder)


def test_a_tokenizer_that_keeps_capitals_its_vocabulary_lacks_is_refused(folder: Path) -> None:
    edit(folder / "tokenizer_config.json", lambda config: config.update(do_lower_case=False))
    with pytest.raises(ModelFolderError, match="do_lower_case to true"):
        load_predictor(folder)


def test_a_body_without_its_classifier_is_refused(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    body = {name: tensor for name, tensor in weights.items() if "classifier" not in name}
    save_file(body, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelFolderError, match="answer at random"):
        load_predictor(folder)


def test_weights_that_are_no_numbers_are_refused(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"][0] = float("nan")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelFolderError, match=r"classifier\.bias"):
        load_predictor(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_file_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:500])
    with pytest.raises(ModelFolderError, match=name):
        load_predictor(folder)


def test_loading_and_predicting_ask_no_network(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert load_predictor(tiny_model_folder).labels == CODES


def test_turns_are_taken_in_order(predictor: Predictor) -> None:
    order: list[int] = []
    started = [threading.Event() for _ in range(4)]

    def wait(number: int) -> None:
        started[number].set()
        with predictor.turns:
            order.append(number)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(4)]
    with predictor.turns:
        for number, thread in enumerate(threads):
            thread.start()
            started[number].wait()
            while len(predictor.turns) < number + 2:
                pass
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3]


def test_who_goes_ahead_waits_for_the_one_pass_under_way(predictor: Predictor) -> None:
    order: list[str] = []

    def wait(name: str) -> None:
        with predictor.turns:
            order.append(name)

    def hurry(name: str) -> None:
        with predictor.turns.ahead(60) as come:
            order.append(name if come else "too late")

    threads = []
    with predictor.turns:
        for number, (act, name) in enumerate(
            [(wait, "note"), (wait, "next note"), (hurry, "first search"), (hurry, "search")]
        ):
            threads.append(threading.Thread(target=act, args=(name,)))
            threads[-1].start()
            while len(predictor.turns) < number + 2:
                pass
    for thread in threads:
        thread.join()
    assert order == ["first search", "search", "note", "next note"]
    assert len(predictor.turns) == 0


def test_a_turn_that_does_not_come_in_time_is_given_up(predictor: Predictor) -> None:
    with predictor.turns:
        with predictor.turns.ahead(0.01) as come:
            assert not come
        assert len(predictor.turns) == 1
        assert predictor.read_phrase("heart failure", 0.01) is None
    with predictor.turns.ahead(0) as come:
        assert come
    assert len(predictor.turns) == 0


def test_a_phrase_is_read_as_a_note_of_the_same_words_is(predictor: Predictor) -> None:
    logits = predictor.read_phrase("congestive heart failure", 60)
    assert logits is not None
    np.testing.assert_allclose(
        logits, predictor.score("congestive heart failure").logits, atol=1e-4
    )


def test_a_phrase_beyond_a_window_is_read_as_far_as_it_goes(predictor: Predictor) -> None:
    long = predictor.read_phrase("pneumonia " * 80, 60)
    full = predictor.read_phrase("pneumonia " * predictor.windows.content, 60)
    assert long is not None
    assert full is not None
    np.testing.assert_array_equal(long, full)


@pytest.mark.parametrize("text", ["", "  ", "\x00"])
def test_a_phrase_without_words_says_nothing(predictor: Predictor, text: str) -> None:
    logits = predictor.read_phrase(text, 60)
    assert logits is not None
    assert np.isneginf(logits).all()


def test_a_note_is_cut_once_however_often_its_windows_are_asked_for(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: list[str] = []

    def count(text: str, *given: object) -> tuple[Passage, ...]:
        cut.append(text)
        return cut_windows(text, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "cut_windows", count)
    text = f"{NOTE} Seen again."
    assert predictor.passages(text) == predictor.passages(text)
    assert cut == [text]


JUDGE = {"intercept": 1.0, "margin": 0.0, "doubts": {"withheld": 3.0}, "split": "notes"}
"""It demotes what a note never says to be there, however sure the model is."""

DENIED = "Congestive heart failure. No pneumonia."
"""The tiny model knows nothing of negation."""


@pytest.fixture
def judging(folder: Path) -> Predictor:
    write_json(folder / "judge.json", JUDGE)
    return load_predictor(folder)


def test_a_judge_demotes_what_the_whole_note_does_not_bear_out(
    predictor: Predictor, judging: Predictor
) -> None:
    before, after = predictor.predict(DENIED), judging.predict(DENIED)
    assert {each.code for each in before if each.suggested} == {"428.0", "486"}
    assert {each.code for each in after if each.suggested} == {"428.0"}
    assert {each.code: each.demotion for each in after if each.reached and not each.suggested} == {
        "486": Demotion(Doubt.WITHHELD)
    }
    assert [replace(each, demotion=None) for each in after] == before


@settings(max_examples=15)
@given(NOTES)
def test_without_a_judge_nothing_is_demoted(predictor: Predictor, text: str) -> None:
    scores = predictor.score(text)
    assert scores.demoted == {}
    assert {each.demotion for each in predictor.predict(text)} == {None}
    reached = sigmoid(scores.logits) >= predictor.version.limits
    assert places_suggested(scores, predictor.version) == reached.nonzero()[0].tolist()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=NOTES)
def test_what_is_suggested_with_a_judge_is_part_of_what_is_suggested_without(
    predictor: Predictor, judging: Predictor, text: str
) -> None:
    plain, found = predictor.score(text), judging.score(text)
    assert found.logits.tobytes() == plain.logits.tobytes()
    with_judge = set(places_suggested(found, judging.version))
    without = set(places_suggested(plain, predictor.version))
    assert with_judge == without - set(found.demoted)
    assert set(found.demoted) <= without


def test_many_notes_are_judged_each_by_its_own_words(judging: Predictor) -> None:
    texts = [DENIED, "Pneumonia.", NOTE]
    together = [scores.demoted for scores in judging.score_many(texts)]
    assert together == [judging.score(text).demoted for text in texts]
    assert [list(each) for each in together] == [[CODES.index("486")], [], []]


def test_the_function_of_old_takes_the_judge_with_the_folders_thresholds_only(
    judging: Predictor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(folder))
    module._kept_predictor.cache_clear()
    assert predict_icd9_codes(DENIED, threshold=None) == ["428.0"]
    assert sorted(predict_icd9_codes(DENIED, threshold=0.5)) == ["428.0", "486"]
    module._kept_predictor.cache_clear()
