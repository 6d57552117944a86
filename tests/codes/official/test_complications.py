"""The lists of MCCs and CCs in every form that CMS publishes."""

from pathlib import Path

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import ListName, SourceName
from icd9_review.codes.official import read_release
from icd9_review.errors import CodeListError
from icd9_review.values import Kind
from tests.releases import CC_TITLE, CCS, MCC_TITLE, MCCS, as_complications, as_workbook

DIAGNOSIS = Kind.DIAGNOSIS


def written(folder: Path, content: bytes, name: str = "table") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        as_complications(MCC_TITLE, MCCS),
        as_complications(MCC_TITLE, MCCS, parted=","),
        as_complications("Complete MCC List, Fiscal Year 2015", MCCS, heading="ICD-9-CM Code"),
        as_workbook(MCC_TITLE, ("0389", "42821", "78552")),
        b"\xef\xbb\xbf" + as_complications(MCC_TITLE, MCCS),
    ],
)
def test_text_commas_and_workbook_hold_the_same_list(tmp_path: Path, content: bytes) -> None:
    found = read_release(written(tmp_path, content))
    assert found.name is SourceName.MCC
    assert found.provenance.version == "IPPS table 6I, complete MCC list, FY2015"
    assert found.lists == {ListName.MCC: {(DIAGNOSIS, code) for code in MCCS}}


def test_exclusions_behind_the_description_are_passed_over(tmp_path: Path) -> None:
    text = f"{CC_TITLE}\nDiagnosis Code\tDescription\tPDX Exclusion\n00324\tA title\t0012\n"
    found = read_release(written(tmp_path, text.encode()))
    assert found.lists == {ListName.CC: {(DIAGNOSIS, "003.24")}}


def test_the_year_may_stand_in_the_name_of_the_file(tmp_path: Path) -> None:
    content = as_complications("Table 6J", CCS)
    found = read_release(written(tmp_path, content, "CMS-1607-F FY2015 Table 6J.txt"))
    assert found.provenance.version == "IPPS table 6J, complete CC list, FY2015"
    unsaid = read_release(written(tmp_path, content))
    assert unsaid.provenance.version.endswith("year not stated")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (as_complications(MCC_TITLE, ["038.9", "276.5"]), "line 4 has '2765', which is no diag"),
        (as_complications(MCC_TITLE, ["A41.9"]), "line 3 has 'A419'"),
        (as_complications(MCC_TITLE, []), "no codes"),
        (as_complications(MCC_TITLE, MCCS, heading="Number"), "no line of headings"),
        (as_workbook(CC_TITLE, ("00324", 42820)), "line 4 has a number in place of a code"),
        (as_workbook("Table 5", ("00324",)), "this workbook begins with no title of these"),
        (as_workbook(CC_TITLE, ("00324",))[:-40], "zip is cut off"),
    ],
)
def test_what_is_no_whole_list_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(CodeListError, match=message):
        read_release(written(tmp_path, content))


def test_a_code_counts_by_the_list_that_has_it_and_nothing_without_one(tmp_path: Path) -> None:
    lists = built_in_lists()
    assert lists.comorbidity(DIAGNOSIS, "038.9") == ("", "")
    for number, content in enumerate(
        (as_complications(MCC_TITLE, MCCS), as_complications(CC_TITLE, CCS))
    ):
        lists = lists.with_release(read_release(written(tmp_path, content, str(number))))
    source = "IPPS table 6{}, complete {} list, FY2015".format
    assert lists.comorbidity(DIAGNOSIS, "038.9") == ("MCC", source("I", "MCC"))
    assert lists.comorbidity(DIAGNOSIS, "428.20") == ("CC", source("J", "CC"))
    assert lists.comorbidity(DIAGNOSIS, "401.9") == ("", "")
    assert lists.comorbidity(Kind.PROCEDURE, "38.9") == ("", "")
