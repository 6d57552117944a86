from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits.forms import other_forms
from icd9_review.codes.lists import ListName
from icd9_review.values import Chart, ChartCode, Kind
from tests.codes.edits.charts import HINT, NONE, chart, found, told

BUILT_IN = built_in_lists()
unspecified = st.sampled_from(
    sorted(code for kind, code in BUILT_IN.lists[ListName.UNSPECIFIED].keys if code[0].isdigit())
)


def written(code: str, *sentences: str) -> Chart:
    """A chart of one code of which the notes say these sentences."""
    words = tuple(frozenset(sentence.lower().split()) for sentence in sentences)
    return replace(chart(), diagnoses=(ChartCode(code, sentences=words),))


@pytest.mark.parametrize(
    ("code", "sentence", "offer", "words"),
    [
        ("820.8", "right hip fracture intertrochanteric closed", "820.21", "intertrochanteric"),
        ("786.50", "she has precordial chest pain", "786.51", "precordial"),
        ("719.40", "joint pain of the shoulder region", "719.41", "shoulder"),
        ("278.00", "morbid obesity", "278.01", "morbid"),
        ("428.9", "acute systolic heart failure", "428.21", "acute systolic"),
        ("584.9", "acute renal failure from acute tubular necrosis", "584.5", "tubular necrosis"),
    ],
)
def test_the_words_of_a_more_specific_code_are_named(
    code: str, sentence: str, offer: str, words: str
) -> None:
    (edit,) = found(28, written(code, "admitted on monday", sentence), BUILT_IN)
    assert (edit.severity, edit.code) == (HINT, code)
    assert edit.offers == (offer,)
    assert f"{words}” ({offer})" in edit.message


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("820.8", "right hip fracture closed"),
        ("428.1", "left heart failure"),
        ("250.00", "diabetes with neuropathy"),
        ("401.9", "malignant hypertension"),
        ("414.00", "coronary artery disease"),
        ("719.41", "joint pain of the hip"),
    ],
)
def test_without_such_words_nothing_is_said(code: str, sentence: str) -> None:
    assert told(28, written(code, sentence), BUILT_IN) == []


def test_words_of_two_sentences_are_not_put_together() -> None:
    apart = written("428.9", "acute bronchitis", "systolic murmur with heart failure")
    assert "428.21" not in {offer for edit in found(28, apart, BUILT_IN) for offer in edit.offers}


def test_a_chart_without_notes_has_no_such_hint() -> None:
    assert told(28, "584.9 820.8 428.9", BUILT_IN) == []
    assert told(28, written("584.9", "acute tubular necrosis"), NONE) == []


def test_a_code_that_is_there_already_is_not_offered() -> None:
    both = written("786.50", "precordial chest pain")
    both = replace(both, diagnoses=(*both.diagnoses, ChartCode("786.51")))
    assert told(28, both, BUILT_IN) == []


@given(code=unspecified, data=st.data())
def test_what_is_offered_is_a_form_of_the_code_and_its_words_are_in_the_note(
    code: str, data: st.DataObject
) -> None:
    titles = [each.title for each in other_forms(code)] or ["nothing"]
    sentence = data.draw(st.sampled_from(titles)).lower().replace(",", " ")
    for edit in found(28, written(code, sentence), BUILT_IN):
        assert set(edit.offers) <= {each.code for each in other_forms(code)}
        named = edit.message.partition(": ")[2]
        assert named.count("“") == len(edit.offers)
        assert all(kind is Kind.DIAGNOSIS for kind in (edit.kind,))
