from tests.codes.edits.charts import HINT, WARNING, found, told


def test_the_residual_comes_first() -> None:
    assert told(21, "905.4 719.45") == [(WARNING, "905.4")]
    assert told(21, "719.45 905.4") == []
    assert found(21, "677 625.9")[0].section.endswith("I.C.11.j.3")


def test_438_names_what_is_left_and_may_be_first_and_beside_a_new_stroke() -> None:
    assert told(21, "438.20") == []
    assert told(21, "434.91 438.20") == []


def test_the_acute_illness_is_not_coded_with_its_late_effect() -> None:
    assert told(21, "737.10 138 045.10") == [(WARNING, "138")]
    assert told(21, "137.0 011.90") == [(WARNING, "137.0"), (WARNING, "137.0")]


def test_another_injury_may_be_a_new_one() -> None:
    assert told(21, "719.45 905.4 821.01") == [(HINT, "905.4")]
    assert told(21, "719.45 905.4 812.00") == []
