"""Minimal pairs are read, joined with their notes and counted by cue; ours keep their word."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from icd9_review.codes.table import is_valid
from icd9_review.codes.written_terms import written_terms
from icd9_review.errors import CorpusError
from icd9_review.evaluation.pairs import CueFigures, default_pairs, measure_pairs, read_pairs
from icd9_review.training.default.labels import label_codes
from icd9_review.values import Kind, Suggestion, Window
from tests.evaluation.held_out import is_held_out, texts_of_pairs

NOTES = {"n1": "Seen today. Her mother had asthma. She is well."}
OWN = {
    "cue": "negation",
    "code": "486",
    "phrase": "pneumonia",
    "present": "He has pneumonia.",
    "absent": "He has no pneumonia.",
}
FROM_NOTE = {
    "cue": "family",
    "code": "493.90",
    "phrase": "asthma",
    "note": "n1",
    "start": 12,
    "end": 34,
    "original": "absent",
    "edits": [[0, 10, "She"]],
}
PACKAGED = [
    json.loads(line)
    for line in files("icd9_review.evaluation")
    .joinpath("pairs.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


class WordReader:
    """Suggests a code wherever its word stands, whatever is said of it."""

    labels = ("486", "493.90", "412")
    words = ("pneumonia", "asthma", "history of infarction")

    def predict(self, text: str) -> Sequence[Suggestion]:
        window = Window(0, 0, len(text))
        return [
            Suggestion(code, Kind.DIAGNOSIS, float(word in text), None, 0.5, window)
            for code, word in zip(self.labels, self.words, strict=True)
        ]


def written(folder: Path, *rows: object) -> Path:
    path = folder / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_sentence_of_a_note_is_the_side_it_is_said_to_be(tmp_path: Path) -> None:
    (pair,) = read_pairs(written(tmp_path, FROM_NOTE), NOTES)
    assert (pair.present, pair.absent) == ("She had asthma.", "Her mother had asthma.")


def test_each_edit_is_made_where_it_was_written(tmp_path: Path) -> None:
    row = {**FROM_NOTE, "original": "present", "edits": [[0, 0, "Of "], [4, 10, "aunt"]]}
    (pair,) = read_pairs(written(tmp_path, row), NOTES)
    assert pair.absent == "Of Her aunt had asthma."


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([], "edits"),
        ([[4, 10, "x"], [0, 3, "y"]], "edits overlap, are out of order or lie outside"),
        ([[0, 5, "x"], [4, 10, "y"]], "edits overlap"),
        ([[5, 4, "x"]], "out of order"),
        ([[0, 23, "x"]], "lie outside the sentence"),
        ([[0, 0, ""]], "the two sides are the same"),
        ([[0, 22, "She is well."]], "lacks the phrase"),
    ],
)
def test_edits_that_cannot_be_are_named(tmp_path: Path, edits: list[object], message: str) -> None:
    path = written(tmp_path, OWN, {**FROM_NOTE, "edits": edits})
    with pytest.raises(CorpusError, match=rf"pairs\.jsonl, line 2: .*{message}"):
        read_pairs(path, NOTES)


def test_another_text_under_the_id_of_a_note_is_refused_unquoted(tmp_path: Path) -> None:
    path = written(tmp_path, FROM_NOTE)
    with pytest.raises(CorpusError, match=r"line 1: .*another text") as caught:
        read_pairs(path, {"n1": "Seen today. Her father had gout. She is well."})
    assert "gout" not in str(caught.value)


def test_pairs_of_absent_notes_are_left_out(tmp_path: Path) -> None:
    pairs = read_pairs(written(tmp_path, OWN, FROM_NOTE), {})
    assert [pair.from_note for pair in pairs] == [False]


def test_a_line_of_another_form_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, OWN, {**OWN, "cue": "hope"})
    with pytest.raises(CorpusError, match=r"pairs\.jsonl, line 2: .*cue"):
        read_pairs(path, NOTES)


def test_a_model_that_ignores_cues_finds_all_and_withholds_nothing(tmp_path: Path) -> None:
    pairs = read_pairs(written(tmp_path, OWN, OWN, FROM_NOTE), NOTES)
    figures = measure_pairs(WordReader(), pairs).every
    assert figures["negation"] == CueFigures(pairs=2, found=2)
    assert figures["family"] == CueFigures(pairs=1, found=1)


def test_a_right_pair_and_the_code_in_its_place_count(tmp_path: Path) -> None:
    row = {**OWN, "cue": "history", "absent": "He has a history of infarction.", "instead": "412"}
    figures = measure_pairs(WordReader(), read_pairs(written(tmp_path, row), NOTES)).every
    assert figures["history"] == CueFigures(1, 1, 1, 1, 1, 1)


def test_pairs_about_codes_the_reader_lacks_are_neither_right_nor_withheld(tmp_path: Path) -> None:
    row = {**OWN, "code": "428.0", "phrase": "he has"}
    figures = measure_pairs(WordReader(), read_pairs(written(tmp_path, OWN, row), NOTES)).every
    assert figures["negation"] == CueFigures(pairs=1, found=1, unknown=1)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match=r"pairs\.jsonl is not UTF-8"):
        read_pairs(path, NOTES)


def test_every_cue_has_pairs_and_half_of_those_on_conditions_are_from_notes() -> None:
    cues = Counter(row["cue"] for row in PACKAGED)
    assert min(cues[cue] for cue in ("negation", "family", "history", "uncertainty")) >= 50
    assert cues["procedure"] >= 60
    conditions = [row for row in PACKAGED if row["cue"] != "procedure"]
    from_notes = sum("note" in row for row in conditions)
    assert abs(2 * from_notes - len(conditions)) <= len(conditions) / 10


def test_every_code_of_ours_is_valid_and_one_the_default_model_may_suggest() -> None:
    conditions = [row for row in PACKAGED if row["cue"] != "procedure"]
    codes = {row["code"] for row in conditions}
    known = codes | {row["instead"] for row in conditions if row.get("instead")}
    assert known <= set(label_codes())
    assert all(is_valid(Kind.DIAGNOSIS, code) for code in known)
    assert len(codes) >= 120


def test_procedures_of_ours_are_of_volume_3_and_what_is_right_instead_is_a_diagnosis() -> None:
    procedures = [row for row in PACKAGED if row["cue"] == "procedure"]
    assert all(is_valid(Kind.PROCEDURE, row["code"]) for row in procedures)
    instead = {row["instead"] for row in procedures if row.get("instead")}
    assert {"V64.1", "V64.2", "V64.3"} <= instead
    assert all(is_valid(Kind.DIAGNOSIS, code) for code in instead)


def test_wording_is_held_out_where_no_training_text_and_no_cue_has_it() -> None:
    assert is_held_out("Chest film shows gout.", "Chest film awaits gout.")
    assert not is_held_out("He has gout.", "He was sent for a film to rule out gout.")
    assert not is_held_out("He has gout.", "He has no gout.")
    assert not is_held_out("The hip hurts.", "The hip hurts.")


def test_marks_of_ours_are_true() -> None:
    for pair in default_pairs({}):
        assert pair.held_out == is_held_out(pair.present, pair.absent), pair.phrase


def test_pairs_of_held_out_wording_are_counted_again_by_themselves(tmp_path: Path) -> None:
    rows = (OWN, {**OWN, "held_out": True, "absent": "He is rid of pneumonia."})
    figures = measure_pairs(WordReader(), read_pairs(written(tmp_path, *rows), NOTES))
    assert figures.every["negation"].pairs == 2
    assert figures.held_out == {"negation": CueFigures(pairs=1, found=1)}


def test_no_pair_of_ours_is_there_twice() -> None:
    told = [(row["cue"], row["code"], row["phrase"].lower()) for row in PACKAGED]
    assert len(set(told)) == len(told)


def test_no_phrase_of_ours_is_one_the_default_model_learns_from() -> None:
    learnt = {term.lower() for terms in written_terms().values() for term in terms}
    assert not learnt & {row["phrase"].lower() for row in PACKAGED}


def test_without_notes_there_are_the_pairs_that_need_none() -> None:
    pairs = default_pairs({})
    assert len(pairs) == sum("note" not in row for row in PACKAGED)
    assert all(pair.phrase.lower() in pair.absent.lower() for pair in pairs)
    assert all(pair.present != pair.absent for pair in pairs)


@pytest.mark.reference
def test_every_note_of_a_pair_of_ours_is_kept_out_of_training(reference_data: Path) -> None:
    pairs = default_pairs(texts_of_pairs(reference_data))
    assert len(pairs) == len(PACKAGED)
    assert len({(pair.code, pair.present, pair.absent) for pair in pairs}) == len(pairs)
    for pair in pairs:
        assert pair.held_out == is_held_out(pair.present, pair.absent), pair.phrase


@pytest.mark.reference
def test_no_phrase_of_ours_is_a_published_term(reference_data: Path) -> None:
    ours = {row["phrase"].lower() for row in PACKAGED}
    path = reference_data / "icd9cm" / "terms_dx.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert not ours & {row["phrase"].lower() for row in rows}


def test_other_line_ends_within_a_text_and_empty_lines_end_no_row(tmp_path: Path) -> None:
    row = {"cue": "negation", "code": "486", "phrase": "pneumonia"}
    row |= {"present": "Has\u2028pneumonia.", "absent": "No\u2028pneumonia."}
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", "utf-8")
    assert len(read_pairs(path, {})) == 1
