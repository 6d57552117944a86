"""Rules 12 to 14: hypertension with chronic kidney and heart disease."""

import pytest

from tests.codes.edits.charts import HINT, WARNING, found, told


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
