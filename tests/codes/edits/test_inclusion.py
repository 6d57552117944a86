import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits.forms import is_siteless, other_forms
from icd9_review.codes.lists import ListName
from icd9_review.values import Kind, OfferUse, Severity
from tests.codes.edits.charts import HINT, WARNING, chart, found, told

BUILT_IN = built_in_lists()
unspecified = st.sampled_from(
    sorted(
        code
        for kind, code in BUILT_IN.lists[ListName.UNSPECIFIED].keys
        if kind is Kind.DIAGNOSIS and other_forms(code)
    )
)


@pytest.mark.parametrize(
    ("less", "more", "severity"),
    [
        ("820.8", "820.21", WARNING),
        ("789.00", "789.01", WARNING),
        ("719.40", "719.46", WARNING),
        ("715.90", "715.96", WARNING),
        ("414.00", "414.01", WARNING),
        ("786.50", "786.51", WARNING),
        ("787.02", "787.01", WARNING),
        ("787.03", "787.01", WARNING),
        ("562.10", "562.11", WARNING),
        ("584.9", "584.5", HINT),
        ("285.9", "285.1", HINT),
    ],
)
def test_a_code_that_says_less_of_one_condition_is_told(
    less: str, more: str, severity: Severity
) -> None:
    for codes in (f"{less} {more}", f"{more} 401.9 {less}"):
        (edit,) = found(31, codes, BUILT_IN)
        assert (edit.severity, edit.code, edit.others) == (severity, less, (more,))
        assert "unless there are two" in edit.message


@pytest.mark.parametrize(
    "codes",
    [
        "428.0 428.21",
        "820.8 820.30",
        "820.8 821.01",
        "250.00 250.60",
        "401.9 403.90",
        "820.21 820.09",
        "780.60 780.65",
        "401.9 272.4",
    ],
)
def test_two_conditions_stand_side_by_side(codes: str) -> None:
    assert told(31, codes, BUILT_IN) == []


def test_several_sites_of_one_finding_are_one_code() -> None:
    (edit,) = found(31, "789.01 401.9 789.06", BUILT_IN)
    assert (edit.code, edit.others, edit.offers) == ("789.01", ("789.06",), ("789.09",))
    assert edit.use is OfferUse.COMBINE
    (edit,) = found(31, "789.03 789.07", BUILT_IN)
    assert (edit.code, edit.others) == ("789.03", ("789.07",))


def test_nausea_alone_and_vomiting_alone_are_said_by_one_code() -> None:
    (edit,) = found(20, "787.02 787.03")
    assert (edit.severity, edit.offers) == (WARNING, ("787.01",))


def test_a_bruise_over_a_fracture_is_a_hint() -> None:
    assert told(31, "820.21 924.01") == [(HINT, "924.01")]
    assert told(31, "820.21 923.20") == []


@given(code=unspecified, data=st.data())
def test_what_is_told_is_on_the_chart_and_says_more(code: str, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from([each.code for each in other_forms(code)]))
    for edit in found(31, chart(f"{code} {other}"), BUILT_IN):
        assert edit.code is not None
        assert {edit.code, *edit.others} == {code, other}
        assert edit.severity is not Severity.ERROR
        assert not all(is_siteless(one) for one in edit.others)
