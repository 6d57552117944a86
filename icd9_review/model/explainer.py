"""Why the model gave a code its logit: integrated gradients over the words of a window.

Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017. Few points come
first; a code whose weights do not add up gets more of them where the path is bent, and no
other code waits for it. Captum's integrated gradients are the reference in the tests; a
pass of theirs serves one code, and more points mean beginning again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from icd9_review.model.explanation import explain_one, find_labels, find_passages, weigh
from icd9_review.model.gradients import BASELINE, Gradients, Logits, Path, Point
from icd9_review.model.path import DENSITY, WHOLE, Integral, Part, Segment, cut_path
from icd9_review.model.predictor import Predictor
from icd9_review.model.windows import Passage
from icd9_review.values import Attribution, Window

METHOD = "integrated gradients"


@dataclass(frozen=True, slots=True)
class ExplainerSettings:
    """How exact an explanation is to be.

    The path is cut in ``segments``, shorter in its middle, each summed by ``points``
    Gauss-Legendre points. Until the completeness error is within ``tolerance``, the worst
    segments are halved and each half gets as many points, up to ``cap`` on the whole path; where
    the logit changes by less than ``floor`` between baseline and text there is nothing to
    explain. docs/performance.md has what other cuts and points cost.
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


@dataclass(frozen=True, slots=True)
class _Target:
    """What is explained: a label, along one of several paths, by number."""

    path: int
    label: int


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
        return self.explain_windows(text, {window: codes})[window]

    def explain_windows(
        self, text: str, codes: Mapping[Window, Iterable[str]]
    ) -> dict[Window, dict[str, Attribution]]:
        """``explain_many`` for several windows of a note, whose points share passes."""
        labels = {window: find_labels(self._predictor, named) for window, named in codes.items()}
        passages = find_passages(self._predictor, text, list(labels))
        targets = [
            _Target(number, label)
            for number, found in enumerate(labels.values())
            for label in found.values()
        ]
        paths = [self._gradients.path(passage) for passage in passages]
        integrals = self._converge(paths, targets)
        return {
            window: {
                code: self._attribution(text, passage, code, integrals[_Target(number, label)])
                for code, label in found.items()
            }
            for number, (passage, (window, found)) in enumerate(
                zip(passages, labels.items(), strict=True)
            )
        }

    def _converge(
        self, paths: Sequence[Path], targets: Sequence[_Target]
    ) -> dict[_Target, Integral]:
        """The best of ever more points; the error may rise again, so the last is not the best."""
        logits = _KnownLogits(self._gradients, paths)
        parts = self._integrate(paths, dict.fromkeys(targets, cut_path(self._chosen.segments)))
        logits.read({target.path: (WHOLE.start, WHOLE.end) for target in targets})
        last = {target: Integral(found, logits.change(target)) for target, found in parts.items()}
        best = dict(last)
        while going := [target for target in targets if self._goes_on(best[target], last[target])]:
            logits.read(_ends(going, last))
            worst = {
                target: last[target].worst(logits.of(target), self._room(last[target]))
                for target in going
            }
            halves = {
                target: tuple(half for segment in found for half in segment.halves)
                for target, found in worst.items()
            }
            for target, finer in self._integrate(paths, halves).items():
                last[target] = last[target].refine(worst[target], finer)
                best[target] = min(best[target], last[target], key=lambda found: found.delta)
        return best

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
        self, paths: Sequence[Path], wanted: Mapping[_Target, tuple[Segment, ...]]
    ) -> dict[_Target, tuple[Part, ...]]:
        """The parts of the targets' segments; labels that want the same one share its passes."""
        count = self._chosen.points
        sharing = _share(wanted, len(paths))
        shares = self._gradients.shares_along(
            [
                (
                    path,
                    [Point(at, labels) for one, labels in each.items() for at in one.points(count)],
                )
                for path, each in zip(paths, sharing, strict=True)
            ]
        )
        return {
            target: tuple(
                Part(
                    segment,
                    segment.weights(count)
                    @ [shares[target.path][at, target.label] for at in segment.points(count)],
                    count,
                )
                for segment in segments
            )
            for target, segments in wanted.items()
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


class _KnownLogits:
    """The logits of all labels at the places of each path where they have been asked for."""

    def __init__(self, gradients: Gradients, paths: Sequence[Path]) -> None:
        self._gradients = gradients
        self._paths = paths
        self._known: list[dict[float, Logits]] = [{} for _ in paths]

    def read(self, places: Mapping[int, Collection[float]]) -> None:
        """Ask for those that are not known yet, of each path by number."""
        wanted = [
            (path, sorted(set(places.get(number, ())) - known.keys()))
            for number, (path, known) in enumerate(zip(self._paths, self._known, strict=True))
        ]
        for known, found in zip(self._known, self._gradients.logits_along(wanted), strict=True):
            known.update(found)

    def of(self, target: _Target) -> dict[float, float]:
        """A label's logit at each place of its path."""
        return {at: float(row[target.label]) for at, row in self._known[target.path].items()}

    def change(self, target: _Target) -> float:
        """A label's logit for the text, less that for the baseline."""
        logits = self.of(target)
        return logits[WHOLE.end] - logits[WHOLE.start]


def _ends(
    targets: Iterable[_Target], integrals: Mapping[_Target, Integral]
) -> dict[int, set[float]]:
    """Where the parts of these integrals meet, by path."""
    ends: dict[int, set[float]] = defaultdict(set)
    for target in targets:
        ends[target.path].update(integrals[target].ends)
    return ends


def _share(
    wanted: Mapping[_Target, tuple[Segment, ...]], paths: int
) -> list[dict[Segment, tuple[int, ...]]]:
    """For each path its segments, and the labels that want them."""
    sharing: list[dict[Segment, tuple[int, ...]]] = [{} for _ in range(paths)]
    for target, segments in wanted.items():
        each = sharing[target.path]
        for segment in segments:
            each[segment] = (*each.get(segment, ()), target.label)
    return sharing
