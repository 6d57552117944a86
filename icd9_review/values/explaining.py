"""Why a model gives a code its score."""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.values.codes import Kind
from icd9_review.values.scoring import Suggestion, Window

COMPLETENESS_TOLERANCE = 0.05
"""By how much the shares of words may miss the change of the logit, relative to it: within 5 % a
reader of shares in whole per cent is not misled. By judgement."""


EXCHANGED = "check=exchanged"
"""In the settings of a `Technique` whose deletion check puts other words of the note in the place
of words; older ones took words away."""


@dataclass(frozen=True, slots=True)
class WordWeight:
    """The signed share of one word in the logit of a code: positive supports it."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Deletion:
    """A code's probability in a window before and after words are taken out of it.

    As it is shown: calibrated where the model is. ``without`` the ``words`` words of the
    evidence, ``random`` the mean without as many random ones; None where too few are left. Other
    words of the note stand in their place where the settings have EXCHANGED, and both are means.
    """

    words: int
    before: float
    without: float
    random: float | None


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the model used for one code in one window of a note.

    ``delta`` is the completeness error relative to the change of the logit,
    ``|sum - (F(x) - F(b))| / |F(x) - F(b)|``; ``holds`` says whether it is within
    tolerance. Words are in reading order, offsets in the whole note. ``deletion`` is None
    where nothing supports the code, or the check was not made. ``settings`` are those of its
    `Technique`.
    """

    code: str
    window: Window
    words: tuple[WordWeight, ...]
    method: str
    baseline: str
    steps: int
    delta: float
    holds: bool
    deletion: Deletion | None = None
    settings: str = ""

    @property
    def exchanged(self) -> bool:
        """Whether the deletion check put other words in the place of words."""
        return EXCHANGED in self.settings.split()


@dataclass(frozen=True, slots=True)
class AttributionKey:
    """What makes an attribution the same one; computed once per key.

    ``settings`` is what else the method was given, in one canonical text.
    """

    note_id: str
    window: Window
    kind: Kind
    code: str
    model_version: str
    method: str
    baseline: str
    settings: str


@dataclass(frozen=True, slots=True)
class Technique:
    """How a process explains: what the keys of its attributions have in common.

    ``baseline`` says what a text is compared with, ``settings`` what else the method is
    given, in one canonical text.
    """

    model_version: str
    method: str
    baseline: str
    settings: str

    def key(self, suggestion: Suggestion) -> AttributionKey:
        """The key of a suggestion's attribution. Raises ValueError for no stored note's."""
        if suggestion.note_id is None:
            raise ValueError("only suggestions for stored notes have attributions")
        return AttributionKey(
            note_id=suggestion.note_id,
            window=suggestion.window,
            kind=suggestion.kind,
            code=suggestion.code,
            model_version=self.model_version,
            method=self.method,
            baseline=self.baseline,
            settings=self.settings,
        )
