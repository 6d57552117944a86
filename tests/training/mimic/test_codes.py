from collections import Counter
from pathlib import Path

import pytest

from icd9_review.codes.notation import undot
from icd9_review.codes.table import codes
from icd9_review.errors import CorpusError
from icd9_review.model.folder.labels import kind_of
from icd9_review.training.mimic.codes import code_tables, read_codes
from icd9_review.values import Kind


def write_codes(folder: Path, diagnoses: list[str], procedures: list[str] | None = None) -> Path:
    """Each code in an admission of its own, 1 for the first diagnosis and the first procedure."""
    written = {"DIAGNOSES_ICD": diagnoses, "PROCEDURES_ICD": procedures}
    for name, cells in written.items():
        if cells is not None:
            rows = [f'{number},"{cell}"' for number, cell in enumerate(cells, 1)]
            content = "\n".join(["HADM_ID,ICD9_CODE", *rows, ""])
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def read(folder: Path, *, diagnoses_only: bool = False) -> dict[str, set[str]]:
    return read_codes(folder, code_tables(diagnoses_only), Counter())


def refusal(folder: Path) -> str:
    with pytest.raises(CorpusError) as caught:
        read(folder)
    return str(caught.value)


def test_codes_keep_their_leading_zeros_and_get_their_dots(tmp_path: Path) -> None:
    write_codes(tmp_path, ["0389", "4280", "486", "V5861", "E8490", "v290"], [])
    assert [*read(tmp_path).values()] == [
        {"038.9"}, {"428.0"}, {"486"}, {"V58.61"}, {"E849.0"}, {"V29.0"}
    ]  # fmt: skip


def test_the_table_decides_what_9604_means(tmp_path: Path) -> None:
    write_codes(tmp_path, ["9604", "0389"], ["9604", "0066"])
    assert read(tmp_path) == {"1": {"960.4", "96.04"}, "2": {"038.9", "00.66"}}


def test_a_code_that_stands_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / "DIAGNOSES_ICD.csv").write_text("HADM_ID,ICD9_CODE\n5,0389\n5,0389\n")
    assert read(tmp_path, diagnoses_only=True) == {"5": {"038.9"}}


def test_diagnoses_alone_need_no_table_of_procedures(tmp_path: Path) -> None:
    assert read(write_codes(tmp_path, ["4280"]), diagnoses_only=True) == {"1": {"428.0"}}


def test_every_code_of_version_32_is_read_as_what_it_is(tmp_path: Path) -> None:
    known = {kind: list(codes(kind)) for kind in Kind}
    write_codes(tmp_path, *([undot(code) for code in known[kind]] for kind in Kind))
    found = read(tmp_path)
    for number, code in enumerate(known[Kind.DIAGNOSIS], 1):
        assert code in found[str(number)]
    for number, code in enumerate(known[Kind.PROCEDURE], 1):
        assert code in found[str(number)]


def test_rows_without_a_code_and_categories_of_procedures_are_counted(tmp_path: Path) -> None:
    tally: Counter[str] = Counter()
    write_codes(tmp_path, ["0389", "", " "], ["0066", "39"])
    assert read_codes(tmp_path, code_tables(False), tally) == {"1": {"038.9", "00.66"}}
    assert tally == {
        "rows of DIAGNOSES_ICD without a code": 2,
        "rows of PROCEDURES_ICD with a category of two digits": 1,
    }


def test_a_code_with_a_dot_was_read_as_a_number(tmp_path: Path) -> None:
    told = refusal(write_codes(tmp_path, ["0389", "4280.0"], []))
    assert told == (
        f"{tmp_path}/DIAGNOSES_ICD.csv, line 3, column ICD9_CODE: '4280.0' has a dot, where "
        "MIMIC-III writes codes as text without one; codes that other software read as numbers "
        "lose leading zeros and gain dots. Take the file as PhysioNet gives it"
    )


def test_a_code_too_short_to_be_one_lost_its_zeros(tmp_path: Path) -> None:
    told = refusal(write_codes(tmp_path, ["4280"], ["66", "9"]))
    assert "PROCEDURES_ICD.csv, line 3, column ICD9_CODE: 9 is no procedure code by its" in told
    assert "read as numbers lose leading zeros" in told


def test_what_is_no_code_is_refused_by_its_line(tmp_path: Path) -> None:
    told = refusal(write_codes(tmp_path, ["4280", "I50"], []))
    assert "line 3, column ICD9_CODE: 'I50' is not written as an ICD-9-CM diagnosis" in told


@pytest.mark.parametrize("kind", list(Kind))
def test_a_table_read_as_numbers_is_found_by_its_lost_zeros(tmp_path: Path, kind: Kind) -> None:
    # Whatever is too short by now would be refused for that; a table may lack such codes.
    cells = [str(int(undot(code))) for code in codes(kind) if undot(code).isdigit()]
    cells = [cell for cell in cells if len(cell) > 2]
    told = refusal(write_codes(tmp_path, *([cells, []] if kind is Kind.DIAGNOSIS else [[], cells])))
    assert "no code of this file begins with 0" in told
    assert "read as numbers lose leading zeros" in told


def test_the_lost_zero_is_told_by_its_line_and_code(tmp_path: Path) -> None:
    told = refusal(write_codes(tmp_path, ["4280", "389"], []))
    assert "line 3, column ICD9_CODE: 389 is no code of ICD-9-CM but 0389 is" in told


def test_a_retired_code_alone_proves_no_lost_zeros(tmp_path: Path) -> None:
    assert read(write_codes(tmp_path, ["2765", "4280"], [])) == {"1": {"276.5"}, "2": {"428.0"}}
    assert read(write_codes(tmp_path, ["428", "V10"], [])) == {"1": {"428"}, "2": {"V10"}}
    assert read(write_codes(tmp_path, ["389", "0389"], [])) == {"1": {"389"}, "2": {"038.9"}}


@pytest.mark.reference
def test_the_codes_of_the_demonstration_are_read(reference_data: Path) -> None:
    tally: Counter[str] = Counter()
    found = read_codes(reference_data / "mimic", code_tables(False), tally)
    counted = Counter(kind for codes in found.values() for kind in map(kind_of, codes))
    assert len(found) == 129
    assert counted[Kind.DIAGNOSIS] > 1_700
    assert counted[Kind.PROCEDURE] > 400
    assert not tally
    known = {*codes(Kind.DIAGNOSIS), *codes(Kind.PROCEDURE)}
    every = set().union(*found.values())
    assert "276.5" in every - known  # retired before version 32, and right in its year
    assert len(every - known) < len(every) / 20
