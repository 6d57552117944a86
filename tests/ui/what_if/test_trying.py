"""A copy read by the tiny BERT: struck words take their code along, other notes keep theirs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.notes import NOTE_LIMIT
from icd9_review.outline.sentences import sentences
from icd9_review.suggestions import rank
from icd9_review.ui.encounter.reading import Ranked
from icd9_review.ui.what_if.copies import Copy, read_copy
from icd9_review.ui.what_if.moving import Crossing
from icd9_review.ui.what_if.trying import Outcome, try_out
from icd9_review.values import Note
from tests.tiny import NOTE, write_json


class _Newer(BaseException):
    """What Streamlit raises when the browser has sent something newer."""


@pytest.fixture(scope="module")
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


def notes(*texts: str) -> tuple[Note, ...]:
    return tuple(Note(f"n{i}", "e1", f"Note {i}", text, 1, "") for i, text in enumerate(texts))


@pytest.fixture(scope="module")
def by_sentences(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    copy = shutil.copytree(tiny_model_folder, tmp_path_factory.mktemp("sentences") / "tiny")
    write_json(copy / "windows.json", {"length": 32, "stride": 0, "cut": "sentences"})
    return load_predictor(copy)


def stored(predictor: Predictor, found: tuple[Note, ...]) -> dict[str, Ranked]:
    return {n.id: rank(predictor.score(n.text), predictor.version, n.id) for n in found}


def edited(found: tuple[Note, ...], **texts: str) -> Copy:
    return read_copy({"notes": {name: {"text": text} for name, text in texts.items()}}, found)


def crossed(outcome: Outcome) -> dict[str, str]:
    assert outcome.moves is not None
    return {move.key[1]: move.crossing.value for move in outcome.moves.moved if move.crossing}


def nothing() -> None:
    pass


def test_a_struck_sentence_takes_its_code_along(predictor: Predictor) -> None:
    found = notes(NOTE)
    copy = read_copy({"notes": {"n0": {"struck": [1]}}}, found)
    assert "Congestive" not in copy.drafts[0].text
    assert crossed(try_out(copy, stored(predictor, found), predictor, nothing)) == {
        "428.0": "disappears"
    }


@pytest.mark.parametrize("struck", range(4))
def test_read_by_sentences_no_code_of_another_sentence_moves(
    by_sentences: Predictor, struck: int
) -> None:
    found = notes(NOTE)
    of_sentence = {1: {"428.0"}, 2: {"427.31", "V58.61"}}
    copy = read_copy({"notes": {"n0": {"struck": [struck]}}}, found)
    outcome = try_out(copy, stored(by_sentences, found), by_sentences, nothing)
    assert {*crossed(outcome)} == of_sentence.get(struck, set())
    assert outcome.moves is not None
    assert {move.key[1] for move in outcome.moves.moved} == of_sentence.get(struck, set())
    assert outcome.moves.still == 3 - len(of_sentence.get(struck, ()))
    assert not outcome.shifted


def test_words_that_are_written_in_bring_a_code(predictor: Predictor) -> None:
    found = notes(NOTE)
    copy = edited(found, n0=NOTE + "Pneumonia.")
    assert crossed(try_out(copy, stored(predictor, found), predictor, nothing)) == {
        "486": "appears"
    }


def test_a_code_that_another_note_supports_stays(predictor: Predictor) -> None:
    found = notes("Congestive heart failure. Atrial fibrillation.", "Congestive heart failure.")
    copy = edited(found, n0="cough")
    readings = stored(predictor, found)
    assert crossed(try_out(copy, readings, predictor, nothing)) == {"427.31": "disappears"}
    both = edited(found, n0="cough", n1="cough")
    assert crossed(try_out(both, readings, predictor, nothing)) == {
        "427.31": "disappears",
        "428.0": "disappears",
    }


def test_an_unchanged_copy_is_not_read(predictor: Predictor) -> None:
    found = notes(NOTE)
    assert try_out(read_copy(None, found), {}, predictor, nothing) == Outcome()


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b"])
def test_a_copy_without_a_word_suggests_nothing(predictor: Predictor, text: str) -> None:
    found = notes(NOTE)
    outcome = try_out(edited(found, n0=text), stored(predictor, found), predictor, nothing)
    assert outcome.empty
    assert {*crossed(outcome).values()} == {Crossing.DISAPPEARS}
    assert len(crossed(outcome)) == 3


def test_a_copy_of_one_note_of_two_may_be_empty(predictor: Predictor) -> None:
    found = notes(NOTE, "Pneumonia.")
    outcome = try_out(edited(found, n0=""), stored(predictor, found), predictor, nothing)
    assert not outcome.empty
    assert "486" not in crossed(outcome)
    assert len(crossed(outcome)) == 3


def test_a_text_that_intake_would_refuse_is_refused_in_its_words(predictor: Predictor) -> None:
    found = notes(NOTE)
    copy = edited(found, n0="a" * (NOTE_LIMIT + 1))
    outcome = try_out(copy, stored(predictor, found), predictor, nothing)
    assert "the limit is 200,000" in outcome.refusal
    assert outcome.moves is None


def test_what_no_tokenizer_takes_is_replaced_as_intake_does(predictor: Predictor) -> None:
    found = notes(NOTE)
    copy = edited(found, n0=NOTE + "\x00 half \ud83d. Pneumonia.")
    assert crossed(try_out(copy, stored(predictor, found), predictor, nothing)) == {
        "486": "appears"
    }


def test_a_newer_copy_ends_the_reading_of_an_older_one(predictor: Predictor) -> None:
    found = notes("cough " * 4000)
    readings, calls = stored(predictor, found), []

    def between() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise _Newer

    with pytest.raises(_Newer):
        try_out(edited(found, n0="cough " * 4000 + "fall"), readings, predictor, between)
    assert len(calls) == 2
    assert len(predictor.turns) == 0


def test_a_sentence_that_was_left_alone_is_read_as_it_stands_in_the_notes(
    by_sentences: Predictor,
) -> None:
    # Without "Some pain" the first line merely wraps, and the copy by itself is cut elsewhere.
    text = (
        "He was seen by us today in the clinic and was sent home with\n"
        "Congestive heart failure.\nSome pain\nRash."
    )
    by_itself = by_sentences.passages(text.replace("Some pain", ""))
    assert by_itself[0].window.end > by_sentences.passages(text)[0].window.end
    found = notes(text)
    struck = [text[each.start : each.end] for each in sentences(text)].index("Some pain")
    outcome = try_out(
        read_copy({"notes": {"n0": {"struck": [struck]}}}, found),
        stored(by_sentences, found),
        by_sentences,
        nothing,
    )
    assert outcome.moves is not None
    assert outcome.moves.moved == ()
