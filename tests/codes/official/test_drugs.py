"""The table of drugs and chemicals: which row says what of which substance."""

import pytest

from icd9_review.codes.lists import Substance
from icd9_review.codes.official.drugs import read_drugs
from icd9_review.codes.official.rtf import Paragraph
from icd9_review.errors import CodeListError

DIGOXIN = "Digoxin\t972.1\tE858.3\tE942.1\tE950.4\tE962.0\tE980.4"


def read(*lines: tuple[int, str]) -> tuple[Substance, ...]:
    return read_drugs(Paragraph(edge, 720, text) for edge, text in lines)


def test_a_row_gives_the_poisoning_and_the_five_circumstances() -> None:
    assert read((0, DIGOXIN)) == (
        Substance("Digoxin", "972.1", "E858.3", "E942.1", "E950.4", "E962.0", "E980.4"),
    )


def test_a_substance_is_named_with_those_it_stands_under() -> None:
    cells = "\t976.3\tE858.7\tE946.3\tE950.4\tE962.0\tE980.4"
    found = read(
        (0, "Acetic (any)"),
        (360, "acid (glacial)" + cells),
        (720, "with sodium acetate \n(ointment)" + cells),
        (360, "anhydride" + cells),
        (0, "Zinc" + cells),
    )
    assert [each.name for each in found] == [
        "Acetic, acid (glacial)",
        "Acetic, acid, with sodium acetate (ointment)",
        "Acetic, anhydride",
        "Zinc",
    ]


def test_what_only_refers_to_another_makes_no_row_and_what_stands_under_it_does() -> None:
    found = read(
        (0, "Benzine\u00adsee \nLigroin"),
        (360, "vapor\t987.1\tE869.8\t-\tE952.8\tE962.2\tE982.8"),
    )
    assert [each.name for each in found] == ["Benzine, vapor"]
    assert found[0].therapeutic == ""


@pytest.mark.parametrize("cell", ["E862.1", "E96", "E962.", "-", "", "962.1", "E962.7", "=1+1"])
def test_a_cell_that_names_no_code_of_its_column_stays_empty(cell: str) -> None:
    [found] = read((0, f"Alcohol\t980.0\tE860.1\t-\tE950.9\t{cell}\tE980.9"))
    assert found.assault == ""
    assert found.undetermined == "E980.9"


def test_a_sting_is_an_accident_of_its_own() -> None:
    [found] = read((0, "Bee (sting)\t989.5\tE905.3\t-\tE950.9\tE962.1\tE980.9"))
    assert found.accident == "E905.3"


def test_a_table_without_a_substance_is_refused() -> None:
    with pytest.raises(CodeListError, match="no substance"):
        read((0, "Table of Drugs and Chemicals"), (0, "Acetic"))
