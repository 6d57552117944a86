"""The segments of a claim, taken apart by their separators."""

from __future__ import annotations

import io
from dataclasses import replace

from icd9_review.export.charts.claim_segments import write_claim_segments
from icd9_review.values import FinalChart, Kind
from tests.export.charts.charts import CHART, many


def segments(*charts: FinalChart) -> list[list[list[str]]]:
    """Each segment as its elements, each of them as its components."""
    sink = io.BytesIO()
    write_claim_segments(charts, sink)
    *lines, rest = sink.getvalue().decode().split("~\n")
    assert rest == ""
    return [[element.split(":") for element in line.split("*")] for line in lines]


def of(qualifier: str, found: list[list[list[str]]]) -> list[list[str]]:
    return [e for name, *elements in found if name == ["HI"] for e in elements if e[0] == qualifier]


def test_each_code_stands_without_its_dot_under_its_qualifier() -> None:
    found = segments(CHART)
    assert found[0] == [["REF"], ["D9"], ["E-00042"]]
    named = {q: [each[1] for each in of(q, found)] for q in ("BK", "BJ", "BF", "BN", "BR", "BQ")}
    assert named == {
        "BK": ["0389"],
        "BJ": ["78605"],
        "BF": ["4280", "V5861"],
        "BN": ["E8859"],
        "BR": ["9904"],
        "BQ": ["0066"],
    }


def test_present_on_admission_is_the_ninth_component_and_exempt_has_none() -> None:
    found = segments(CHART)
    ((*_, poa),) = of("BK", found)
    assert (poa, len(of("BK", found)[0])) == ("Y", 9)
    assert [len(each) for each in of("BF", found)] == [9, 2]
    assert of("BN", found)[0][8] == "W"


def test_a_procedure_has_its_day() -> None:
    found = segments(CHART)
    assert of("BR", found) == [["BR", "9904", "D8", "20120304"]]
    assert of("BQ", found) == [["BQ", "0066"]]


def test_more_than_a_claim_has_room_for_is_left_out_and_said() -> None:
    causes = tuple(replace(c, code=f"E{800 + n}.0") for n, c in enumerate(many(13)))
    codes = (*many(27), *causes, *many(26, Kind.PROCEDURE, "{}.1"))
    found = segments(replace(CHART, codes=codes))
    counts = {q: len(of(q, found)) for q in ("BK", "BF", "BN", "BR", "BQ")}
    assert counts == {"BK": 1, "BF": 24, "BN": 12, "BR": 1, "BQ": 24}
    assert [each[2][0] for each in found if each[0] == ["NTE"]] == [
        "2 diagnoses left out, a claim has room for 25",
        "1 external causes left out, a claim has room for 12",
        "1 procedures left out, a claim has room for 25",
    ]
    assert all(len(each) <= 13 for each in found if each[0] == ["HI"])


def test_what_fits_is_not_remarked_on() -> None:
    found = segments(replace(CHART, codes=many(25)))
    assert [each for each in found if each[0] == ["NTE"]] == []
    assert len(of("BF", found)) == 24
