"""How figures of an evaluation are written for people: three digits, a dash where undefined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNDEFINED = "–"

RULE = {"precision": "Precision", "recall": "Recall", "f1": "Micro-F1"}
"""Rates of the scoring rule, by their keys in evaluation.json."""

YARDSTICKS = {"dictionary": "Dictionary", "baseline": "TF-IDF + logistic regression"}
"""Names people read; another yardstick goes by its key."""


def number(value: float | None) -> str:
    """Three digits after the point."""
    return UNDEFINED if value is None else f"{value:.3f}"


def interval(figure: Mapping[str, Any]) -> str:
    """The ends of a 95 % interval, or nothing where it has none."""
    if figure["low"] is None or figure["high"] is None:
        return ""
    return f"{figure['low']:.3f} to {figure['high']:.3f}"


def with_interval(figure: Mapping[str, Any]) -> str:
    """``0.637 (0.592 to 0.680)``."""
    value = number(figure["value"])
    ends = interval(figure)
    return f"{value} ({ends})" if ends else value


def share(part: int, whole: int) -> str:
    """``93 % (28 of 30)``."""
    return f"{part / whole:.0%} ({part:,} of {whole:,})".replace("%", " %") if whole else UNDEFINED


def yardstick_name(key: str) -> str:
    """How a yardstick is called."""
    return YARDSTICKS.get(key, key[:1].upper() + key[1:])


def data_name(data: Mapping[str, Any]) -> str:
    """``notes.jsonl, split test, 60 notes``."""
    split = f", split {data['split']}" if data["split"] else ""
    return f"{data['file']}{split}, {data['notes']:,} notes"


def thresholds_text(model: Mapping[str, Any]) -> str:
    """The thresholds codes are suggested from, in words."""
    own = model["own_thresholds"]
    have = "code has its" if own == 1 else "codes have their"
    rest = f"; {own:,} {have} own" if own else " for every code"
    return f"{model['global_threshold']:.3g}{rest}"
