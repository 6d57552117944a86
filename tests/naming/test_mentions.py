import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.lists import Lists
from icd9_review.naming.mentions import find_mentions, outside
from icd9_review.naming.terms import Term, build_phrases
from icd9_review.notes.text.phrases import Phrases
from icd9_review.values import Assertion, CodeKey, Kind

GOUT: CodeKey = (Kind.DIAGNOSIS, "274.9")
STROKE: CodeKey = (Kind.DIAGNOSIS, "434.91")
FAILURE: CodeKey = (Kind.DIAGNOSIS, "428.9")
CONGESTIVE: CodeKey = (Kind.DIAGNOSIS, "428.0")
AIDS: CodeKey = (Kind.DIAGNOSIS, "042")
PHRASES = Phrases(
    {
        ("gout",): Term((GOUT,)),
        ("stroke",): Term((STROKE,)),
        ("heart", "failure"): Term((FAILURE,)),
        ("congestive", "heart", "failure"): Term((CONGESTIVE,)),
        ("aids",): Term((AIDS,), capitals=True),
    }
)

_PIECES = "gout heart failure congestive , . \n no AIDS 𝔘"


def codes(text: str, *known: CodeKey) -> list[str]:
    return [row.key[1] for row in outside(text, PHRASES, frozenset(known))]


def test_the_longest_term_is_found_and_no_other_within_it() -> None:
    text = "She has congestive heart failure, heart failure and gout."
    found = find_mentions(text, PHRASES)
    assert [text[one.start : one.end] for one in found] == [
        "congestive heart failure",
        "heart failure",
        "gout",
    ]


@pytest.mark.parametrize(
    "text", ["heart\nfailure", "heart-failure", "Heart  Failure", "heart failures"]
)
def test_a_term_may_wrap_and_be_hyphenated(text: str) -> None:
    assert len(find_mentions(text, PHRASES)) == 1


@pytest.mark.parametrize(
    "text", ["heart. Failure", "heart, failure", "heart\n\nfailure", "heart (failure"]
)
def test_a_term_crosses_no_punctuation(text: str) -> None:
    assert find_mentions(text, PHRASES) == ()


def test_a_term_that_punctuation_cuts_gives_way_to_a_shorter_one() -> None:
    phrases = Phrases({("gout",): Term((GOUT,)), ("gout", "stroke"): Term((STROKE,))})
    assert [one.keys for one in find_mentions("gout, stroke", phrases)] == [(GOUT,)]


def test_an_abbreviation_in_capitals_is_found_in_capitals_only() -> None:
    assert codes("Has AIDS.") == ["042"]
    assert codes("Has hearing aids.") == []


def test_one_row_per_code_with_its_spans_most_mentions_first() -> None:
    text = "Stroke. Gout today, gout before that. Congestive heart failure."
    rows = outside(text, PHRASES, frozenset())
    assert [row.key for row in rows] == [GOUT, CONGESTIVE, STROKE]
    assert [text[start:end] for start, end in rows[0].spans] == ["Gout", "gout"]


def test_codes_the_model_knows_are_left_out() -> None:
    assert codes("Gout and stroke.", GOUT) == ["434.91"]


def test_a_longer_term_of_a_known_code_covers_a_shorter_one() -> None:
    assert codes("Congestive heart failure.", CONGESTIVE) == []
    assert codes("Heart failure.", CONGESTIVE) == ["428.9"]
    assert codes("Congestive heart failure.", FAILURE) == ["428.0"]


@pytest.mark.parametrize(
    "text",
    [
        "No gout.",
        "Mother has gout.",
        "Remote gout.",
        "GOUT STUDY: pending",
        "Seen in the gout clinic.",
        "MEDICATIONS:\nAllopurinol for gout",
        "ALLERGIES:\ngout pills",
    ],
)
def test_what_the_note_does_not_assert_is_not_listed(text: str) -> None:
    assert codes(text) == []


def test_what_is_possible_is_listed_as_uncertain_unless_it_is_present_elsewhere() -> None:
    (row,) = outside("Possible gout.", PHRASES, frozenset())
    assert row.assertion is Assertion.UNCERTAIN
    (row,) = outside("Possible gout. She has gout.", PHRASES, frozenset())
    assert row.assertion is Assertion.PRESENT
    assert len(row.spans) == 2


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(_PIECES.split(" "))).map(" ".join),
    )
)
def test_any_text_is_read_and_spans_cut_it_in_order(text: str) -> None:
    found = find_mentions(text, PHRASES)
    ends = [0, *(one.end for one in found)]
    assert all(
        end <= one.start < one.end <= len(text) for end, one in zip(ends, found, strict=False)
    )
    for row in outside(text, PHRASES, frozenset()):
        assert row.spans == tuple(sorted(row.spans))


def test_the_titles_of_version_32_are_found_in_a_note() -> None:
    text = "IMPRESSION:\n1. Lateral epicondylitis.\n2. No spondylolisthesis.\n3. Pneumonia."
    known = frozenset({(Kind.DIAGNOSIS, "486")})
    rows = outside(text, build_phrases(Lists({})), known)
    assert [row.key for row in rows] == [(Kind.DIAGNOSIS, "726.32")]


@pytest.mark.reference
def test_few_rows_are_listed_for_a_real_note(reference_data: Path) -> None:
    path = reference_data / "notes" / "mtsamples_dev.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"the reference data has no {path.name}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines][::20]
    config = json.loads(Path("models/default/config.json").read_text(encoding="utf-8"))
    known = {(Kind.DIAGNOSIS, code) for code in config["id2label"].values()}
    phrases = build_phrases(Lists({}))
    counts = [len(outside(text, phrases, known)) for text in texts]
    assert 0.1 * len(texts) < sum(counts) < 2 * len(texts)
    assert max(counts) <= 10
