# ruff: noqa: S311
import gzip
import random
from pathlib import Path

import pytest

from icd9_review.codes.written_terms import written_terms
from icd9_review.errors import CorpusError
from icd9_review.training.default.labels import label_codes, titles
from icd9_review.training.default.phrases import PhraseBook, load_phrase_book, phrase_batch, vary


def test_without_reference_data_the_official_phrases_are_the_titles(book: PhraseBook) -> None:
    assert titles()["428.0"] in book.official["428.0"]
    assert all(len(phrases) <= 1 for phrases in book.official.values())


def test_an_official_phrase_that_is_a_term_of_another_code_is_left_out(book: PhraseBook) -> None:
    owner = {term.lower(): code for code, terms in written_terms().items() for term in terms}
    for code, phrases in book.official.items():
        assert all(owner.get(phrase.lower(), code) == code for phrase in phrases)


def test_a_batch_is_the_same_for_the_same_seed(book: PhraseBook) -> None:
    first = phrase_batch(book, 32, random.Random(5))
    assert first == phrase_batch(book, 32, random.Random(5))
    assert first != phrase_batch(book, 32, random.Random(6))


def test_a_batch_holds_phrases_of_the_codes_it_names(book: PhraseBook) -> None:
    texts, labels = phrase_batch(book, 200, random.Random(5))
    codes = label_codes()
    for text, label in zip(texts, labels, strict=True):
        known = (*book.written[codes[label]], *book.official[codes[label]])
        assert text.lower() in {phrase.lower() for phrase in known}


def test_a_phrase_varies_in_its_capitals_only() -> None:
    varied = {vary("atrial fibrillation", random.Random(seed)) for seed in range(60)}
    assert varied == {"atrial fibrillation", "Atrial fibrillation", "ATRIAL FIBRILLATION"}


@pytest.mark.reference
def test_reference_data_widens_the_phrases(reference_data: Path) -> None:
    book = load_phrase_book(reference_data / "icd9cm" / "terms_dx.tsv.gz")
    assert len(book.official["428.0"]) > 10
    assert all(code in titles() for code in book.official)


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
