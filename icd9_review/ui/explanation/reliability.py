"""How often the model was right when it gave such a probability: what is drawn, and in words."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.ui.words import format_percent
from icd9_review.values import Reliability, ReliabilityBin

NOT_MEASURED = "Not measured: the model folder says nothing about it."


@dataclass(frozen=True, slots=True)
class ReliabilityView:
    """``bins`` are (low, high, count, mean, observed); none where nothing was measured.

    ``about`` says whose bins these are, ``here`` what they say of this probability.
    """

    about: str
    here: str = ""
    bins: tuple[tuple[float, float, int, float, float], ...] = ()
    probability: float = 0.0


def present_reliability(
    measured: Reliability | None, code: str, probability: float
) -> ReliabilityView:
    """The bins of a code, else those of all codes; ``probability`` is the one on the page."""
    if measured is None:
        return ReliabilityView(NOT_MEASURED)
    own = _filled(measured.codes.get(code, ()))
    bins = own or _filled(measured.all)
    if not bins:
        return ReliabilityView(NOT_MEASURED)
    total = sum(each.count for each in bins)
    whose = f"of {code} alone" if own else "of all codes together: this one was too rare"
    return ReliabilityView(
        about=f"{total:,} predictions {whose}, measured on {measured.split}.",
        here=_describe_bin(bins, probability),
        bins=tuple((b.low, b.high, b.count, b.mean, b.observed) for b in bins),
        probability=probability,
    )


def _filled(bins: tuple[ReliabilityBin, ...]) -> tuple[ReliabilityBin, ...]:
    return tuple(each for each in bins if each.count > 0)


def _describe_bin(bins: tuple[ReliabilityBin, ...], probability: float) -> str:
    for each in bins:
        if each.low < probability <= each.high or probability == each.low == 0.0:
            return (
                f"Between {100 * each.low:.0f} and {100 * each.high:.0f} % the model was right "
                f"in {format_percent(each.observed)} of {each.count:,} cases."
            )
    return "There was no prediction near this probability."
