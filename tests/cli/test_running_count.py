"""Whoever waits for a long export sees that it goes on."""

from __future__ import annotations

import pytest

from icd9_review.cli.running_count import RunningCount


def test_it_tells_every_few_seconds_and_nothing_of_what_is_over_sooner(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0.0
    tally = RunningCount(lambda: now)
    for now, rows in ((1.0, 10), (5.0, 1_000), (6.0, 1_100), (11.0, 250_000)):  # noqa: B007
        tally.tell(rows)
    assert capsys.readouterr().err == "1,000 rows …\n250,000 rows …\n"
