"""The built-in lists: what the script makes, and how far they agree with the official ones."""

import csv
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from icd9_review.codes import built_in, is_valid, undot
from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import ListName, ListOrigin
from icd9_review.errors import CodeTableError
from icd9_review.settings import ROOT
from icd9_review.values import Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE
RESULT = Path(built_in.__file__).with_name("built_in.tsv")

# Edit types of the MCE 32 release by list.
EDITS = {
    ListName.NEWBORN: "Newborn_Only",
    ListName.PEDIATRIC: "Pediatric_Only",
    ListName.MATERNITY: "Maternity_Only",
    ListName.ADULT: "Adult_Only",
    ListName.FEMALE: "Female_Only",
    ListName.MALE: "Male_Only",
    ListName.MANIFESTATION: "Principal_Manifestation",
    ListName.UNACCEPTABLE_PRINCIPAL: "Principal_Unacceptable",
}
AIMED = {ListName.MATERNITY, ListName.FEMALE, ListName.MALE, ListName.MANIFESTATION}


def test_the_committed_lists_are_what_the_script_makes(tmp_path: Path) -> None:
    made = tmp_path / "made.tsv"
    script = ROOT / "scripts" / "make-code-lists"
    subprocess.run([sys.executable, str(script), str(made)], check=True, timeout=120)
    assert made.read_bytes() == RESULT.read_bytes()


def test_the_source_is_named_with_the_hash_of_the_file() -> None:
    for each in built_in_lists().lists.values():
        assert each.provenance.origin is ListOrigin.BUILT_IN
        assert each.provenance.sha256 == sha256(RESULT.read_bytes()).hexdigest()


def test_every_code_on_a_list_is_one_of_version_32() -> None:
    for each in built_in_lists().lists.values():
        assert each.keys
        assert all(is_valid(kind, code) for kind, code in each.keys)


def test_lists_that_no_written_fact_gives_are_not_there() -> None:
    assert set(ListName) - set(built_in_lists().lists) == {
        ListName.QUESTIONABLE_ADMISSION,
        ListName.NONCOVERED,
        ListName.NONCOVERED_OVER_60,
        ListName.LIMITED_COVERAGE,
        ListName.WRONG_PROCEDURE,
        ListName.LENGTH_OF_STAY,
        ListName.CC,
        ListName.MCC,
    }


@pytest.mark.parametrize(
    ("name", "on", "off"),
    [
        (ListName.EXTERNAL_CAUSE, ["E849.0", "E000.8"], ["V58.61", "800.00"]),
        (ListName.MANIFESTATION, ["420.0", "362.01", "785.52", "713.5"], ["250.50", "041.4"]),
        (ListName.FEMALE, ["614.9", "180.9", "650", "V72.31"], ["608.84", "381.51", "V16.41"]),
        (ListName.MALE, ["600.00", "185", "752.61"], ["257.2", "173.50", "614.9"]),
        (ListName.MATERNITY, ["650", "V27.0", "648.83"], ["677", "779.6", "V24.2"]),
        (ListName.NEWBORN, ["774.6", "V30.00"], ["782.4", "V30.2"]),
        (ListName.PEDIATRIC, ["789.7", "995.54"], ["327.23", "783.7"]),
        (ListName.ADULT, ["290.0", "414.01"], ["290.8", "E967.0"]),
        (ListName.UNACCEPTABLE_PRINCIPAL, ["V45.81", "305.1", "V10.3"], ["V58.11", "V57.89"]),
        (ListName.POA_EXEMPT, ["V45.81", "412", "E812.0"], ["428.0", "E849.7"]),
        (ListName.UNSPECIFIED, ["428.0", "401.9"], ["250.00", "428.23"]),
    ],
)
def test_a_code_is_on_the_lists_its_facts_put_it_on(
    name: ListName, on: list[str], off: list[str]
) -> None:
    lists = built_in_lists()
    assert [code for code in on if not lists.holds(name, code)] == []
    assert [code for code in off if lists.holds(name, code)] == []


def test_procedures_have_a_sex_too() -> None:
    lists = built_in_lists()
    assert lists.holds(ListName.FEMALE, "68.51", PROCEDURE)
    assert lists.holds(ListName.MALE, "60.29", PROCEDURE)
    assert not lists.holds(ListName.FEMALE, "61.0", PROCEDURE)


def test_a_program_without_its_lists_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    built_in_lists.cache_clear()
    monkeypatch.setattr(built_in, "_FILE", Path("nowhere") / "built_in.tsv")
    with pytest.raises(CodeTableError, match=r"built_in.tsv is missing"):
        built_in_lists()


@pytest.mark.reference
@pytest.mark.parametrize("name", EDITS)
def test_built_in_lists_agree_with_the_official_ones(
    reference_data: Path, name: ListName, capsys: pytest.CaptureFixture[str]
) -> None:
    official: dict[str, set[str]] = {"D": set(), "P": set()}
    path = reference_data / "icd9cm" / "MCE_Simple_Code_Edits_v32.txt"
    with path.open(encoding="ascii") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["MCE_Edit_Type"] == EDITS[name]:
                official[row["ICD_Code_Type"]].add(row["ICD_Code"])
    for letter, kind in (("D", DIAGNOSIS), ("P", PROCEDURE)):
        ours = {undot(code) for each, code in built_in_lists().lists[name].keys if each is kind}
        if official[letter]:
            _agree(f"{name} ({kind})", ours, official[letter], name in AIMED, capsys)
        else:
            assert not ours


@pytest.mark.reference
def test_the_built_in_poa_exempt_list_agrees_with_the_official_one(
    reference_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "ICD-9_POA_Exempt_Diagnosis_Codes_Oct12014_FY2015.txt"
    lines = (reference_data / "icd9cm" / name).read_text(encoding="cp437").splitlines()
    official = {line.split("\t")[0].upper() for line in lines[1:] if line}
    ours = {undot(code) for _, code in built_in_lists().lists[ListName.POA_EXEMPT].keys}
    _agree("poa_exempt", ours, official, True, capsys)


@pytest.mark.reference
def test_the_built_in_external_causes_are_those_of_the_cms_titles(
    reference_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    titles = (reference_data / "icd9cm" / "CMS32_DESC_SHORT_DX.txt").read_text(encoding="ascii")
    official = {line.split()[0] for line in titles.splitlines() if line.startswith("E")}
    ours = {undot(code) for _, code in built_in_lists().lists[ListName.EXTERNAL_CAUSE].keys}
    _agree("external_cause", ours, official, True, capsys)


def _agree(
    name: str,
    ours: set[str],
    official: set[str],
    aimed: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Print precision and recall; hold the aim for lists that have one."""
    precision = len(ours & official) / len(ours)
    recall = len(ours & official) / len(official)
    with capsys.disabled():
        print(f"\n{name:<36} precision {precision:.3f} recall {recall:.3f} of {len(official):,}")  # noqa: T201 - figures for people
    if aimed:
        assert precision >= 0.95
        assert recall >= 0.8
