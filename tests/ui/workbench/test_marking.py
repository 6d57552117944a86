"""What is marked refers to the pieces of the note it belongs to."""

from __future__ import annotations

from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.workbench.marking import MarkedNotes, mark_notes
from icd9_review.values import Attribution, Note, Span, Window, WordWeight

FIRST = Note("n1", "e1", "Note 1", "No fever 😀 today.", 1, "0" * 64)
SECOND = Note("n2", "e1", "Note 2", "PLAN:\nWarfarin for AF.", 1, "0" * 64)
USED = Attribution(
    "427.31", Window(0, 0, 22), (WordWeight(19, 21, 2.0),), "ig", "pad", 8, 0.01, True
)


def marked(
    attributions: dict[str, tuple[str, Attribution]] | None = None,
    spans: dict[str, list[Span]] | None = None,
    mentions: dict[str, list[Span]] | None = None,
) -> MarkedNotes:
    notes = [FIRST, SECOND]
    contexts = {note.id: NoteContext(note.text) for note in notes}
    return mark_notes(
        notes, contexts, attributions or {}, spans or {}, mentions or {}, {"n2": "new"}
    )


def test_an_explanation_refers_to_the_pieces_of_its_own_note() -> None:
    found = marked({"diagnosis:427.31": ("n2", USED), "diagnosis:1": ("gone", USED)})
    assert ["".join(view.pieces) for view in found.notes] == [FIRST.text, SECOND.text]
    assert found.notes[0].pieces == (FIRST.text,)
    assert set(found.explanations) == {"diagnosis:427.31"}
    explanation = found.explanations["diagnosis:427.31"]
    pieces = found.notes[1].pieces
    assert explanation.note == 1
    assert [(pieces[i], weight) for i, weight in explanation.marks] == [("AF", 1.0)]


def test_headings_are_pieces_of_their_own() -> None:
    second = marked().notes[1]
    assert [second.pieces[i] for i in second.headings] == ["PLAN:"]


def test_line_ends_that_merely_wrap_are_pieces_of_their_own() -> None:
    text = "She was seen for a cough that had lasted for three weeks, and was\nsent home"
    note = Note("n3", "e1", "Note 3", text, 1, "0" * 64)
    (view,) = mark_notes([note], {"n3": NoteContext(text)}, {}, {}, {}, {}).notes
    assert [view.pieces[i] for i in view.wraps] == ["\n"]
    assert "".join(view.pieces) == text


def test_cited_words_say_where_they_stand_and_what_is_said_of_them() -> None:
    start = FIRST.text.index("fever")
    found = marked(spans={"diagnosis:780.60": [Span("n1", start, start + 5), Span("gone", 0, 2)]})
    (citation,) = found.cited["diagnosis:780.60"]
    assert "".join(found.notes[0].pieces[citation.first : citation.last + 1]) == "fever"
    assert (citation.note, citation.text, citation.assertion) == (0, "fever", "negated")


def test_news_stand_at_their_note() -> None:
    assert [view.news for view in marked().notes] == ["", "new"]


def test_every_place_that_names_a_code_is_told_with_its_document_in_their_order() -> None:
    where = [Span("n1", 3, 8), Span("n2", 19, 21)]
    found = marked(mentions={"diagnosis:427.31": where})
    assert [(run.note, run.text) for run in found.mentions["diagnosis:427.31"]] == [
        (0, "fever"),
        (1, "AF"),
    ]


def test_a_place_in_a_list_of_diagnoses_leads_unless_it_is_denied() -> None:
    text = "FINAL DIAGNOSES: Asthma. No gout.\nHISTORY: Asthma."
    note = Note("n1", "e1", "Note 1", text, 1, "0" * 64)
    places = [Span("n1", at, at + 6) for at in (text.index("Asthma"), text.rindex("Asthma"))]
    denied = [Span("n1", text.index("gout"), text.index("gout") + 4)]
    found = mark_notes(
        [note], {"n1": NoteContext(text)}, {}, {}, {"a:1": places, "a:2": denied}, {}
    )
    assert [run.leads for run in found.mentions["a:1"]] == [True, False]
    assert [run.leads for run in found.mentions["a:2"]] == [False]
