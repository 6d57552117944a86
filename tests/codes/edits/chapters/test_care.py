import pytest

from tests.codes.edits.charts import HINT, WARNING, found, told


@pytest.mark.parametrize("code", ["996.64", "997.1", "998.59", "999.31"])
def test_a_complication_of_care_goes_with_an_e_code(code: str) -> None:
    assert told(23, f"486 {code}") == [(HINT, code)]
    for cause in ("E878.1", "E879.6", "E870.0", "E876.9"):
        assert told(23, f"486 {code} {cause}") == []


def test_what_was_given_explains_its_complication_too() -> None:
    assert told(23, "486 999.42 E949.6") == []


def test_a_cause_of_a_complication_without_one_is_a_hint() -> None:
    assert told(23, "486 E878.1") == [(HINT, "E878.1")]


@pytest.mark.parametrize("codes", ["512.1 E879.4", "558.1 E879.2", "486 E876.5", "909.3 E878.2"])
def test_complications_of_the_chapters_of_the_body_count(codes: str) -> None:
    assert told(23, codes) == []


def test_a_misadventure_is_not_told_by_an_e_code_without_one() -> None:
    (edit,) = found(23, "574.10 998.2 E878.6")
    assert (edit.severity, edit.code, edit.others) == (WARNING, "998.2", ("E878.6",))
    assert "E870" in edit.message
    assert told(23, "574.10 998.2 E870.0") == []
    assert told(23, "574.10 998.2 E878.6 E870.0") == []
