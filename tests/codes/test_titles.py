import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.titles import differences, shared_title

some_titles = st.lists(
    st.lists(
        st.sampled_from(
            ["acute", "chronic", "ulcer", "of", "with", "without", "leg,", "(upper)", "[NOS]"]
        ),
        min_size=1,
        max_size=7,
    ).map(" ".join),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize(
    ("titles", "apart"),
    [
        (
            ["Atrial fibrillation", "Atrial flutter"],
            ("fibrillation", "flutter"),
        ),
        (
            ["Malignant hypertension with heart failure", "Benign hypertension with heart failure"],
            ("Malignant", "Benign"),
        ),
        (
            ["Asthma of type I, uncontrolled", "Asthma of type II, not stated as uncontrolled"],
            ("type I, uncontrolled", "type II, not stated as uncontrolled"),
        ),
        (
            [
                "Malignant big heart disease without heart failure",
                "Benign big heart disease with heart failure",
            ],
            ("Malignant · without heart failure", "Benign · with heart failure"),
        ),
        (
            ["Long-term (current) use of aspirin", "Long term (current) use of insulin"],
            ("aspirin", "insulin"),
        ),
        (["Gout", "Gout"], ("Gout", "Gout")),
        (["Mumps", "Rubella"], ("Mumps", "Rubella")),
        ([], ()),
    ],
)
def test_what_differs_is_what_the_others_do_not_share(
    titles: list[str], apart: tuple[str, ...]
) -> None:
    assert differences(titles) == apart


@pytest.mark.parametrize(
    ("titles", "shared"),
    [
        (["Heart failure with fluid", "Heart failure, unspecified"], "Heart failure"),
        (["Malignant gout", "Unspecified gout"], "Gout"),
        (["Sinus arrest", "Cardiac dysrhythmia, unspecified"], "Cardiac dysrhythmia"),
        (
            ["Open fracture of base of neck of femur", "Closed fracture of neck of femur"],
            "Fracture of neck of femur",
        ),
        (["Mumps", "Measles", "Rubella"], "Mumps … Rubella"),
        (["Only one, unspecified"], "Only one, unspecified"),
    ],
)
def test_a_header_is_called_what_those_below_share(titles: list[str], shared: str) -> None:
    assert shared_title(titles) == shared


@given(some_titles)
def test_every_title_gets_words_of_its_own_in_its_own_order(titles: list[str]) -> None:
    for title, apart in zip(titles, differences(titles), strict=True):
        assert apart
        left = title
        for part in apart.split(" · "):
            for word in part.split():
                plain = word.strip("()[],")
                assert plain in left
                left = left[left.index(plain) + len(plain) :]


@given(some_titles)
def test_titles_that_differ_in_their_words_differ_in_what_is_shown(titles: list[str]) -> None:
    plain = ["".join(c for c in title if c not in "(),[]") for title in titles]
    shown = ["".join(c for c in part if c not in "(),[]") for part in differences(titles)]
    assert len(set(shown)) == len(set(plain))


@given(some_titles)
def test_a_shared_title_is_never_empty(titles: list[str]) -> None:
    assert shared_title(titles).strip()
