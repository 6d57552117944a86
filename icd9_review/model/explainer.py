"""Why the model gave a code its logit: integrated gradients over the words of a window.

Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017. Few points come
first; a code whose weights do not add up gets more of them where the path is bent, and no
other code waits for it. Captum's integrated gradients are the reference in the tests; a
pass of theirs serves one code, and more points mean beginning again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from icd9_review.model.explanation import explain_one, find_labels, find_passage, weigh
from icd9_review.model.gradients import BASELINE, Gradients, Path, Point
from icd9_review.model.path import Integral, Part, Segment, cut_path
from icd9_review.model.predictor import Predictor
from icd9_review.model.windows import Passage
from icd9_review.values import Attribution, Window

METHOD = "integrated gradients"


@dataclass(frozen=True, slots=True)
class ExplainerSettings:
    """How exact an explanation is to be.

    The path is cut in ``segments`` of equal length, each summed by ``points`` Gauss-Legendre
    points. Until the completeness error is within ``tolerance``, the worst segment is halved
    and each half gets as many points, up to ``cap`` on the whole path; where the logit changes
    by less than ``floor`` between baseline and text there is nothing to explain.

    Two segments, because logits change in the middle, where the words grow longer than the
    padding they are mixed with, and Gauss-Legendre points are densest at the ends.
    """

    segments: int = 2
    points: int = 4
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
            f"points=gauss-legendre segments={self.segments}x{self.points} cap={self.cap} "
            f"tolerance={self.tolerance} floor={self.floor}"
        )


@dataclass(frozen=True, slots=True)
class _Walk:
    """A path, and the logits of all labels at the places where segments have met so far."""

    path: Path
    logits: dict[float, npt.NDArray[np.float64]] = field(default_factory=dict)


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
        """See `icd9_review.model.explanation.Explains`."""
        return explain_one(self, self._predictor, text, code, window)

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """See `icd9_review.model.explanation.Explains`."""
        labels = find_labels(self._predictor, codes)
        passage = find_passage(self._predictor, text, window)
        integrals = self._converge(self._gradients.path(passage), tuple(labels.values()))
        return {
            code: self._attribution(text, passage, code, integrals[label])
            for code, label in labels.items()
        }

    def _converge(self, path: Path, labels: tuple[int, ...]) -> dict[int, Integral]:
        """The best of ever more points; the error may rise again, so the last is not the best."""
        walk = _Walk(path)
        parts = self._integrate(walk, dict.fromkeys(labels, cut_path(self._chosen.segments)))
        last = {label: Integral(found) for label, found in parts.items()}
        best = dict(last)
        while wanted := {
            label: last[label].worst.halves for label in labels if self._goes_on(best, last, label)
        }:
            for label, finer in self._integrate(walk, wanted).items():
                last[label] = last[label].refine(finer)
                best[label] = min(best[label], last[label], key=lambda found: found.delta)
        return best

    def _goes_on(
        self, best: Mapping[int, Integral], last: Mapping[int, Integral], label: int
    ) -> bool:
        return (
            best[label].delta > self._chosen.tolerance
            and not abs(best[label].change) < self._chosen.floor
            and last[label].points + self._chosen.points <= self._chosen.cap
        )

    def _integrate(
        self, walk: _Walk, wanted: Mapping[int, tuple[Segment, ...]]
    ) -> dict[int, tuple[Part, ...]]:
        """The parts of the labels' segments; labels that want the same one share its passes."""
        count = self._chosen.points
        sharing = _share(wanted)
        ends = {end for one in sharing for end in (one.start, one.end)} - walk.logits.keys()
        walk.logits.update(self._gradients.logits(walk.path, sorted(ends)))
        shares = self._gradients.shares(
            walk.path,
            [Point(at, labels) for one, labels in sharing.items() for at in one.points(count)],
        )
        return {
            label: tuple(
                Part(
                    segment,
                    segment.weights(count) @ [shares[at, label] for at in segment.points(count)],
                    float((walk.logits[segment.end] - walk.logits[segment.start])[label]),
                    count,
                )
                for segment in segments
            )
            for label, segments in wanted.items()
        }

    def _attribution(
        self, text: str, passage: Passage, code: str, integral: Integral
    ) -> Attribution:
        delta = integral.delta
        return Attribution(
            code=code,
            window=passage.window,
            words=weigh(text, passage, integral.shares[1:-1].tolist()),
            method=METHOD,
            baseline=BASELINE,
            steps=integral.points,
            delta=delta,
            holds=abs(integral.change) >= self._chosen.floor and delta <= self._chosen.tolerance,
        )


def _share(wanted: Mapping[int, tuple[Segment, ...]]) -> dict[Segment, tuple[int, ...]]:
    """The labels that want each segment."""
    sharing: dict[Segment, tuple[int, ...]] = {}
    for label, segments in wanted.items():
        for segment in segments:
            sharing[segment] = (*sharing.get(segment, ()), label)
    return sharing
