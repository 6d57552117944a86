"""Figures of agreement as plain data, for files and programs; what is not defined is null."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from icd9_review.quality.agreement.confusing import Confusion
from icd9_review.quality.agreement.measuring import Agreement
from icd9_review.quality.agreement.pairs import PairAgreement
from icd9_review.quality.agreement.per_code import CodeAgreement
from icd9_review.statistics.intervals import Interval
from icd9_review.values import CodeKey


def agreement_data(found: Agreement, labels: Mapping[str, str]) -> dict[str, Any]:
    """Everything that was measured; encounters by what people call them."""
    return {
        "level": found.level.value,
        "encounters": found.encounters,
        "members": found.members,
        "alpha": _interval(found.alpha),
        "jaccard": _interval(found.jaccard),
        "credit": _interval(found.credit),
        "pairs": [_pair(each) for each in found.pairs],
        "codes": [_code(each) for each in found.codes],
        "confused": [_confused(each, labels) for each in found.confusions],
        "retired": [_key(each) for each in found.retired],
    }


def _pair(found: PairAgreement) -> dict[str, Any]:
    return {
        "first": found.first,
        "second": found.second,
        "encounters": found.encounters,
        "jaccard": _interval(found.jaccard),
        "credit": _number(found.credit),
        "alpha": _interval(found.alpha),
    }


def _code(found: CodeAgreement) -> dict[str, Any]:
    return {
        **_key(found.key),
        "both": found.both,
        "one": found.one,
        "neither": found.neither,
        "kappa": _interval(found.kappa),
        "ac1": _number(found.ac1),
        "positive": _interval(found.positive),
        "negative": _number(found.negative),
    }


def _confused(found: Confusion, labels: Mapping[str, str]) -> dict[str, Any]:
    cases = [
        {
            "encounter": labels[case.encounter],
            "first_by": case.first_by,
            "second_by": case.second_by,
        }
        for case in found.cases
    ]
    return {
        "first": _key(found.first),
        "second": _key(found.second),
        "siblings": found.siblings,
        "cases": cases,
    }


def _key(key: CodeKey) -> dict[str, str]:
    return {"kind": key[0].value, "code": key[1]}


def _interval(found: Interval) -> dict[str, float | None]:
    ends = {"value": found.value, "low": found.low, "high": found.high}
    return {name: _number(each) for name, each in ends.items()}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
