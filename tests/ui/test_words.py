from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.ui.words import (
    describe_claim,
    describe_dates,
    describe_document,
    describe_moment,
    describe_person,
    plain,
)
from icd9_review.values import Claim, Note, NoteType, Role, Sex, User

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
        (MARCH_12, MARCH_17, "2014-03-12 – 2014-03-17"),
        (MARCH_12, MARCH_12, "2014-03-12"),
        (date(2013, 12, 30), MARCH_12, "2013-12-30 – 2014-03-12"),
        (MARCH_12, None, "from 2014-03-12"),
        (None, MARCH_17, "until 2014-03-17"),
        (None, None, ""),
    ],
)
def test_a_stay_is_its_days_as_far_as_they_are_known(
    admitted: date | None, discharged: date | None, words: str
) -> None:
    assert describe_dates(admitted, discharged) == words


@pytest.mark.parametrize(
    ("title", "told", "words"),
    [
        (
            "Letter",
            {"type": NoteType.CONSULTATION, "author": "Dr. Ames", "written": MARCH_12},
            "consultation · Dr. Ames · 2014-03-12",
        ),
        ("Consultation", {"type": NoteType.CONSULTATION, "written": MARCH_12}, "2014-03-12"),
        ("Letter", {"author": "Dr. Ames"}, "Dr. Ames"),
        ("Letter", {}, ""),
    ],
)
def test_of_a_document_is_told_what_is_known_and_its_title_does_not_say(
    title: str, told: dict[str, Any], words: str
) -> None:
    assert describe_document(Note("n", "e", title, "x", 1, "f" * 64, **told)) == words


def test_a_moment_is_an_hour_today_and_a_day_before() -> None:
    now = datetime(2026, 6, 15, 12, 30, tzinfo=UTC).astimezone()
    assert describe_moment(now, now=now) == f"today {now:%H:%M}"
    assert describe_moment(now - timedelta(days=40), now=now).startswith("2026-05-06 ")
    assert describe_moment(now - timedelta(days=400), now=now) == "2025-05-11"


def read(markdown: str) -> str:
    """The text of code spans and escaped slashes; fails where anything else is to be read."""
    text = ""
    while markdown:
        if markdown.startswith("\\/"):
            text, markdown = text + "/", markdown[2:]
            continue
        opening = re.match("`+", markdown)
        assert opening, markdown
        fence = opening.group()
        closing = re.search(rf"(?<!`){fence}(?!`)", markdown[len(fence) :])
        assert closing, markdown
        held = markdown[len(fence) :][: closing.start()]
        if held.strip(" ") and held[0] == held[-1] == " ":
            held = held[1:-1]
        text, markdown = text + held, markdown[len(fence) + closing.end() :]
    return text


@given(st.text() | st.text(alphabet="` /:materil_*$[]()<>\\\n a") | st.just(":material/home:"))
def test_all_that_is_to_be_read_is_the_text(text: str) -> None:
    made = plain(text)
    assert read(made) == re.sub("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", " ", text)
    assert ":material/" not in made
    assert not set(made) & set("\n\r\u2028\u2029")


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("", ""),
        ("www.evil.example.txt", "`www.evil.example.txt`"),
        ("![x](http://a.b/c.png)", "`![x](http://a.b/c.png)`"),
        ("a `b` ``c``", "``` a `b` ``c`` ```"),
        (" a ", "`  a  `"),
        ("  ", "`  `"),
        ("one\r\ntwo", "`one two`"),
        (":material/home:", "`:material`\\/`home:`"),
    ],
)
def test_text_is_fenced_off(text: str, markdown: str) -> None:
    assert plain(text) == markdown


def test_a_claim_is_told_to_everybody_but_its_holder() -> None:
    me, ana = User(7, "Development coder", Role.CODER), User(8, "Ana Ortiz", Role.CODER)
    until = datetime(2014, 3, 12, 12, 5, tzinfo=UTC)
    claim = Claim("0" * 22, ana, until, until)
    hour = f"{until.astimezone():%H:%M}"
    assert describe_claim(claim, me) == f"Ana Ortiz is working on this until {hour}"
    assert describe_claim(claim, ana) == ""
    assert describe_claim(None, me) == ""
