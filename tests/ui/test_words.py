from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.ui.words import describe_dates, describe_moment, describe_person, plain
from icd9_review.values import Sex

MARCH_12, MARCH_17 = date(2014, 3, 12), date(2014, 3, 17)


@pytest.mark.parametrize(
    ("age", "sex", "words"),
    [
        (71, Sex.FEMALE, "71 F"),
        (0, Sex.MALE, "0 M"),
        (None, Sex.MALE, "M"),
        (71, Sex.UNKNOWN, "71"),
        (None, Sex.UNKNOWN, ""),
    ],
)
def test_a_person_is_age_and_sex(age: int | None, sex: Sex, words: str) -> None:
    assert describe_person(age, sex) == words


@pytest.mark.parametrize(
    ("admitted", "discharged", "words"),
    [
        (MARCH_12, MARCH_17, "12–17 Mar 2014"),
        (MARCH_12, MARCH_12, "12 Mar 2014"),
        (MARCH_12, date(2014, 4, 2), "12 Mar – 2 Apr 2014"),
        (date(2013, 12, 30), MARCH_12, "30 Dec 2013 – 12 Mar 2014"),
        (MARCH_12, None, "from 12 Mar 2014"),
        (None, MARCH_17, "until 17 Mar 2014"),
        (None, None, ""),
    ],
)
def test_a_stay_is_as_short_as_it_can_be_read(
    admitted: date | None, discharged: date | None, words: str
) -> None:
    assert describe_dates(admitted, discharged) == words


def test_a_moment_is_an_hour_today_and_a_day_before() -> None:
    now = datetime(2026, 6, 15, 12, 30, tzinfo=UTC).astimezone()
    assert describe_moment(now, now=now) == f"today {now:%H:%M}"
    assert describe_moment(now - timedelta(days=40), now=now).startswith("6 May ")
    assert describe_moment(now - timedelta(days=400), now=now) == "11 May 2025"


@given(st.text())
def test_taking_the_backslashes_away_gives_the_text_back(text: str) -> None:
    assert re.sub(r"\\(.)", r"\1", plain(text)) == text.replace("\n", " ")


@given(st.text(alphabet="*_`#[]()!$:<>&~|\\-+. a"))
def test_every_mark_of_markdown_follows_a_backslash(text: str) -> None:
    left = re.sub(r"\\.", "", plain(text))
    assert set(left) <= {" ", "a"}


def test_an_image_in_a_file_name_does_not_load() -> None:
    assert plain("![x](http://a.b/c.png)") == r"\!\[x\]\(http\:\/\/a\.b\/c\.png\)"
