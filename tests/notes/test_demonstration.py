import re
from importlib.resources import files

import pytest

from icd9_review.notes import demonstration_encounters, read_note
from icd9_review.values import CareSetting, NewNote

ENCOUNTERS = demonstration_encounters()
NOTES = [note for _, notes in ENCOUNTERS for note in notes]
every_note = pytest.mark.parametrize("note", NOTES, ids=lambda note: note.text[:30].strip())


def test_there_are_at_least_eight_encounters_of_both_settings() -> None:
    assert len(ENCOUNTERS) >= 8
    assert {facts.setting for facts, _ in ENCOUNTERS} == set(CareSetting)
    assert any(len(notes) > 1 for _, notes in ENCOUNTERS)


def test_every_written_file_belongs_to_exactly_one_note() -> None:
    folder = files("icd9_review.notes") / "demonstration"
    written = sorted(
        file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".txt")
    )
    assert sorted(note.text for note in NOTES) == written


def test_ages_and_sexes_cover_what_coding_rules_tell_apart() -> None:
    ages = [facts.age for facts, _ in ENCOUNTERS if facts.age is not None]
    assert min(ages) < 18
    assert max(ages) > 65
    assert len({facts.sex for facts, _ in ENCOUNTERS}) == 2


@every_note
def test_a_note_is_as_long_as_a_real_one(note: NewNote) -> None:
    assert 450 <= len(note.text.split()) <= 900


@every_note
def test_a_note_passes_intake_unchanged_and_without_notice(note: NewNote) -> None:
    intake = read_note(note.text, note.title)
    assert intake.note == note
    assert intake.notices == ()


@every_note
def test_a_note_is_nobody_s_record(note: NewNote) -> None:
    """No de-identification marks, record numbers, telephone numbers or dates of birth."""
    assert not re.search(r"\[\*\*|\*\*\]|___", note.text)
    assert not re.search(r"\bMRN\b|\bDOB\b|\bSSN\b|\d{3}-\d{4}|\d{5,}", note.text)


@every_note
def test_a_note_has_what_makes_coding_hard(note: NewNote) -> None:
    lower = note.text.lower()
    assert "family" in lower or "fh:" in lower
    assert re.search(r"no evidence|denies|negative|no sign of|not seen", lower)
    assert re.search(r"probabl|cannot (be )?exclude|suspect|possible|likely|r/o", lower)
    assert re.search(r"s/p|h/o|c/o|r/o|chf|copd|ckd|htn|cad|dvt|uti", lower)
    assert len(re.findall(r"^\s*(?:\d+\.|#|- )", note.text, re.MULTILINE)) >= 5
    assert len(re.findall(r"^[A-Z][A-Z /&-]{3,}", note.text, re.MULTILINE)) >= 6
    assert re.search(r"\d+ ?mg", note.text)
