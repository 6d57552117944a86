"""Why the model gave a code its logit: integrated gradients over the words of a window.

Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017, as Captum computes
them. Few points come first; a code whose weights do not add up gets more of them where the
path is bent, in another call, and no other code waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from icd9_review.model.explaining.embeddings import BASELINE, Logits, Path
from icd9_review.model.explaining.gradients import SegmentGradients
from icd9_review.model.explaining.path import DENSITY, WHOLE, Integral, Part, Segment, cut_path
from icd9_review.model.explaining.window_method import ExplainedWindow, Weighing, WindowMethod
from icd9_review.model.reading.predictor import Predictor
from icd9_review.values import COMPLETENESS_TOLERANCE, Technique

METHOD = "integrated gradients (Captum)"


@dataclass(frozen=True, slots=True)
class ExplainerSettings:
    """How exact an explanation is to be.

    The path is cut in ``segments``, shorter in its middle, each with one Gauss-Legendre
    point. Until the completeness error is within ``tolerance``, the worst segments are
    halved, up to ``cap`` points on the whole path; where the logit changes by less than
    ``floor`` between baseline and text there is nothing to explain. The defaults are those
    with the least work in all for the embedded model (docs/performance.md).

    >>> ExplainerSettings(segments=1, cap=1).key
    'gausslegendre n_steps=1 segments=1 density=0.3 cap=1 tolerance=0.05 floor=0.1'
    """

    segments: int = 6
    cap: int = 96
    tolerance: float = COMPLETENESS_TOLERANCE
    floor: float = 0.1

    def __post_init__(self) -> None:
        if not 1 <= self.segments <= self.cap:
            raise ValueError("an explanation has at least one point, and at most its cap")

    @property
    def key(self) -> str:
        """One canonical text, part of the key under which an attribution is stored.

        What is stored is found by it: where it changes and attributions hardly do, the older
        text belongs into ``store/explaining/attribution_keys.py``.
        """
        return (
            f"gausslegendre n_steps=1 segments={self.segments} density={DENSITY} "
            f"cap={self.cap} tolerance={self.tolerance} floor={self.floor}"
        )


class Explainer(WindowMethod):
    """Explains what a predictor's model used; shares its model and takes turns with it.

    ``let_pass`` is called before every turn, and may wait for what is more urgent.
    """

    method = METHOD

    def __init__(
        self,
        predictor: Predictor,
        settings: ExplainerSettings | None = None,
        *,
        let_pass: Callable[[], None] = lambda: None,
    ) -> None:
        self._chosen = settings or ExplainerSettings()
        technique = Technique(predictor.model_version, self.method, BASELINE, self._chosen.key)
        super().__init__(predictor, technique, let_pass)
        self._gradients = SegmentGradients(self.reader)

    def weigh(self, window: ExplainedWindow, labels: Sequence[int]) -> dict[int, Weighing]:
        """See `WindowMethod.weigh`: the shares of a word's pieces, summed."""
        integrals = self._converge(window.path, labels)
        return {label: self._weighing(window, integrals[label]) for label in labels}

    def _weighing(self, window: ExplainedWindow, integral: Integral) -> Weighing:
        shares, delta = integral.shares[list(window.path.content)].tolist(), integral.delta
        return Weighing(
            weights=tuple(sum(shares[word.first : word.beyond]) for word in window.words),
            steps=integral.points,
            delta=delta,
            holds=abs(integral.change) >= self._chosen.floor and delta <= self._chosen.tolerance,
        )

    def _converge(self, path: Path, labels: Sequence[int]) -> dict[int, Integral]:
        """The best of ever more points; the error may rise again, so the last is not the best."""
        if not labels:
            return {}
        parts = self._integrate(path, dict.fromkeys(labels, cut_path(self._chosen.segments)))
        logits = self._gradients.logits(path, (WHOLE.start, WHOLE.end))
        change = logits[WHOLE.end] - logits[WHOLE.start]
        last = {label: Integral(found, float(change[label])) for label, found in parts.items()}
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
        return self._chosen.cap - integral.points

    def _integrate(
        self, path: Path, wanted: Mapping[int, tuple[Segment, ...]]
    ) -> dict[int, tuple[Part, ...]]:
        """The parts of the labels' segments; labels that want the same one share its passes."""
        sharing: dict[Segment, tuple[int, ...]] = {}
        for label, segments in wanted.items():
            for segment in segments:
                sharing[segment] = (*sharing.get(segment, ()), label)
        shares = self._gradients.shares(path, sharing)
        return {
            label: tuple(Part(segment, shares[segment, label]) for segment in segments)
            for label, segments in wanted.items()
        }
