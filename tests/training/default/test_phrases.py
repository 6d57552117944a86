# ruff: noqa: S311
import gzip
import random
from dataclasses import replace
from pathlib import Path

import pytest

from icd9_review.codes.written_terms import written_terms
from icd9_review.errors import CorpusError
from icd9_review.training.default.labels import label_codes, titles
from icd9_review.training.default.phrases import (
    PhraseBook,
    is_held_out,
    load_phrase_book,
    phrase_batch,
    spoken,
    vary,
)


def test_the_official_phrases_begin_with_the_title(book: PhraseBook) -> None:
    assert {code: phrases[0] for code, phrases in book.official.items()} == titles()


def test_what_people_type_for_a_procedure_is_among_its_phrases(book: PhraseBook) -> None:
    assert {"appendectomy", "appendix removal"} <= set(book.official["47.09"])


@pytest.mark.reference
def test_the_name_of_a_drug_alone_is_no_poisoning(reference_data: Path) -> None:
    book = load_phrase_book(reference_data / "icd9cm" / "terms_dx.tsv.gz", reference_data)
    assert "poisoning Digoxin" in book.official["972.1"]
    assert all("Digoxin" not in book.official[code] for code in ("972.1", "E942.1"))


def test_an_official_phrase_that_is_a_term_of_another_code_is_left_out(book: PhraseBook) -> None:
    owner = {term.lower(): code for code, terms in written_terms().items() for term in terms}
    for code, (_, *phrases) in book.official.items():
        assert all(owner.get(phrase.lower(), code) == code for phrase in phrases)


def test_a_batch_is_the_same_for_the_same_seed(book: PhraseBook) -> None:
    first = [*phrase_batch(book, 32, random.Random(5))]
    assert first == [*phrase_batch(book, 32, random.Random(5))]
    assert first != [*phrase_batch(book, 32, random.Random(6))]


def test_a_batch_holds_phrases_of_the_codes_it_names(book: PhraseBook) -> None:
    for text, codes in phrase_batch(book, 200, random.Random(5)):
        assert codes
        for code in codes:
            known = (*book.written.get(code, ()), *book.official[code])
            assert text.lower() in {phrase.lower() for phrase in known}


def test_every_code_of_the_label_space_has_a_phrase(book: PhraseBook) -> None:
    assert set(book.official) == set(label_codes())
    assert all(book.official.values())


def test_a_phrase_that_stands_for_several_codes_comes_with_all_of_them() -> None:
    pair = dict.fromkeys(label_codes(), ("other",)) | dict.fromkeys(("250.40", "581.81"), ("KW",))
    batch = phrase_batch(PhraseBook({}, pair), 40, random.Random(5))
    assert all(len(codes) == 18_447 for text, codes in batch if text.lower() == "other")
    assert PhraseBook({}, pair).owners["kw"] == {"250.40", "581.81"}


def test_codes_that_read_notes_have_are_drawn_more_often(book: PhraseBook) -> None:
    counted = replace(book, counts={"428.0": 10_000})
    drawn = [counted.code(random.Random(seed)) for seed in range(2000)]
    assert 10 <= drawn.count("428.0") <= 50  # 201 of 18,649 parts


def test_words_of_read_notes_are_drawn_for_their_code(book: PhraseBook) -> None:
    noted = replace(book, noted={"428.0": ("hearts gone soft",)})
    assert "hearts gone soft" in {noted.phrase("428.0", random.Random(s)) for s in range(40)}


def test_an_index_phrase_is_said_from_its_last_term_to_its_first() -> None:
    assert spoken("Failure, heart, congestive") == "congestive heart Failure"
    assert spoken("Appendectomy") == "Appendectomy"


def test_one_index_phrase_in_eighty_is_kept_out_whatever_its_case() -> None:
    phrases = [f"phrase {number}" for number in range(8000)]
    held = [phrase for phrase in phrases if is_held_out(phrase)]
    assert 60 <= len(held) <= 140
    assert all(is_held_out(phrase.upper()) for phrase in held)


def test_a_phrase_varies_in_its_capitals_only() -> None:
    varied = {vary("atrial fibrillation", random.Random(seed)) for seed in range(60)}
    assert varied == {"atrial fibrillation", "Atrial fibrillation", "ATRIAL FIBRILLATION"}


@pytest.mark.reference
def test_reference_data_widens_the_phrases(reference_data: Path) -> None:
    book = load_phrase_book(reference_data / "icd9cm" / "terms_dx.tsv.gz", reference_data)
    assert len(book.official["428.0"]) > 10
    assert "with appendectomy Appendicolysis" in book.official["47.09"]
    assert len(book.official["E885.9"]) > 2


def test_phrases_are_read_from_a_plain_or_packed_file(tmp_path: Path) -> None:
    content = "code\tsource\tphrase\n4280\tindex\tdropsy of the heart\n99999\tindex\tnothing\n"
    plain, packed = tmp_path / "terms.tsv", tmp_path / "terms.tsv.gz"
    plain.write_text(content, encoding="utf-8")
    packed.write_bytes(gzip.compress(content.encode()))
    for path in (plain, packed):
        assert "dropsy of the heart" in load_phrase_book(path).official["428.0"]


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("code\tterm\n4280\tCHF\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="no column phrase, source"):
        load_phrase_book(path)
    with pytest.raises(CorpusError, match="cannot be read"):
        load_phrase_book(tmp_path / "absent.tsv")
