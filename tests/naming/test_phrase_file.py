"""Phrases of a TSV file become a dictionary in the words of notes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.naming.phrase_file import CodePhrase, dictionary_entries, read_phrases, spellings

ROWS = (
    "code\tsource\tphrase",
    "4280\ttitle_long\tCongestive heart failure, unspecified",
    "4289\tindex\tcongestive heart Failure, failed",
    "4289\tindex\theart Failure, failed",
    "6826\ttab_inclusion\tknee",
    "486\tindex\tPneumonia",
    "486\ttitle_short\tPNA",
)


def written(folder: Path, *rows: str) -> Path:
    path = folder / "terms.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_rows_are_read_in_order_compressed_or_not(tmp_path: Path) -> None:
    plain = written(tmp_path, *ROWS)
    packed = tmp_path / "terms.tsv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert next(read_phrases(plain)) == CodePhrase("4280", "title_long", ROWS[1].split("\t")[2])
    assert [*read_phrases(plain)] == [*read_phrases(packed)]


def test_entries_are_of_the_label_space_and_the_first_row_holds(tmp_path: Path) -> None:
    entries = dictionary_entries(written(tmp_path, *ROWS), ["428.0", "428.9", "682.6"])
    assert entries == {
        "Congestive heart failure": "428.0",
        "congestive heart Failure": "428.9",
        "congestive heart failed": "428.9",
        "heart Failure": "428.9",
        "heart failed": "428.9",
    }


def test_phrases_of_three_letters_are_left_out(tmp_path: Path) -> None:
    assert dictionary_entries(written(tmp_path, *ROWS), ["486"]) == {"Pneumonia": "486"}


@pytest.mark.parametrize(
    ("source", "phrase", "expected"),
    [
        ("title_long", "Hyperlipidemia NEC", ("Hyperlipidemia",)),
        ("tab_title", "Gout (acute), unspecified", ("Gout",)),
        ("title_long", "Burn, unspecified site", ("Burn, unspecified site",)),
        ("index", "acute Failure, failed", ("acute Failure", "acute failed")),
        ("index", "heart, acute Failure", ("heart, acute Failure",)),
    ],
)
def test_a_term_is_spelled_as_in_notes(source: str, phrase: str, expected: tuple[str, ...]) -> None:
    assert spellings(CodePhrase("486", source, phrase)) == expected


def test_a_row_without_a_code_is_named_by_its_file(tmp_path: Path) -> None:
    path = written(tmp_path, *ROWS, "heart\tindex\tFailure of the heart")
    with pytest.raises(CorpusError, match=r"terms\.tsv: 'heart' is no diagnosis code"):
        dictionary_entries(path, ["428.0"])


def test_a_compressed_file_that_is_cut_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv.gz"
    path.write_bytes(gzip.compress("\n".join(ROWS).encode())[:-12])
    with pytest.raises(CorpusError, match=r"terms\.tsv\.gz cannot be read"):
        list(read_phrases(path))


def test_a_label_space_without_phrases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no phrase for any of the 1 codes"):
        dictionary_entries(written(tmp_path, *ROWS), ["001.0"])


def test_a_file_of_another_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"terms\.tsv has no column phrase, source"):
        list(read_phrases(written(tmp_path, "code\ttext", "486\tPneumonia")))
    with pytest.raises(CorpusError, match=r"absent\.tsv cannot be read"):
        list(read_phrases(tmp_path / "absent.tsv"))
