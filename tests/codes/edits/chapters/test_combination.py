"""Rules 12 to 15 and 20: what one code says of two, and which codes go together."""

import pytest

from icd9_review.values import Severity
from tests.codes.edits.charts import ERROR, HINT, WARNING, found, told


@pytest.mark.parametrize(
    ("codes", "code", "offer"),
    [
        ("401.9 585.9", "401.9", "403.90"),
        ("401.9 585.6", "401.9", "403.91"),
        ("401.1 585.4", "401.1", "403.10"),
        ("401.0 585.5", "401.0", "403.01"),
        ("585.3 401.9", "401.9", "403.90"),
        ("401.9 587", "401.9", "403.90"),
        ("401.9 585", "401.9", "403.90"),
        ("402.90 585.9", "402.90", "404.90"),
        ("402.91 428.0 585.9", "402.91", "404.91"),
        ("402.90 585.6", "402.90", "404.92"),
        ("402.11 428.0 585.6", "402.11", "404.13"),
    ],
)
def test_hypertension_with_chronic_kidney_disease_is_403_or_404(
    codes: str, code: str, offer: str
) -> None:
    (edit,) = found(12, codes)
    assert (edit.severity, edit.code, edit.offers) == (WARNING, code, (offer,))
    assert edit.section == "Guidelines Oct 2011, I.C.7.a." + ("3" if code < "402" else "4")


@pytest.mark.parametrize(
    "codes", ["401.9", "585.9", "401.9 584.9", "403.90 585.9", "403.91 585.6", "404.93 428.0 585.6"]
)
def test_hypertension_alone_or_rightly_combined_passes(codes: str) -> None:
    assert told(12, codes) == []


@pytest.mark.parametrize(
    ("codes", "code", "offer"),
    [
        ("403.90 585.6", "403.90", "403.91"),
        ("403.91 585.3", "403.91", "403.90"),
        ("404.91 585.6", "404.91", "404.93"),
        ("404.92 585.3", "404.92", "404.90"),
    ],
)
def test_the_fifth_digit_fits_the_stage(codes: str, code: str, offer: str) -> None:
    (edit,) = found(12, codes)
    assert (edit.code, edit.offers) == (code, (offer,))


def test_403_needs_the_stage() -> None:
    assert told(12, "403.90") == [(WARNING, "403.90")]


def test_heart_disease_is_never_presumed_to_be_hypertensive() -> None:
    assert told(13, "401.9 428.0") == [(HINT, "401.9")]
    assert told(13, "402.91 428.0") == []
    assert told(13, "401.9 427.31") == []


@pytest.mark.parametrize(
    ("codes", "code", "offers"),
    [
        ("402.91 486", "402.91", ()),
        ("404.93 585.6", "404.93", ()),
        ("402.90 428.0", "402.90", ("402.91",)),
        ("404.90 585.9 428.0", "404.90", ("404.91",)),
        ("401.9 403.90 585.9", "401.9", ()),
        ("402.90 403.90 585.9", "402.90", ("404.90",)),
        ("402.91 428.0 403.91 585.6", "402.91", ("404.93",)),
    ],
)
def test_what_combines_and_what_names_the_failure(
    codes: str, code: str, offers: tuple[str, ...]
) -> None:
    (edit,) = found(14, codes)
    assert (edit.severity, edit.code, edit.offers) == (WARNING, code, offers)


@pytest.mark.parametrize("codes", ["402.91 428.0", "402.90", "403.91 585.6 428.0", "401.9 428.0"])
def test_a_right_combination_passes(codes: str) -> None:
    assert told(14, codes) == []


@pytest.mark.parametrize(
    ("codes", "severity", "code"),
    [
        ("250.01 250.60 357.2", WARNING, "250.60"),
        ("250.02 250.60 357.2", HINT, "250.60"),
        ("250.40", WARNING, "250.40"),
        ("249.50", WARNING, "249.50"),
        ("357.2", WARNING, "357.2"),
        ("357.2 250.60", ERROR, "357.2"),
        ("362.01 250.50", ERROR, "362.01"),
        ("443.81 250.70", ERROR, "443.81"),
        ("250.50 362.07", WARNING, "362.07"),
        ("250.00 249.00", WARNING, "250.00"),
        ("648.01 648.81 250.00 V27.0", WARNING, "648.01"),
        ("648.01 V27.0", WARNING, "648.01"),
        ("250.00 775.1", WARNING, "250.00"),
    ],
)
def test_diabetes_and_its_company(codes: str, severity: Severity, code: str) -> None:
    assert (severity, code) in told(15, codes)


@pytest.mark.parametrize(
    "codes",
    [
        "250.00",
        "250.60 357.2",
        "250.62 250.52 357.2 362.01",
        "250.40 585.9",
        "250.50 362.02 362.07",
        "250.80",
        "443.81",
        "648.01 250.00 V27.0",
        "648.81 V27.0",
        "428.0 250.70 443.81",
    ],
)
def test_diabetes_rightly_coded_passes(codes: str) -> None:
    assert told(15, codes) == []


@pytest.mark.parametrize(
    ("codes", "code", "offers"),
    [
        ("518.81 518.83", "518.81", ("518.84",)),
        ("428.21 428.22", "428.21", ("428.23",)),
        ("428.32 428.22", "428.22", ("428.40", "428.41", "428.42", "428.43")),
        ("575.0 575.11", "575.0", ("575.12",)),
        ("466.0 491.21", "466.0", ("491.22",)),
        ("466.0 496", "466.0", ("491.22",)),
        ("491.22 466.0", "466.0", ()),
        ("496 491.21", "496", ()),
        ("493.90 496", "496", ("493.20", "493.21", "493.22")),
        ("493.92 493.01", "493.92", ()),
        ("585.4 585.6", "585.4", ()),
        ("042 V08", "V08", ()),
        ("996.81 584.9 V42.0", "V42.0", ()),
        ("V55.0 V44.0", "V44.0", ()),
    ],
)
def test_two_conditions_that_one_code_says(codes: str, code: str, offers: tuple[str, ...]) -> None:
    (edit,) = found(20, codes)
    assert (edit.severity, edit.code, edit.offers) == (WARNING, code, offers)


@pytest.mark.parametrize("codes", ["518.81", "428.21 428.0", "491.22", "496", "493.20", "466.0"])
def test_one_condition_is_not_combined(codes: str) -> None:
    assert told(20, codes) == []


def test_acute_comes_before_chronic() -> None:
    assert told(20, "577.1 577.0") == [(HINT, "577.0")]
    assert told(20, "577.0 577.1") == []
