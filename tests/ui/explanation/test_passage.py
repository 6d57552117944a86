"""What the model used, in its sentence and in its window."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.explanation.passage import mark_passage, opposing, supporting
from icd9_review.values import Attribution, Window
from tests.attributions import NOTE, attribution, texts_with_attributions


def test_words_stand_in_their_sentence_with_section_and_assertion() -> None:
    (used,) = supporting(NoteContext(NOTE), attribution(("fibrillation", 2.0)))
    assert used.before == "She has atrial "
    assert used.words == "fibrillation"
    assert used.after == " 😀 on Coumadin."
    assert used.place == "HISTORY OF PRESENT ILLNESS · present"


def test_a_long_sentence_is_cut_between_words() -> None:
    text = f"{'left ' * 40}pneumonia{' right' * 40}."
    (used,) = supporting(NoteContext(text), attribution(("pneumonia", 1.0), text=text))
    assert used.before.startswith("…left")
    assert used.after.endswith("right…")
    assert len(used.before) + len(used.after) < 150
    assert used.place == "before any heading · present"


def test_what_opposes_is_told_however_much_supports() -> None:
    words = [f"word{number:02}" for number in range(12)]
    text = ". ".join([*words, "against"])
    weights = [(word, 1.0) for word in words]
    found = attribution(*weights, ("against", -0.3), text=text)
    assert len(supporting(NoteContext(text), found)) == 6
    (used,) = opposing(NoteContext(text), found)
    assert (used.words, used.weight) == ("against", -0.3)


def test_the_passage_is_the_window_with_a_little_of_the_note_around_it() -> None:
    text = f"{'before ' * 100}pneumonia {'after ' * 100}"
    start = text.index("pneumonia")
    found = replace(attribution(("pneumonia", 1.0), text=text), window=Window(3, start, start + 10))
    passage = mark_passage(NoteContext(text), found, found.window)
    assert passage.pieces == ("pneumonia", " ")
    assert passage.marks == ((0, 1.0),)
    assert passage.before.startswith("… before")
    assert passage.after.endswith("after …")
    assert len(passage.before) + len(passage.after) < 420


@given(texts_with_attributions())
def test_pieces_put_together_are_the_window(given_: tuple[str, list[Attribution]]) -> None:
    text, attributions = given_
    context = NoteContext(text)
    for one in attributions:
        passage = mark_passage(context, one, one.window)
        assert "".join(passage.pieces) == text[one.window.start : one.window.end]
        assert all(0 <= piece < len(passage.pieces) for piece, _ in passage.marks)
        supporting(context, one)
        opposing(context, one)
