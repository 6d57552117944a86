import pytest

from icd9_review.values import Severity
from tests.codes.edits.charts import HINT, WARNING, found, outpatient, told


@pytest.mark.parametrize(
    ("codes", "severity"),
    [
        ("786.50 410.71", WARNING),
        ("780.60 486", WARNING),
        ("799.02 401.9 518.81", WARNING),
        ("786.50 401.9", HINT),
        ("780.2 250.00", HINT),
    ],
)
def test_a_symptom_in_first_place_beside_a_diagnosis(codes: str, severity: Severity) -> None:
    assert told(16, codes) == [(severity, codes.split()[0])]


@pytest.mark.parametrize("codes", ["786.50", "410.71 786.50", "786.50 V15.82", "428.0"])
def test_a_symptom_alone_or_behind_may_be_first(codes: str) -> None:
    assert told(16, codes) == []


def test_the_first_diagnosis_of_a_visit_may_be_a_symptom() -> None:
    assert told(16, outpatient("786.50 410.71")) == []


def test_a_symptom_that_is_part_of_a_disease_is_a_hint() -> None:
    (edit,) = found(17, "428.0 786.05")
    assert (edit.severity, edit.code, edit.others) == (HINT, "786.05", ("428.0",))
    assert told(17, outpatient("428.0 786.05")) == [(HINT, "786.05")]


@pytest.mark.parametrize("codes", ["428.0 784.0", "786.05", "434.91 784.3", "786.05 428.0"])
def test_a_symptom_of_its_own_is_no_hint(codes: str) -> None:
    assert told(17, codes) == []


@pytest.mark.parametrize(
    ("symptom", "disease"),
    [
        ("729.5", "813.41"),
        ("719.45", "820.21"),
        ("719.47", "824.0"),
        ("724.2", "805.4"),
        ("780.60", "682.6"),
        ("780.64", "590.10"),
        ("288.60", "540.9"),
        ("784.1", "034.0"),
        ("788.41", "599.0"),
        ("784.0", "850.0"),
    ],
)
def test_pain_of_a_fracture_and_fever_of_an_infection_are_part_of_them(
    symptom: str, disease: str
) -> None:
    assert told(17, f"{disease} {symptom}") == [(HINT, symptom)]


@pytest.mark.parametrize("codes", ["820.21 719.41", "486 780.65", "008.8 780.62", "401.9 780.60"])
def test_pain_elsewhere_and_another_fever_are_not(codes: str) -> None:
    assert told(17, codes) == []
