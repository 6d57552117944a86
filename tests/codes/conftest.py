from collections.abc import Iterator

import pytest

from icd9_review.codes import codes


@pytest.fixture
def unread_table() -> Iterator[None]:
    """The state before the first look-up, and no broken table left behind for others."""
    codes.cache_clear()
    yield
    codes.cache_clear()
