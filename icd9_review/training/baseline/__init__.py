"""The yardstick: TF-IDF and one logistic regression per code, trained and kept without pickle.

Needs scikit-learn, which the program itself does not; importing says so where it is missing.
"""

from __future__ import annotations

from importlib.util import find_spec

from icd9_review.errors import SettingsError

if find_spec("sklearn") is None:
    raise SettingsError(
        "the baseline needs scikit-learn; run: pip install -r requirements-train.txt"
    )
