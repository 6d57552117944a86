"""Review of model-proposed ICD-9-CM codes, with explanations and a ledger of decisions.

The public names below are imported when they are first used: importing the package, or
a part of it such as ``icd9_review.codes``, does not load torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icd9_review.errors import ReviewError
    from icd9_review.model.explaining.explainer import Explainer
    from icd9_review.model.reading.predictor import Predictor, load_predictor, predict_icd9_codes
    from icd9_review.values import Attribution, Scores, Suggestion, Window

__version__ = "0.1.0"

__all__ = [
    "Attribution",
    "Explainer",
    "Predictor",
    "ReviewError",
    "Scores",
    "Suggestion",
    "Window",
    "__version__",
    "load_predictor",
    "predict_icd9_codes",
]

_HOMES = {
    "Attribution": "icd9_review.values",
    "Explainer": "icd9_review.model.explaining.explainer",
    "Predictor": "icd9_review.model.reading.predictor",
    "ReviewError": "icd9_review.errors",
    "Scores": "icd9_review.values",
    "Suggestion": "icd9_review.values",
    "Window": "icd9_review.values",
    "load_predictor": "icd9_review.model.reading.predictor",
    "predict_icd9_codes": "icd9_review.model.reading.predictor",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
