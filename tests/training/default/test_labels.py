from pathlib import Path

import pytest

from icd9_review.codes.written_terms import written_terms
from icd9_review.training.default.labels import (
    frequencies,
    is_acute,
    is_procedure,
    is_status,
    is_symptom,
    label_codes,
    label_ids,
    titles,
    written_codes,
)


def test_every_label_is_a_valid_dotted_code() -> None:
    assert set(label_codes()) == set(titles())


def test_no_code_stands_twice() -> None:
    assert len(set(label_codes())) == len(label_codes())


def test_the_label_space_is_every_code_of_both_kinds() -> None:
    kinds = [is_procedure(code) for code in label_codes()]
    assert (kinds.count(False), kinds.count(True)) == (14_567, 3_882)
    assert [label_codes()[place] for place in label_ids().values()] == [*label_ids()]


def test_terms_are_written_for_diagnoses_alone() -> None:
    assert set(written_codes()) <= set(label_codes())
    assert not any(is_procedure(code) for code in written_codes())


def test_every_code_has_a_clean_term() -> None:
    for code, terms in written_terms().items():
        assert terms, code
        assert all(term == term.strip() and term for term in terms), code


def test_no_term_means_two_codes() -> None:
    owners: dict[str, str] = {}
    for code, terms in written_terms().items():
        for term in terms:
            assert owners.setdefault(term.lower(), code) == code, term


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("CHF", "428.0"),
        ("afib", "427.31"),
        ("T2DM", "250.00"),
        ("UTI", "599.0"),
        ("ESRD", "585.6"),
        ("s/p CABG", "V45.81"),
        ("on Coumadin", "V58.61"),
        ("NSTEMI", "410.71"),
    ],
)
def test_an_abbreviation_clinicians_use_is_known(term: str, code: str) -> None:
    assert term in written_terms()[code]


def test_codes_fall_into_the_kinds_their_chapters_say() -> None:
    assert is_status("V45.81")
    assert is_status("E888.9")
    assert not is_status("428.0")
    assert is_symptom("786.50")
    assert not is_symptom("V58.61")
    assert is_acute("486")
    assert not is_acute("401.9")


@pytest.mark.reference
def test_the_two_hundred_most_frequent_valid_codes_are_labels(reference_data: Path) -> None:
    counts = frequencies(reference_data / "icd9cm" / "icd9_dx_freq_sources.csv")
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    assert set(ranked[:200]) <= set(label_codes())
