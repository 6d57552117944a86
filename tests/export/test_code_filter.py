"""Which codes an export is about, as people type them."""

from __future__ import annotations

import pytest

from icd9_review.errors import InputError
from icd9_review.export.code_filter import read_code_filter


def test_codes_and_headers_come_each_once_and_in_order() -> None:
    assert read_code_filter(" 428.0,250  e885.9; V58\n428.0 45.23 38") == (
        *("428.0", "250", "E885.9", "V58"),
        *("45.23", "38"),
    )
    assert read_code_filter(" ") == ()


@pytest.mark.parametrize("wrong", ["4280", "heart failure", "428.", "E88", "*", "1"])
def test_what_is_no_code_is_named(wrong: str) -> None:
    with pytest.raises(InputError, match="is no code with its dot"):
        read_code_filter(f"428.0, {wrong}")


def test_too_many_are_refused() -> None:
    with pytest.raises(InputError, match="200 codes"):
        read_code_filter(" ".join(f"{n}" for n in range(200, 400)))
