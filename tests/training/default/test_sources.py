"""Real notes as sources of training text: what is kept out, and what is known of each."""

import gzip
import json
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.training.default import sources
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.sources import (
    NoteOrigin,
    SourceNote,
    load_sources,
    measured_notes,
    read_mtsamples,
)

NOTE = (
    "This woman was seen for follow-up of her swelling. She denies pneumonia and gout. There was "
    "no evidence of pulmonary embolism on the scan. Discharge diagnoses: Congestive heart failure."
)
OTHER = "A different story about an ankle sprain that was seen in the office last week."


def write_reference_data(folder: Path, notes: dict[str, str], measured: dict[str, str]) -> Path:
    (folder / "notes").mkdir()
    with gzip.open(folder / "notes" / "mtsamples_dev.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": i, "text": t}) + "\n" for i, t in notes.items())
    with (folder / "notes" / "mtsamples_dev_labelled.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(
            json.dumps({"id": i, "text": t, "labels": []}) + "\n" for i, t in measured.items()
        )
    return folder


def test_measured_notes_and_notes_close_to_them_are_left_out(tmp_path: Path) -> None:
    near = NOTE.replace("woman", "lady")
    folder = write_reference_data(tmp_path, {"a": NOTE, "b": near, "c": OTHER}, {"a": NOTE})
    assert [source.text for source in load_sources(folder)] == [OTHER]


def test_codiesp_mentions_count_where_the_note_s_codes_confirm_them(tmp_path: Path) -> None:
    folder = write_reference_data(tmp_path, {"a": OTHER}, {"m": NOTE})
    row = {
        "id": "s1",
        "split": "train",
        "text": "He has gout and asthma, but no pneumonia.",
        "labels": [{"any_of": ["274.9"]}],
    }
    path = folder / "notes" / "codiesp_en_dev.jsonl.gz"
    path.write_bytes(gzip.compress((json.dumps(row) + "\n").encode()))
    (source,) = [s for s in load_sources(folder) if s.corpus is NoteOrigin.CODIESP]
    assert [(m.code, m.target) for m in source.mentions] == [("274.9", 1)]
    assert "493.90" in source.unknown
    assert "486" not in source.unknown


def test_a_note_whose_text_has_changed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = json.loads(sources.label_lines()[0])
    folder = write_reference_data(tmp_path, {first["id"]: OTHER}, {"m": NOTE})
    with pytest.raises(CorpusError, match=f"{first['id']} has another text"):
        read_mtsamples(folder)


@pytest.fixture(scope="module")
def loaded(reference_data: Path) -> tuple[SourceNote, ...]:
    return load_sources(reference_data)


@pytest.mark.reference
def test_every_label_s_evidence_lies_in_its_note(reference_data: Path) -> None:
    notes = read_mtsamples(reference_data)
    assert len(notes) == len(sources.label_lines())
    for note in notes:
        for label in note.labels:
            assert all(0 <= start < end <= len(note.text) for start, end in label.evidence)


@pytest.mark.reference
def test_no_read_note_is_one_of_those_measured_on_nor_worded_like_one(reference_data: Path) -> None:
    measured = measured_notes(reference_data)
    read = read_mtsamples(reference_data)
    assert {note.id for note in measured}.isdisjoint(note.id for note in read)
    overlap = sources._Overlap([note.text for note in measured])
    assert not [note.id for note in read if overlap.holds(note.text)]


@pytest.mark.reference
def test_validation_notes_are_not_trained_on(
    reference_data: Path, loaded: tuple[SourceNote, ...]
) -> None:
    held = {note.text for note in read_mtsamples(reference_data) if note.split == "validation"}
    assert len(held) > 50
    assert held.isdisjoint(source.text for source in loaded)


@pytest.mark.reference
def test_a_read_note_s_own_codes_are_never_counted_as_absent(
    reference_data: Path, loaded: tuple[SourceNote, ...]
) -> None:
    space = frozenset(label_codes())
    by_text = {note.text: note for note in read_mtsamples(reference_data)}
    for source in loaded:
        if source.corpus is NoteOrigin.READ:
            own = frozenset[str]().union(*(label.any_of for label in by_text[source.text].labels))
            assert own & space <= source.unknown
