import pytest

from tests.codes.edits.charts import WARNING, found, told


@pytest.mark.parametrize(
    ("codes", "code", "section"),
    [
        ("642.41 648.83 V27.0", "648.83", "I.C.11.a.4"),
        ("648.23 670.24", "670.24", "I.C.11.a.4"),
        ("664.01", "664.01", "I.C.11.b.5"),
        ("650", "650", "I.C.11.b.5"),
        ("642.43 V27.0", "V27.0", "I.C.11.b.5"),
        ("664.01 650 V27.0", "650", "I.C.11.h.1"),
        ("650 664.01 V27.0", "650", "I.C.11.h.1"),
        ("650 V27.2", "V27.2", "I.C.11.h.3"),
        ("486 648.93", "648.93", "I.C.11.a.1"),
        ("648.93 V22.2", "V22.2", "I.C.11.a.1"),
        ("V22.1 648.93", "V22.1", "I.C.11.b.1"),
        ("648.91 V27.0 770.7", "770.7", "I.C.15.a.1"),
        ("634.91 640.01 V27.0", "640.01", "I.C.11.k.2"),
        ("634.91 669.13", "669.13", "I.C.11.k.2"),
        ("634.91 639.0", "639.0", "I.C.11.k.3"),
        ("670.22 V27.0 995.91", "995.91", "I.C.11.i.7"),
        ("670.24 038.9", "038.9", "I.C.11.i.7"),
    ],
)
def test_what_a_maternal_record_must_not_be(codes: str, code: str, section: str) -> None:
    edits = found(22, codes)
    assert {edit.severity for edit in edits} == {WARNING}
    assert (code, f"Guidelines Oct 2011, {section}") in {
        (edit.code, edit.section) for edit in edits
    }


@pytest.mark.parametrize(
    "codes",
    [
        "650 V27.0",
        "664.01 666.12 V27.0",
        "642.43 648.83",
        "670.24 995.92 518.81",
        "V23.41 648.83",
        "V24.0",
        "634.91 640.03",
        "634.91",
        "625.9 677",
        "V22.2",
        "486 V22.2",
        "644.21 V27.0",
        "428.0 401.9",
    ],
)
def test_a_right_maternal_record_passes(codes: str) -> None:
    assert told(22, codes) == []


def test_an_abortion_offers_the_fifth_digit_3_where_it_exists() -> None:
    assert found(22, "634.91 640.01 V27.0")[0].offers == ("640.03",)
    assert [edit.offers for edit in found(22, "634.91 644.21 V27.0")] == [()]


def test_678_and_679_say_the_episode_too() -> None:
    assert told(22, "678.01 V27.0") == []
    assert told(22, "679.02") == [(WARNING, "679.02")]
    assert (WARNING, "679.03") in told(22, "648.01 679.03 V27.0")
