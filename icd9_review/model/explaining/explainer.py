"""Why the model gave a code its logit: integrated gradients over the words of a window.

Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017. Few points come
first; a code whose weights do not add up gets more of them where the path is bent, and no
other code waits for it. Captum's integrated gradients are the reference in the tests; a
pass of theirs serves one code, and more points mean beginning again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from icd9_review.model.explaining.explanation import (
    Rule,
    attribute,
    explain_one,
    find_labels,
    find_passage,
)
from icd9_review.model.explaining.gradients import BASELINE, Gradients, Logits, Path, Point
from icd9_review.model.explaining.path import DENSITY, WHOLE, Integral, Part, Segment, cut_path
from icd9_review.model.reading.predictor import Predictor
from icd9_review.values import Attribution, Window

METHOD = "integrated gradients"


@dataclass(frozen=True, slots=True)
class ExplainerSettings:
    """How exact an explanation is to be.

    The path is cut in ``segments``, shorter in its middle, each summed by ``points``
    Gauss-Legendre points. Until the completeness error is within ``tolerance``, the worst
    segments are halved and each half gets as many points, up to ``cap`` on the whole path; where
    the logit changes by less than ``floor`` between baseline and text there is nothing to
    explain.
    """

    segments: int = 6
    points: int = 1
    cap: int = 96
    tolerance: float = 0.05
    floor: float = 0.1

    def __post_init__(self) -> None:
        if min(self.segments, self.points) < 1 or self.segments * self.points > self.cap:
            raise ValueError("an explanation has at least one point, and at most its cap")

    @property
    def key(self) -> str:
        """One canonical text, part of the key under which an attribution is stored."""
        return (
            f"points=gauss-legendre segments={self.segments}x{self.points} density={DENSITY} "
            f"cap={self.cap} tolerance={self.tolerance} floor={self.floor}"
        )


class Explainer:
    """Explains what a predictor's model used; shares its model and takes turns with it.

    ``let_pass`` is called before every turn, and may wait for what is more urgent.
    """

    method = METHOD
    baseline = BASELINE

    def __init__(
        self,
        predictor: Predictor,
        settings: ExplainerSettings | None = None,
        *,
        let_pass: Callable[[], None] = lambda: None,
    ) -> None:
        self._predictor = predictor
        self._gradients = Gradients(predictor, let_pass)
        self._chosen = settings or ExplainerSettings()

    @property
    def model_version(self) -> str:
        """SHA-256 of the model that is explained."""
        return self._predictor.model_version

    @property
    def settings(self) -> str:
        """The settings in one canonical text."""
        return self._chosen.key

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution:
        """See `icd9_review.model.explaining.explanation.Explains`."""
        return explain_one(self, self._predictor, text, code, window)

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """See `icd9_review.model.explaining.explanation.Explains`."""
        labels = find_labels(self._predictor, codes)
        passage = find_passage(self._predictor, text, window)
        integrals = self._converge(self._gradients.path(passage), tuple(labels.values()))
        return {
            code: attribute(text, passage, code, integrals[label], self._rule)
            for code, label in labels.items()
        }

    def _converge(self, path: Path, labels: tuple[int, ...]) -> dict[int, Integral]:
        """The best of ever more points; the error may rise again, so the last is not the best."""
        if not labels:
            return {}
        parts = self._integrate(path, dict.fromkeys(labels, cut_path(self._chosen.segments)))
        logits = self._gradients.logits(path, (WHOLE.start, WHOLE.end))
        changes = (logits[WHOLE.end] - logits[WHOLE.start]).tolist()
        last = {label: Integral(found, changes[label]) for label, found in parts.items()}
        best = dict(last)
        while going := [label for label in labels if self._goes_on(best[label], last[label])]:
            ends = {end for label in going for end in last[label].ends}
            logits |= self._gradients.logits(path, sorted(ends - logits.keys()))
            worst = {label: self._worst(last[label], logits, label) for label in going}
            halves = {
                label: tuple(half for segment in found for half in segment.halves)
                for label, found in worst.items()
            }
            for label, finer in self._integrate(path, halves).items():
                last[label] = last[label].refine(worst[label], finer)
                best[label] = min(best[label], last[label], key=lambda found: found.delta)
        return best

    def _worst(
        self, integral: Integral, logits: Mapping[float, Logits], label: int
    ) -> tuple[Segment, ...]:
        """The segments to be halved next."""
        own = {place: float(row[label]) for place, row in logits.items()}
        return integral.worst(own, self._room(integral))

    def _goes_on(self, best: Integral, last: Integral) -> bool:
        return (
            best.delta > self._chosen.tolerance
            and not abs(best.change) < self._chosen.floor
            and self._room(last) > 0
        )

    def _room(self, integral: Integral) -> int:
        """How many segments may still be halved."""
        return (self._chosen.cap - integral.points) // self._chosen.points

    def _integrate(
        self, path: Path, wanted: Mapping[int, tuple[Segment, ...]]
    ) -> dict[int, tuple[Part, ...]]:
        """The parts of the labels' segments; labels that want the same one share its passes."""
        count = self._chosen.points
        sharing: dict[Segment, tuple[int, ...]] = {}
        for label, segments in wanted.items():
            for segment in segments:
                sharing[segment] = (*sharing.get(segment, ()), label)
        shares = self._gradients.shares(
            path, [Point(at, labels) for one, labels in sharing.items() for at in one.points(count)]
        )
        return {
            label: tuple(
                Part(
                    segment,
                    segment.weights(count) @ [shares[at, label] for at in segment.points(count)],
                    count,
                )
                for segment in segments
            )
            for label, segments in wanted.items()
        }

    @property
    def _rule(self) -> Rule:
        return Rule(METHOD, BASELINE, self._chosen.floor, self._chosen.tolerance)
