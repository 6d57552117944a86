"""Which charts teach, which measure, and in which order the first come."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.teaching import choose_lessons, lesson_part
from icd9_review.values import Lesson, LessonPart


def lesson(number: int, *, audited: bool = False, sampled: bool = False) -> Lesson:
    return Lesson(f"E-{number:05d}", str(number), number, ("n",), (), audited, sampled)


def test_every_fifth_chart_measures_and_a_tenth_says_when_to_stop() -> None:
    counts = Counter(lesson_part(lesson(number)) for number in range(1, 5001))
    assert 0.18 < counts[LessonPart.TEST] / 5000 < 0.22
    assert 0.08 < counts[LessonPart.VALIDATION] / 5000 < 0.12


@given(st.integers(1, 10**9), st.booleans())
def test_what_measures_once_measures_always(number: int, audited: bool) -> None:
    """An audit may come later, and no chart that measured is learned from then."""
    assert lesson_part(lesson(number)) is lesson_part(lesson(number, audited=audited))
    assert lesson_part(lesson(number, audited=True, sampled=True)) is LessonPart.TEST


@given(st.lists(st.tuples(st.integers(1, 200), st.booleans()), unique_by=lambda each: each[0]))
def test_audited_charts_come_before_those_of_one_coder(drawn: list[tuple[int, bool]]) -> None:
    given_ = [lesson(number, audited=audited) for number, audited in drawn]
    train = [each for each in given_ if lesson_part(each) is LessonPart.TRAIN]
    kept = choose_lessons(given_, 5)
    chosen = [each for each in kept if lesson_part(each) is LessonPart.TRAIN]
    audited = sum(each.audited for each in train)
    assert len(chosen) == min(5, len(train))
    assert sum(each.audited for each in chosen) == min(5, audited)
    assert len(kept) - len(chosen) == len(given_) - len(train)
