# ruff: noqa: S311
import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.training.default.labels import is_procedure, label_codes, written_codes
from icd9_review.training.default.mentions import LabelledMention
from icd9_review.training.default.passages import TrainingPassage, write_passage
from icd9_review.training.default.phrases import PhraseBook, load_phrase_book

BOOK = load_phrase_book(None)
seeds = st.integers(0, 2**32)


@given(seeds)
@settings(max_examples=60)
def test_the_same_seed_writes_the_same_passage(seed: int) -> None:
    assert write_passage(BOOK, random.Random(seed), 260) == write_passage(
        BOOK, random.Random(seed), 260
    )


@given(seeds, st.integers(80, 500))
@settings(max_examples=60)
def test_every_mention_lies_where_its_offsets_say(seed: int, length: int) -> None:
    passage = write_passage(BOOK, random.Random(seed), length)
    places = [(mention.start, mention.end) for mention in passage.mentions]
    assert all(0 <= start < end <= len(passage.text) for start, end in places)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))
    assert {mention.code for mention in passage.mentions} <= set(label_codes())


@given(seeds)
@settings(max_examples=60)
def test_the_labels_are_exactly_the_affirmed_mentions(seed: int) -> None:
    passage = write_passage(BOOK, random.Random(seed), 260)
    affirmed = {mention.code for mention in passage.mentions if mention.target == 1}
    assert {code for code, target in passage.targets.items() if target == 1} == affirmed


def test_a_code_affirmed_once_and_denied_once_is_affirmed() -> None:
    passage = TrainingPassage(
        "UTI. UTI", (LabelledMention(0, 3, "599.0", 0), LabelledMention(5, 8, "599.0", 1))
    )
    assert passage.targets == {"599.0": 1}


def _mentions_after(cue: str, tries: int = 1500) -> list[LabelledMention]:
    passages = [write_passage(BOOK, random.Random(seed), 260) for seed in range(tries)]
    return [
        mention
        for passage in passages
        for mention in passage.mentions
        if passage.text[: mention.start].endswith(cue)
    ]


def test_negated_mentions_carry_no_label() -> None:
    for cue in ("No evidence of ", "Negative for ", "The patient denies ", "Rule out "):
        mentions = _mentions_after(cue)
        assert mentions, cue
        assert all(mention.target == 0 for mention in mentions), cue


def test_family_mentions_carry_no_label_but_a_family_history_code() -> None:
    for cue in ("Family history of ", "Her mother had ", "His father died of "):
        mentions = _mentions_after(cue)
        assert mentions, cue
        assert all(
            mention.target == 0 or mention.code.startswith(("V16", "V17", "V18"))
            for mention in mentions
        ), cue


def test_listed_diagnoses_carry_labels() -> None:
    mentions = _mentions_after("DISCHARGE DIAGNOSIS: ")
    assert mentions
    assert all(mention.target == 1 for mention in mentions)


def test_every_code_with_written_terms_is_written_about(book: PhraseBook) -> None:
    rng = random.Random(3)
    seen: set[str] = set()
    for _ in range(6000):
        seen |= {c for c, t in write_passage(book, rng, 300).targets.items() if t == 1}
    assert len(seen & set(written_codes())) >= 0.9 * len(written_codes())
    assert len(seen) > 2 * len(written_codes())


def test_procedures_count_where_they_are_done_and_not_where_they_are_planned() -> None:
    said = {"PROCEDURE PERFORMED: ": 1, "is scheduled for ": 0, "candidate for ": 0}
    for cue, target in said.items():
        mentions = _mentions_after(cue)
        assert mentions, cue
        assert all(is_procedure(m.code) and m.target == target for m in mentions), cue
