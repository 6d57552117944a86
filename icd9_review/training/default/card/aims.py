"""What the embedded model was to reach, beside what it reached and how far it is from that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from icd9_review.evaluation.report.layout import markdown_table
from icd9_review.evaluation.report.numerals import number

_Figures = Mapping[str, Any]

_HELD_OUT = "pairs_held_out"
_EXPLAINED_BY = "integrated gradients (Captum)"  # what the app shows


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure of one evaluation, ``found``, and its bound: the least or the most it was to be."""

    what: str
    found: str
    bound: float
    figure: Callable[[_Figures], float | None]
    most: bool = False

    def distance(self, reached: float) -> str:
        """``met``, or by how much it was missed."""
        beyond = reached - self.bound if self.most else self.bound - reached
        return "met" if beyond <= 0 else f"missed by {number(beyond)}"


def aims_table(found: Mapping[str, _Figures]) -> str:
    """Every aim whose figure is among the evaluations ``found``, as Markdown."""
    rows = [
        (aim.what, f"{'≤' if aim.most else '≥'} {number(aim.bound)}", number(reached), distance)
        for aim, reached, distance in _reached(found)
    ]
    return (
        "### Aims\n\nWhat this model was to reach, set before it was trained; shares and "
        "probabilities, where 0.010 is a point.\n\n"
        f"{markdown_table(('', 'Aim', 'Reached', 'Distance'), rows)}"
    )


def _reached(found: Mapping[str, _Figures]) -> Iterator[tuple[Aim, float, str]]:
    for aim in AIMS:
        try:
            reached = aim.figure(found[aim.found])
        except (KeyError, TypeError):  # not measured: without explanations, for instance
            continue
        if reached is not None:
            yield aim, reached, aim.distance(reached)


def _whole(evaluation: _Figures) -> float:
    return float(evaluation["all_codes"]["all"]["f1"]["value"])


def _first(count: int) -> Callable[[_Figures], float]:
    key = f"recall_at_{count}"
    return lambda evaluation: float(evaluation["all_codes"]["all"]["recall_at"][key]["value"])


def _procedures(evaluation: _Figures) -> float | None:
    return evaluation["all_codes"]["parts"]["procedures"]["f1"]["value"]  # type: ignore[no-any-return]


def _certain(key: str) -> Callable[[_Figures], float | None]:
    return lambda evaluation: evaluation["certainty"]["all"][key]


def _pairs(held: str, of: str) -> Callable[[_Figures], float | None]:
    """The right ones of the pairs, or of those that were ``found``."""

    def figure(evaluation: _Figures) -> float | None:
        rows = (evaluation[held] or {}).values()
        right, whole = (sum(row[key] for row in rows) for key in ("right", of))
        return right / whole if whole else None

    return figure


def _steady(evaluation: _Figures) -> float | None:
    return evaluation["steadiness"]["all"]["share"]["value"]  # type: ignore[no-any-return]


def _move(evaluation: _Figures) -> float | None:
    moved = evaluation["steadiness"]["all"]["median_move"]  # in points
    return None if moved is None else moved / 100


def _struck(evaluation: _Figures) -> float | None:
    return evaluation["steadiness"]["strikes"]["share"]["value"]  # type: ignore[no-any-return]


def _hits(evaluation: _Figures) -> float | None:
    return _explained(evaluation)["plausibility"]["hit_rate"]["value"]  # type: ignore[no-any-return]


def _raised(evaluation: _Figures) -> float | None:
    checks = _explained(evaluation)["random_words"]
    return checks["raised"] / checks["checks"] if checks["checks"] else None


def _explained(evaluation: _Figures) -> _Figures:
    return evaluation["explanations"]["methods"][_EXPLAINED_BY]  # type: ignore[no-any-return]


AIMS = (
    Aim("Micro-F1 over all codes, measured notes", "measured", 0.75, _whole),
    Aim("R@15 over all codes, measured notes", "measured", 0.80, _first(15)),
    Aim("R@10 over all codes, CodiEsp", "codiesp", 0.50, _first(10)),
    Aim("Micro-F1 of procedures, notes with procedures", "procedures", 0.60, _procedures),
    Aim("Best span of a found code touches marked words", "measured", 0.80, _hits),
    Aim("Calibration error, suggested codes", "measured", 0.05, _certain("ece_suggested"), True),
    Aim("Calibration error, all pairs", "measured", 0.05, _certain("ece"), True),
    Aim("Minimal pairs right, held-out wording", "measured", 0.75, _pairs(_HELD_OUT, "pairs")),
    Aim("Minimal pairs right, all", "measured", 0.75, _pairs("pairs", "pairs")),
    Aim("Withheld of recognised, held-out wording", "measured", 0.95, _pairs(_HELD_OUT, "found")),
    Aim("Withheld of recognised, all pairs", "measured", 0.95, _pairs("pairs", "found")),
    Aim("Codes in both lists after neutral changes", "measured", 0.95, _steady),
    Aim("Median move after neutral changes", "measured", 0.02, _move, True),
    Aim("Codes that a sentence struck elsewhere moved", "measured", 0.0, _struck, True),
    Aim("Deletion checks that random words raise by 5 points", "measured", 0.05, _raised, True),
)
"""The aims that have one figure; those of judge and buckets stand in parts of their own."""
