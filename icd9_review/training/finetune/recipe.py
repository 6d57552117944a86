"""How a model is fine-tuned: every choice that changes the result, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from icd9_review.errors import InputError
from icd9_review.model.folder.declarations import DEFAULT_WINDOWS, Windows


class Extent(StrEnum):
    """What of a note is trained on: its first window, or all of them with the largest logit."""

    FIRST = "first"
    ALL = "all"


class LossFunction(StrEnum):
    """Binary cross-entropy, or focal loss (Lin et al. 2017, "Focal Loss for Dense Detection")."""

    BCE = "bce"
    FOCAL = "focal"


class ModelHead(StrEnum):
    """What is put on the encoder.

    LINEAR is the classifier of transformers, which sees one window; LABEL_ATTENTION lets each code
    attend to the pieces of all windows (``model/folder/label_attention.py``).
    """

    LINEAR = "linear"
    LABEL_ATTENTION = "label-attention"


class Precision(StrEnum):
    """Computed in; AUTO is bfloat16 where a GPU supports it, float32 elsewhere."""

    AUTO = "auto"
    BF16 = "bf16"
    FP32 = "fp32"


class Goal(StrEnum):
    """What tells the best checkpoint, and when to stop, on the validation split."""

    F1 = "f1"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The options of a fine-tuning; raises InputError for one that is out of range.

    ``length`` and ``stride`` are word pieces as in windows.json. ``batch`` counts notes on the
    device at once, and ``batch`` times ``accumulate`` notes make a step. ``patience`` counts
    evaluations, one every ``checkpoint_steps`` steps.
    """

    base: str
    reading: Extent = Extent.FIRST
    length: int = DEFAULT_WINDOWS.length
    stride: int = DEFAULT_WINDOWS.stride
    max_windows: int = 8  # 3,184 pieces of a note with the windows above; by judgement
    loss: LossFunction = LossFunction.BCE
    focal_gamma: float = 2.0  # the best of Lin et al. 2017
    positive_weight: float = 1.0
    epochs: int = 10  # at most: the best checkpoint counts; by judgement
    batch: int = 8  # with ``accumulate`` 16 notes a step, as Devlin et al. 2019 fine-tune
    accumulate: int = 2
    learning_rate: float = 5e-5  # the largest of those Devlin et al. 2019 fine-tune with
    patience: int = 6  # evaluations; by judgement
    goal: Goal = Goal.F1
    checkpoint_steps: int = 500  # by judgement: what a kill may cost
    precision: Precision = Precision.AUTO
    save_memory: bool = False
    seed: int = 9  # any number would do
    head: ModelHead = ModelHead.LINEAR

    def __post_init__(self) -> None:
        for name in ("max_windows", "epochs", "batch", "accumulate", "patience"):
            self._require(name, getattr(self, name) >= 1, "at least 1")
        self._require("checkpoint_steps", self.checkpoint_steps >= 1, "at least 1")
        self._require("length", self.length >= 8, "at least 8")
        self._require("stride", 0 <= self.stride < self.length - 2, "0 to --length minus 3")
        if self.head is ModelHead.LABEL_ATTENTION:
            self._require("stride", self.stride == 0, f"0 with --head {self.head}")
            self._require("windows", self.reading is Extent.ALL, f"all with --head {self.head}")
        self._require("focal_gamma", 0 <= self.focal_gamma <= 10, "0 to 10")
        self._require("positive_weight", 0 < self.positive_weight <= 1000, "above 0, at most 1,000")
        self._require("learning_rate", 0 < self.learning_rate <= 1, "above 0, at most 1")
        self._require("seed", 0 <= self.seed < 2**32, "0 to 4294967295")

    def _require(self, name: str, good: bool, wanted: str) -> None:
        if not good:
            option = "--" + name.replace("_", "-")
            given = getattr(self, "reading" if name == "windows" else name)
            raise InputError(f"{option} must be {wanted}, not {given}")

    @property
    def windows(self) -> Windows:
        """The windows of the folder that comes of it."""
        attended = self.head is ModelHead.LABEL_ATTENTION
        return Windows(
            length=self.length,
            stride=self.stride,
            aggregation="label attention" if attended else "max",
        )

    @property
    def window_limit(self) -> int:
        """How many windows of a note are trained on at most."""
        return 1 if self.reading is Extent.FIRST else self.max_windows


@dataclass(frozen=True, slots=True)
class UsualReading:
    """How a note is read in training: which of its windows, how long they are, what they share."""

    extent: Extent
    length: int
    stride: int
    max_windows: int


USUAL: Final[Mapping[ModelHead, UsualReading]] = {
    # 8 windows: 3,184 pieces of a note; by judgement.
    ModelHead.LINEAR: UsualReading(Extent.FIRST, DEFAULT_WINDOWS.length, DEFAULT_WINDOWS.stride, 8),
    # As PLM-ICD reads (Huang et al. 2022): 3,072 pieces in windows of 128.
    ModelHead.LABEL_ATTENTION: UsualReading(Extent.ALL, 128, 0, 24),
}
"""What is taken where nothing is said."""
