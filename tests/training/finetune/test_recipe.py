"""Options out of range are named before anything is read."""

from __future__ import annotations

from typing import Any

import pytest

from icd9_review.errors import InputError
from icd9_review.training.finetune.recipe import USUAL, Extent, ModelHead, Recipe


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("epochs", 0),
        ("batch", 0),
        ("accumulate", 0),
        ("patience", 0),
        ("max_windows", 0),
        ("checkpoint_steps", 0),
        ("length", 7),
        ("stride", 510),
        ("positive_weight", 0.0),
        ("focal_gamma", -1.0),
        ("learning_rate", 0.0),
        ("seed", -1),
    ],
)
def test_a_value_out_of_range_is_named_with_its_option(option: str, value: float) -> None:
    given: dict[str, Any] = {option: value}
    with pytest.raises(InputError, match=f"--{option.replace('_', '-')} must be"):
        Recipe("base", **given)


def test_first_reads_one_window_and_all_as_many_as_allowed() -> None:
    assert Recipe("base").window_limit == 1
    assert Recipe("base", reading=Extent.ALL, max_windows=5).window_limit == 5


def test_label_attention_reads_all_windows_and_none_twice() -> None:
    usual = USUAL[ModelHead.LABEL_ATTENTION]
    recipe = Recipe(
        "base",
        reading=usual.extent,
        length=usual.length,
        stride=usual.stride,
        max_windows=usual.max_windows,
        head=ModelHead.LABEL_ATTENTION,
    )
    assert recipe.windows.attended
    assert recipe.window_limit * recipe.length == 3072
    with pytest.raises(InputError, match="--stride must be 0 with --head label-attention"):
        Recipe("base", reading=Extent.ALL, head=ModelHead.LABEL_ATTENTION)
    with pytest.raises(InputError, match="--windows must be all with --head label-attention"):
        Recipe("base", stride=0, head=ModelHead.LABEL_ATTENTION)
