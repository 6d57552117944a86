"""The real releases, against what they say when read in another way."""

import csv
import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from icd9_review.codes import category, codes, undot
from icd9_review.codes.hierarchy import headers
from icd9_review.codes.lists import ListName, Release, Substance
from icd9_review.codes.official import read_release
from icd9_review.values import Kind

pytestmark = pytest.mark.reference

MCE = "MCE_Simple_Code_Edits_v32.txt"
POA = "ICD-9_POA_Exempt_Diagnosis_Codes_Oct12014_FY2015.txt"
COUNTS = {
    ListName.NEWBORN: (287, 0),
    ListName.PEDIATRIC: (32, 0),
    ListName.MATERNITY: (1166, 0),
    ListName.ADULT: (135, 0),
    ListName.FEMALE: (1556, 293),
    ListName.MALE: (154, 114),
    ListName.MANIFESTATION: (274, 0),
    ListName.UNACCEPTABLE_PRINCIPAL: (955, 0),
    ListName.QUESTIONABLE_ADMISSION: (14, 0),
    ListName.NONCOVERED: (0, 25),
    ListName.NONCOVERED_OVER_60: (0, 1),
    ListName.LIMITED_COVERAGE: (0, 12),
    ListName.WRONG_PROCEDURE: (3, 0),
    ListName.LENGTH_OF_STAY: (0, 1),
}
EDITS = {
    ListName.NEWBORN: "Newborn_Only",
    ListName.PEDIATRIC: "Pediatric_Only",
    ListName.MATERNITY: "Maternity_Only",
    ListName.ADULT: "Adult_Only",
    ListName.FEMALE: "Female_Only",
    ListName.MALE: "Male_Only",
    ListName.MANIFESTATION: "Principal_Manifestation",
    ListName.UNACCEPTABLE_PRINCIPAL: "Principal_Unacceptable",
    ListName.QUESTIONABLE_ADMISSION: "Principal_Questionable_Admit",
    ListName.NONCOVERED: "Noncovered_Always",
    ListName.NONCOVERED_OVER_60: "Noncovered_Over60",
    ListName.LIMITED_COVERAGE: "Limited_Coverage",
    ListName.WRONG_PROCEDURE: "Wrong_Performed",
    ListName.LENGTH_OF_STAY: "Noncovered_LOS_96hr",
}


@pytest.fixture(scope="module")
def mce(reference_data: Path) -> Release:
    return read_release(reference_data / "icd9cm" / MCE)


@pytest.fixture(scope="module")
def tabular(reference_data: Path) -> Release:
    return read_release(reference_data / "icd9cm" / "Dtab12.zip")


@pytest.fixture(scope="module")
def index(reference_data: Path) -> Release:
    return read_release(reference_data / "icd9cm" / "Dindex12.zip")


CAUSES = {
    "Fall, falling (accidental)": "E888.9",
    "Bite, dog": "E906.0",
    "Scald, scalding (accidental) (by) (from) (in)": "E924.0",
}
PROCEDURES = {
    "Appendectomy (with drainage)": {"47.09"},
    "Cholecystectomy, total, laparoscopic": {"51.23"},
    "Colocystoplasty": {"57.87", "45.52"},
    "Amputation, Pirogoff's (ankle amputation through malleoli of tibia and fibula)": {"84.14"},
}


def test_the_index_of_external_causes_leads_to_their_codes(reference_data: Path) -> None:
    found = read_release(reference_data / "icd9cm" / "Eindex12.zip")
    led = {entry.phrase: entry.code for entry in found.index}
    assert {phrase: led.get(phrase) for phrase in CAUSES} == CAUSES
    known = [entry for entry in found.index if entry.code in codes(Kind.DIAGNOSIS)]
    assert len(known) > 0.6 * len(found.index)  # the rest needs a digit more


def test_the_index_of_procedures_leads_to_their_codes(reference_data: Path) -> None:
    found = read_release(reference_data / "icd9cm" / "Pindex12.zip")
    led: dict[str, set[str]] = {}
    for entry in found.index:
        led.setdefault(entry.phrase, set()).add(entry.code)
    assert {phrase: led.get(phrase) for phrase in PROCEDURES} == PROCEDURES
    known = [entry for entry in found.index if entry.code in codes(Kind.PROCEDURE)]
    assert len(known) > 0.9 * len(found.index)


VOLUME_3 = {
    "inclusion": (1258, 2671),
    "includes": (107, 276),
    "excludes": (1141, 2284),
    "code_also": (230, 233),
    "omit_code": (40, 42),
    "code_first": (4, 4),
    "use_additional": (10, 10),
}
LATER = {"14.81", "14.82", "14.83"}
"""What came in after the tabular list of 2012, and has no heading of one digit less either."""


@pytest.fixture(scope="module")
def volume_3(reference_data: Path) -> Release:
    return read_release(reference_data / "icd9cm" / "Ptab12.zip")


def test_the_tabular_list_of_procedures_has_its_notes(volume_3: Release) -> None:
    found = volume_3.tabular
    counts = {
        name: (
            sum(bool(getattr(notes, name)) for notes in found.values()),
            sum(len(getattr(notes, name)) for notes in found.values()),
        )
        for name in VOLUME_3
    }
    assert counts == VOLUME_3
    assert found["54.11"].omit_code == ("exploration incidental to intra abdominal surgery",)
    assert "Diskectomy" in found["80.51"].inclusion
    assert found["39.21"].code_also == ("cardiopulmonary bypass (39.61)",)


def test_every_procedure_has_its_heading_or_is_made_of_one_by_a_digit(volume_3: Release) -> None:
    held = set(codes(Kind.PROCEDURE)) | set(headers(Kind.PROCEDURE))
    headings = {heading for heading in volume_3.tabular if "-" not in heading}
    assert headings <= held
    assert {code for code in held if not {code, code[:-1].removesuffix(".")} & headings} == LATER
    assert set(headers(Kind.PROCEDURE)) - headings == {"14.8"}


def test_the_table_of_drugs_has_its_substances_and_no_code_of_another_column(
    reference_data: Path,
) -> None:
    found = read_release(reference_data / "icd9cm" / "Ddrugs12.zip").drugs
    named = {substance.name: substance for substance in found}
    assert len(found) == 4507
    assert named["Digoxin"] == Substance(
        "Digoxin", "972.1", "E858.3", "E942.1", "E950.4", "E962.0", "E980.4"
    )
    assert named["Alcohol, ethyl, beverage"].poisoning == "980.0"
    assert named["Rattlesnake (venom)"].accident == "E905.0"
    assert named["Alcohol, absolute"].therapeutic == ""
    assert [sum(not getattr(each, column) for each in found) for column in COLUMNS] == [
        1, 4, 1105, 3, 4, 10,
    ]  # fmt: skip


COLUMNS = ("poisoning", "accident", "therapeutic", "suicide", "assault", "undetermined")


@pytest.mark.parametrize("name", EDITS)
def test_every_list_of_the_mce_is_reproduced_exactly(
    reference_data: Path, mce: Release, name: ListName
) -> None:
    with (reference_data / "icd9cm" / MCE).open(encoding="ascii") as file:
        expected = {
            (row["ICD_Code_Type"], row["ICD_Code"])
            for row in csv.DictReader(file, delimiter="\t")
            if row["MCE_Edit_Type"] == EDITS[name]
        }
    letters = {Kind.DIAGNOSIS: "D", Kind.PROCEDURE: "P"}
    assert {(letters[kind], undot(code)) for kind, code in mce.lists[name]} == expected
    kinds = Counter(letter for letter, _ in expected)
    assert (kinds["D"], kinds["P"]) == COUNTS[name]


def test_the_mce_has_no_other_lists(mce: Release) -> None:
    assert set(mce.lists) == set(EDITS)


def test_the_poa_exempt_list_is_reproduced_exactly(reference_data: Path) -> None:
    path = reference_data / "icd9cm" / POA
    # Nine codes of the release begin with a small v.
    expected = set(re.findall(rb"^([0-9VE][0-9]{2,4})\t", path.read_bytes().upper(), re.MULTILINE))
    [keys] = read_release(path).lists.values()
    assert {undot(code).encode() for _, code in keys} == expected
    assert len(expected) == 2186


def test_every_code_has_its_heading_or_is_made_of_one_by_a_digit(tabular: Release) -> None:
    """A digit from a table at the category makes 250.00 of 250.0, and 657.01 of 657."""
    headings = set(tabular.tabular)
    alone = {
        code for code in codes(Kind.DIAGNOSIS) if not {code, code[:-1].removesuffix(".")} & headings
    }
    assert {category(code) for code in alone} == {
        "657", "672", "V30", "V31", "V32", "V33", "V34", "V35", "V36", "V37", "V39",
    }  # fmt: skip
    assert {category(code) for code in codes(Kind.DIAGNOSIS)} <= headings


def test_the_tabular_list_says_what_an_earlier_reading_found(
    reference_data: Path, tabular: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    with gzip.open(reference_data / "icd9cm" / "tabular_dx.json.gz", "rt") as file:
        earlier = json.load(file)
    found = {heading: notes for heading, notes in tabular.tabular.items() if "-" not in heading}
    assert set(earlier) <= set(found)
    assert len(set(found) - set(earlier)) <= 12
    names = {
        "includes": "includes",
        "excludes": "excludes",
        "codefirst": "code_first",
        "useadd": "use_additional",
    }
    for theirs, ours in names.items():
        with_theirs = {heading for heading, notes in earlier.items() if notes[theirs]}
        with_ours = {heading for heading, notes in found.items() if getattr(notes, ours)}
        with capsys.disabled():
            print(f"\n{ours}: {len(with_ours):,} headings, earlier {len(with_theirs):,}", end="")  # noqa: T201 - figures for people
        assert len(with_theirs ^ with_ours) <= 5
    assert sum(1 for notes in found.values() for _ in notes.excludes) > 4_500


def test_notes_of_well_known_codes_read_as_printed(tabular: Release) -> None:
    notes = tabular.tabular
    assert notes["995.91"].code_first == ("Code first underlying infection",)
    assert "acute kidney failure (584.5-584.9)" in notes["403"].excludes
    assert "Chronic amebic dysentery" in notes["006.1"].inclusion
    assert notes["001-139"].title == "INFECTIOUS AND PARASITIC DISEASES"
    assert "coronary (artery) thrombosis" in notes["410"].includes


def test_the_index_leads_to_the_codes_an_earlier_reading_found(
    reference_data: Path, index: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    code = re.compile(r"E\d{3}(?:\.\d)?|V\d\d(?:\.\d{1,2})?|\d{3}(?:\.\d{1,2})?")
    earlier: Counter[str] = Counter()
    with gzip.open(reference_data / "icd9cm" / "index_dx.tsv.gz", "rt") as file:
        for line in file:
            _, kind, _, target = line.rstrip("\n").split("\t")
            if kind in {"code", "table"}:
                earlier.update(code.findall(target))
    found = Counter(entry.code for entry in index.index)
    with capsys.disabled():
        print(f"\nindex: {found.total():,} entries, earlier {earlier.total():,}", end="")  # noqa: T201 - figures for people
    assert (earlier - found).total() <= 20
    assert (found - earlier).total() <= 20


def test_phrases_of_the_index_read_main_term_first(index: Release) -> None:
    entries = {(entry.phrase, entry.code) for entry in index.index}
    assert ("Failure, failed, heart, congestive (compensated) (decompensated)", "428.0") in {
        (phrase.partition(" (see")[0], code) for phrase, code in entries
    }
    assert ("Diabetes, diabetic, retinopathy", "362.01") in entries
    assert ("Neoplasm, neoplastic, abdomen, abdominal, malignant, secondary", "198.89") in entries
    assert all(entry.phrase and "\t" not in entry.phrase for entry in index.index)
