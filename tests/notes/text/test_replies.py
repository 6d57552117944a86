import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.text.replies import replied_items, reply_at
from icd9_review.values import Assertion

DENIED, STATED, UNSURE = Assertion.NEGATED, Assertion.PRESENT, Assertion.UNCERTAIN


def said(text: str) -> dict[str, Assertion]:
    """What the replies of a text say of their items."""
    return {text[item.start : item.end].strip(): item.assertion for item in replied_items(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[ ] stroke [x] gout [] asthma", {"stroke": DENIED, "asthma": DENIED}),
        ("[X] gout\n[ ] asthma\n[x] COPD", {"asthma": DENIED}),
        ("stroke ☐ gout ☑", {"stroke": DENIED}),
        ("( ) stroke (x) gout", {"stroke": DENIED}),
        ("__ stroke _X_ gout", {"stroke": DENIED}),
        ("Gout: [ ] Yes [x] No", {"Gout:": DENIED}),
        ("Gout: [x] Yes [ ] No", {"Gout:": STATED}),
        ("Gout: [ ] Yes [ ] No", {}),
    ],
)
def test_an_empty_box_denies_its_item(text: str, expected: dict[str, Assertion]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cough (+), fever (-)", {"cough": STATED, "fever": DENIED}),
        ("(-) fever (+) cough", {"fever": DENIED, "cough": STATED}),
        ("+cough -fever −chills", {"cough": STATED, "fever": DENIED, "chills": DENIED}),
        ("fever -, cough +", {"fever": DENIED, "cough": STATED}),
        ("fever (neg), cough (pos)", {"fever": DENIED, "cough": STATED}),
        ("flu -ve, COVID +ve", {"flu": DENIED, "COVID": STATED}),
        ("no cough, + fever", {"fever": STATED}),
        ("+/- edema", {"edema": UNSURE}),
        ("± edema", {"edema": UNSURE}),
    ],
)
def test_a_sign_says_whether_its_item_is_there(text: str, expected: dict[str, Assertion]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gout? No. Asthma? Yes.", {"Gout": DENIED, "Asthma": STATED}),
        ("Any fever, chills, or cough? Denies.", {"Any fever, chills, or cough": DENIED}),
        ("Gout: N\nAsthma: Y", {"Gout": DENIED, "Asthma": STATED}),
        ("Gout (Y/N): N", {"Gout (Y/N)": DENIED}),
        ("Gout | No | Asthma | Yes", {"Gout": DENIED, "Asthma": STATED}),
        ("Gout - no", {"Gout": DENIED}),
        ("Fever N, cough Y", {"Fever": DENIED, "cough": STATED}),
        ("Rash: none", {"Rash": DENIED}),
    ],
)
def test_an_answer_speaks_of_its_question(text: str, expected: dict[str, Assertion]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "COPD - stable on inhalers",
        "x-ray, post-op, well-known",
        "- gout\n- asthma",
        "-gout\n-asthma",
        "Pneumonia? No infiltrate is seen.",
        "Code status: no code",
        "Fracture [see image] (left)",
        "The patient of Dr. _____ takes _____ daily.",
        "Plan: Yearly visits",
        "Vitamin K given",
        "BP 120/80 +2 edema",
    ],
)
def test_other_hyphens_brackets_and_letters_are_no_marks(text: str) -> None:
    assert said(text) == {}


_PIECES = ["[ ]", "[x]", "☐", "(-)", "(+)", "gout", "fever,", ":", "?", "No.", "N", "Yes", "-ve"]
forms = st.lists(st.sampled_from([*_PIECES, "\n", "|", "_x_", "__", "+/-", "-a"]), max_size=25)


@given(st.one_of(st.text(max_size=120), forms.map(" ".join), forms.map("".join)))
def test_items_and_marks_of_any_text_lie_in_it(text: str) -> None:
    found = replied_items(text)
    for item in found:
        assert 0 <= item.start < item.end <= len(text)
        assert 0 <= item.cue[0] < item.cue[1] <= len(text)
    for offset in range(len(text)):
        item_at = reply_at(found, offset)
        assert item_at is None or item_at.start <= offset < item_at.end


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("\t" * 199_999 + "x", 0),
        (",neg:" * 40_000, 39_999),
        ("±a" * 100_000, 100_000),
        ("(-)a" * 50_000, 50_000),
    ],
)
def test_a_note_of_nothing_but_signs_is_read_to_its_end(text: str, count: int) -> None:
    """Each of these took minutes while everybody waited, when time grew with the square."""
    assert len(replied_items(text)) == count
