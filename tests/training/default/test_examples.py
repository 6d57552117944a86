"""What is counted are the read notes a code is present in."""

import json
from pathlib import Path

from icd9_review.training.default.examples import write_examples
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.sources import SourceNote


def test_read_notes_of_each_code_are_counted_and_codes_without_any_stand_with_none(
    tmp_path: Path,
) -> None:
    notes = [SourceNote("a", (), present=frozenset(codes)) for codes in ({"486"}, {"486", "47.09"})]
    write_examples(tmp_path, notes)
    held = json.loads((tmp_path / "examples.json").read_text(encoding="utf-8"))
    assert (held["notes"]["486"], held["notes"]["47.09"], held["notes"]["428.0"]) == (2, 1, 0)
    assert list(held["notes"]) == list(label_codes())
    assert held["split"].startswith("2 MTSamples notes")


def test_without_read_notes_no_examples_are_claimed(tmp_path: Path) -> None:
    write_examples(tmp_path, ())
    assert not (tmp_path / "examples.json").exists()


def test_examples_of_the_model_before_do_not_stay(tmp_path: Path) -> None:
    (tmp_path / "examples.json").write_text('{"notes": {"486": 9}}', "utf-8")
    write_examples(tmp_path, ())
    assert not (tmp_path / "examples.json").exists()
