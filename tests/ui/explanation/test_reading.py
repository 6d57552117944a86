"""A sheet names the key by which what it shows was worked out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.ui.encounter.explaining import Explained
from icd9_review.ui.explanation.reading import used_key
from icd9_review.values import AttributionKey, Kind
from tests.attributions import attribution

FOUND = replace(attribution(("atrial", 1.0)), settings="older")
KEY = AttributionKey(
    note_id="n" * 22,
    window=FOUND.window,
    kind=Kind.DIAGNOSIS,
    code="427.31",
    model_version="a" * 64,
    method="integrated gradients (Captum)",
    baseline="padding",
    settings="newer",
)


def test_what_an_older_program_explained_is_named_by_its_own_settings() -> None:
    explained = Explained({"d427.31": (KEY.note_id, FOUND)})
    assert used_key(KEY, explained, "d427.31") == replace(
        KEY, method=FOUND.method, baseline=FOUND.baseline, settings="older"
    )


@pytest.mark.parametrize("explained", [None, Explained()])
def test_what_is_not_explained_is_named_as_it_will_be(explained: Explained | None) -> None:
    assert used_key(KEY, explained, "d427.31") == KEY
