"""All facts of a note, each value once."""

from icd9_review.notes.text.facts.reading import stated_facts
from icd9_review.outline.sections import sections
from icd9_review.values import Fact

NOTE = (
    "Admission Date: 2010-03-04   Discharge Date: 2010-03-09   Sex: F\n"
    "HISTORY OF PRESENT ILLNESS:\nThis is a 68-year-old woman with a cough.\n"
    "ASSESSMENT:\nA 67-year-old lady with pneumonia.\n"
)


def test_each_value_is_told_once_by_the_first_words_that_state_it() -> None:
    found = stated_facts(NOTE, sections(NOTE))
    assert [(each.fact, each.value, NOTE[each.start : each.end]) for each in found] == [
        (Fact.AGE, "68", "This is a 68-year-old woman"),
        (Fact.AGE, "67", "A 67-year-old lady"),
        (Fact.SEX, "female", "Sex: F"),
        (Fact.ADMITTED, "2010-03-04", "Admission Date: 2010-03-04"),
        (Fact.DISCHARGED, "2010-03-09", "Discharge Date: 2010-03-09"),
    ]
