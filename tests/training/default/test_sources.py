"""Real notes as sources of training text: what is kept out, and what is known of each."""

import gzip
import json
from itertools import combinations
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.training.default import sources
from icd9_review.training.default.phrases import PhraseBook
from icd9_review.training.default.sources import (
    NoteOrigin,
    ReadNote,
    SourceNote,
    load_sources,
    measured_notes,
    note_counts,
    noted_terms,
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


def write_codiesp(folder: Path, *rows: tuple[str, list[str]]) -> None:
    lines = (
        {"id": f"s{at}", "split": "train", "text": text, "labels": [{"any_of": [c]} for c in codes]}
        for at, (text, codes) in enumerate(rows)
    )
    content = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "notes" / "codiesp_en_dev.jsonl.gz").write_bytes(gzip.compress(content.encode()))


def test_measured_notes_and_notes_close_to_them_are_left_out(
    tmp_path: Path, book: PhraseBook
) -> None:
    folder = write_reference_data(tmp_path, {}, {"a": NOTE})
    near = NOTE.replace("woman", "lady")
    write_codiesp(folder, (NOTE, ["428.0"]), (near, ["428.0"]), (OTHER, ["845.00"]))
    assert [source.text for source in load_sources(folder, book)] == [OTHER]


def test_words_for_the_codes_of_a_codiesp_note_count(tmp_path: Path, book: PhraseBook) -> None:
    folder = write_reference_data(tmp_path, {"a": OTHER}, {"m": NOTE})
    write_codiesp(folder, ("He has gout and asthma, but no pneumonia.", ["274.9"]))
    (source,) = load_sources(folder, book)
    assert source.corpus is NoteOrigin.CODIESP
    assert [(m.code, m.target) for m in source.mentions] == [("274.9", 1)]
    assert {"274.9", "274.00"} <= source.unknown
    assert not {"493.90", "486"} & source.unknown


def read_note(text: str, labels: list[Label], **rest: object) -> SourceNote:
    note = LabelledNote(text, tuple(labels), "mts-x", "train")
    return sources._as_read(ReadNote(note, **rest))  # type: ignore[arg-type]


def at(text: str, words: str) -> tuple[tuple[int, int], ...]:
    return ((text.index(words), text.index(words) + len(words)),)


def test_what_a_reader_marked_is_present_left_open_or_absent() -> None:
    text = "Sepsis treated. Denies fever. Possible asthma noted. Sepsis resolved."
    source = read_note(
        text,
        [
            Label(frozenset({"038.9", "995.91"}), "core", at(text, "Sepsis")),
            Label(frozenset({"493.90"}), "arguable", at(text, "asthma")),
        ],
        named=((("780.60",), at(text, "fever")),),
        first=("038.9", "493.90"),
    )
    said = [(text[m.start : m.end], m.code, m.target) for m in source.mentions]
    assert said == [
        ("Sepsis", "038.9", 1),
        ("fever", "780.60", 0),
        ("asthma", "493.90", -1),
        ("Sepsis", "038.9", 1),  # the same words again
    ]
    assert source.unknown == {"038.9", "995.91", "493.90"}
    assert source.present == {"038.9"}


def test_denied_words_and_short_ones_are_not_looked_for_elsewhere() -> None:
    text = "No fever. CAD. Later fever, on CAD therapy."
    label = Label(frozenset({"414.00"}), "core", at(text, "CAD"))
    named = ((("780.60",), at(text, "fever")),)
    source = read_note(text, [label], named=named, first=("414.00",))
    assert [(m.code, m.start) for m in source.mentions] == [("780.60", 3), ("414.00", 10)]


def test_terms_of_read_notes_are_collected_by_code_and_notes_counted() -> None:
    text = "Congestive  heart\nfailure is present."
    label = Label(frozenset({"428.0"}), "core", ((0, 25),))
    source = read_note(text, [label], first=("428.0",))
    assert noted_terms([source]) == {"428.0": ("Congestive heart failure",)}
    assert note_counts([source, source]) == {"428.0": 2}


def test_a_note_whose_text_has_changed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = json.loads(sources.label_lines()[0])
    folder = write_reference_data(tmp_path, {first["id"]: OTHER}, {"m": NOTE})
    with pytest.raises(CorpusError, match=f"{first['id']} has another text"):
        read_mtsamples(folder)


@pytest.fixture(scope="module")
def loaded(reference_data: Path, book: PhraseBook) -> tuple[SourceNote, ...]:
    return load_sources(reference_data, book)


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


def apart(reference_data: Path, loaded: tuple[SourceNote, ...]) -> dict[str, list[str]]:
    """The texts that training, fitting and measuring go by, each set by its name."""
    notes = reference_data / "notes"
    trained = {
        corpus.value: [source.text for source in loaded if source.corpus is corpus]
        for corpus in NoteOrigin
    }
    kept = {
        "fitted on": [n for n in read_mtsamples(reference_data) if n.split == "validation"],
        "measured": read_labelled(notes / "mtsamples_dev_labelled.jsonl"),
        "procedures": read_labelled(notes / "mtsamples_procedures_labelled.jsonl"),
        "CodiEsp, measured": read_labelled(notes / "codiesp_en_dev.jsonl.gz", "dev"),
    }
    return trained | {name: [note.text for note in found] for name, found in kept.items()}


@pytest.mark.reference
def test_no_two_sets_of_notes_share_a_note_or_much_of_its_wording(
    reference_data: Path, loaded: tuple[SourceNote, ...]
) -> None:
    sets = apart(reference_data, loaded)
    assert {name: len(texts) for name, texts in sets.items()} == {
        "MTSamples, labelled by reading": 1356,  # two more share wording with notes kept apart
        "CodiEsp": 500,
        "fitted on": 187,
        "measured": 60,
        "procedures": 30,
        "CodiEsp, measured": 250,
    }
    overlaps = {name: sources._Overlap(texts) for name, texts in sets.items()}
    for one, other in combinations(sets, 2):
        shared = [place for place, text in enumerate(sets[other]) if overlaps[one].holds(text)]
        assert not shared, f"{one} and {other} share the wording of notes {shared}"


@pytest.mark.reference
def test_a_note_that_was_trained_on_would_be_found_among_those_measured(
    reference_data: Path, loaded: tuple[SourceNote, ...]
) -> None:
    first = loaded[0].text
    half = " ".join(first.split()[: len(first.split()) // 2])
    assert sources._Overlap(source.text for source in loaded).holds(half)


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
    by_text = {note.text: note for note in read_mtsamples(reference_data)}
    for source in loaded:
        if source.corpus is NoteOrigin.READ:
            own = frozenset[str]().union(*(label.any_of for label in by_text[source.text].labels))
            assert own <= source.unknown
