"""HL7 v2 as the package hl7 reads it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import hl7  # type: ignore[import-untyped]

from icd9_review.export.charts.hl7 import write_hl7
from icd9_review.values import FinalChart
from tests.export.charts.charts import CHART, UNSIGNED, code


def messages(*charts: FinalChart) -> list[Any]:
    sink = io.BytesIO()
    write_hl7(charts, sink)
    return [hl7.parse(text) for text in hl7.split_file(sink.getvalue().decode())]


def field(segment: Any, number: int) -> str:
    return str(segment[number]) if number < len(segment) else ""


def test_each_diagnosis_is_a_dg1_with_type_priority_and_present_on_admission() -> None:
    (message,) = messages(CHART)
    told = [
        (*(field(each, n) for n in (1, 6, 15, 26)), str(each[3][0][0]), str(each[3][0][2]))
        for each in message.segments("DG1")
    ]
    assert told == [
        ("1", "A", "", "", "786.05", "I9C"),
        ("2", "F", "1", "Y", "038.9", "I9C"),
        ("3", "F", "2", "N", "428.0", "I9C"),
        ("4", "F", "3", "E", "V58.61", "I9C"),
        ("5", "F", "4", "W", "E885.9", "I9C"),
    ]


def test_each_procedure_is_a_pr1_with_its_day() -> None:
    (message,) = messages(CHART)
    told = [
        (str(each[3][0][0]), field(each, 5), field(each, 14)) for each in message.segments("PR1")
    ]
    assert told == [("99.04", "20120304", "1"), ("00.66", "", "2")]


def test_a_chart_that_is_not_signed_has_working_diagnoses() -> None:
    (message,) = messages(UNSIGNED)
    assert [field(each, 6) for each in message.segments("DG1")] == ["A", "W", "W", "W", "W"]


def test_each_chart_is_a_message_of_its_encounter() -> None:
    found = messages(CHART, replace(CHART, encounter="E-00043"))
    assert [field(each.segment("PV1"), 19) for each in found] == ["E-00042", "E-00043"]
    assert field(found[0].segment("PV1"), 44) == "20120301"
    assert field(found[0].segment("PID"), 8) == "F"
    assert str(found[0].segment("MSH")[9]) == "BAR^P05^BAR_P05"


def test_the_title_stands_beside_the_code() -> None:
    odd = "250.00"
    (message,) = messages(replace(CHART, codes=(code(odd, 1),), admitting=None))
    (segment,) = message.segments("DG1")
    title = message.unescape(str(segment[3][0][1]))
    assert title.startswith("Diabetes mellitus without mention of complication")
