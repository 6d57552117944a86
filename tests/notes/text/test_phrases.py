from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.text.phrases import Phrases

words = st.lists(st.sampled_from("abc"), max_size=8).map(tuple)


def test_the_longest_phrase_that_starts_at_a_word_is_found() -> None:
    phrases = Phrases({("heart",): 1, ("heart", "failure"): 2, ("failure", "to", "thrive"): 3})
    text = ["acute", "heart", "failure", "to"]
    assert phrases.longest(text, 0) is None
    assert phrases.longest(text, 1) == (2, 2)
    assert phrases.longest(text, 2) is None


def test_a_phrase_cut_off_by_the_end_of_the_text_is_not_found() -> None:
    phrases = Phrases({("heart", "failure"): 1, ("heart",): 2})
    assert phrases.longest(["heart"], 0) == (1, 2)


@given(st.sets(words, max_size=12), words.filter(bool))
def test_what_is_found_is_the_longest_that_stands_there(
    entries: set[tuple[str, ...]], text: tuple[str, ...]
) -> None:
    phrases = Phrases({entry: entry for entry in entries})
    standing = [entry for entry in entries if entry and text[: len(entry)] == entry]
    found = phrases.longest(text, 0)
    expected = max(standing, key=len, default=None)
    assert found == (None if expected is None else (len(expected), expected))
