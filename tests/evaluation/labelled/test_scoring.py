from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evaluation.labelled.scoring import Counts, Label, count_note, count_notes

SPACE = {"428.0", "427.31", "486", "250.00", "599.0", "401.9"}
HEART_FAILURE = Label(frozenset({"428.0", "428.9"}))
FIBRILLATION = Label(frozenset({"427.31"}))
ARGUABLE_HYPERTENSION = Label(frozenset({"401.9"}), "arguable")
OUT_OF_SPACE = Label(frozenset({"123.4"}))

codes = st.sets(st.sampled_from(sorted(SPACE)))
labels = st.lists(
    st.builds(
        Label,
        st.frozensets(st.sampled_from([*sorted(SPACE), "123.4"]), min_size=1, max_size=3),
        st.sampled_from(["core", "arguable"]),
    ),
    max_size=6,
)


def test_a_core_label_is_found_by_any_of_its_codes() -> None:
    assert count_note(["428.0"], [HEART_FAILURE], SPACE) == Counts(found=1, core=1)
    assert count_note(["428.9"], [HEART_FAILURE], SPACE) == Counts(found=1, core=1)


def test_two_codes_of_one_label_find_it_once_and_are_not_wrong() -> None:
    assert count_note(["428.0", "428.9"], [HEART_FAILURE], SPACE) == Counts(found=1, core=1)


def test_a_prediction_matching_no_label_is_wrong() -> None:
    counts = count_note(["486"], [HEART_FAILURE], SPACE)
    assert counts == Counts(found=0, missed=1, wrong=1, core=1)


def test_a_prediction_matching_an_arguable_label_counts_for_nothing() -> None:
    assert count_note(["401.9"], [ARGUABLE_HYPERTENSION], SPACE) == Counts()


def test_an_arguable_label_that_is_not_predicted_is_not_missed() -> None:
    assert count_note([], [ARGUABLE_HYPERTENSION], SPACE) == Counts()


def test_a_core_label_outside_the_label_space_lowers_coverage_only() -> None:
    counts = count_note(["427.31"], [FIBRILLATION, OUT_OF_SPACE], SPACE)
    assert counts.recall == 1.0
    assert counts.coverage == 0.5


def test_the_rates_of_an_example_are_those_worked_by_hand() -> None:
    counts = Counts(found=3, missed=1, wrong=2, core=5)
    assert counts.precision == 3 / 5
    assert counts.recall == 3 / 4
    assert counts.f1 == 6 / 9
    assert counts.coverage == 4 / 5


def test_nothing_counted_gives_rates_of_zero() -> None:
    empty = Counts()
    assert (empty.precision, empty.recall, empty.f1, empty.coverage) == (0.0, 0.0, 0.0, 0.0)


@given(codes, labels)
def test_every_reachable_core_label_is_found_or_missed(
    predicted: set[str], given_labels: list[Label]
) -> None:
    counts = count_note(predicted, given_labels, SPACE)
    core = [label for label in given_labels if label.status == "core"]
    assert counts.core == len(core)
    assert counts.found + counts.missed == sum(bool(label.any_of & SPACE) for label in core)
    assert counts.wrong <= len(predicted)


@given(codes, labels)
def test_predicting_more_never_finds_less(predicted: set[str], given_labels: list[Label]) -> None:
    fewer = count_note(predicted, given_labels, SPACE)
    more = count_note(SPACE, given_labels, SPACE)
    assert more.found >= fewer.found
    assert more.wrong >= fewer.wrong


@given(st.lists(st.tuples(codes, labels), max_size=4))
def test_notes_are_counted_one_by_one(notes: list[tuple[set[str], list[Label]]]) -> None:
    total = count_notes(notes, SPACE)
    single = [count_note(predicted, given_labels, SPACE) for predicted, given_labels in notes]
    assert total.found == sum(counts.found for counts in single)
    assert total.wrong == sum(counts.wrong for counts in single)
