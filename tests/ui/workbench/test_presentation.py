from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.review.fold import stack
from icd9_review.review.reasons import REASONS
from icd9_review.settings import ROOT
from icd9_review.store.projections.code_records import CodeRecord
from icd9_review.ui.words import format_percent
from icd9_review.ui.workbench.presentation import (
    HOLDS,
    REJECTIONS,
    REOPENINGS,
    Beside,
    describe_rare,
    describe_record,
    present_comments,
    present_demoted,
    present_model,
    present_read,
    present_standing,
    present_suggestions,
)
from icd9_review.ui.workbench.view import ReasonView
from icd9_review.values import (
    Action,
    Assertion,
    Comment,
    Demotion,
    Doubt,
    Event,
    EventKind,
    Examples,
    ExampleUnit,
    Kind,
    ModelVersion,
    Scores,
    Suggestion,
    Verdict,
    Window,
)

NOTHING = Beside({}, {}, {}, {})
NOW = datetime(2014, 3, 17, 14, 2, 31, tzinfo=UTC)


def suggestion(
    code: str, probability: float, calibrated: float | None = None, threshold: float = 0.5
) -> Suggestion:
    return Suggestion(code, Kind.DIAGNOSIS, probability, calibrated, threshold, Window(0, 0, 9))


def event(sequence: int, kind: EventKind, code: str, actor: int = 1, reason: str = "") -> Event:
    payload: dict[str, object] = {"kind": "diagnosis", "code": code}
    if reason:
        payload["reason"] = reason
    return Event("e1", sequence, kind, 1, payload, actor, NOW, f"k{sequence}", "", "")


@given(st.floats(0, 1))
def test_no_probability_is_shown_as_certain_or_impossible(probability: float) -> None:
    assert format_percent(probability) not in {"0 %", "100 %"}


@pytest.mark.parametrize(
    ("action", "choices"),
    [(Action.REJECT, REJECTIONS), (Action.HOLD, HOLDS), (Action.REOPEN, REOPENINGS)],
)
def test_the_browser_gets_keys_and_words_of_the_table(
    action: Action, choices: tuple[ReasonView, ...]
) -> None:
    assert [(each.key, each.value, each.text) for each in choices] == [
        (each.key, each.value.value, each.words) for each in REASONS[action]
    ]


def test_the_banner_says_which_model() -> None:
    model = ModelVersion(
        "3fa9c1d2" + "0" * 56, "minilm", ("428.0",), (Kind.DIAGNOSIS,), (0.5,), None
    )
    view = present_model(model)
    assert (view.name, view.version, view.labels, view.calibrated) == (
        "minilm",
        "3fa9c1d2",
        1,
        False,
    )


@pytest.mark.parametrize(
    ("read", "text"), [(1000, "read 100 %"), (999, "read > 99 %"), (512, "read 51 %")]
)
def test_the_banner_says_how_much_was_read(read: int, text: str) -> None:
    scores = Scores("v", np.zeros(1, np.float32), np.zeros(1, np.int32), (), read, 1000)
    view = present_read([scores], scores.length)
    assert view is not None
    assert view.text == text


def test_nothing_is_said_of_reading_before_it_happened() -> None:
    assert present_read([], 80) is None


def test_suggested_and_decided_codes_are_shown_in_the_order_given() -> None:
    ranked = [suggestion("428.0", 0.9), suggestion("486", 0.3), suggestion("401.9", 0.2)]
    titles = {(Kind.DIAGNOSIS, "428.0"): "Congestive heart failure, unspecified"}
    views = present_suggestions(ranked, [(Kind.DIAGNOSIS, "401.9")], titles, NOTHING)
    assert [view.key for view in views] == ["diagnosis:428.0", "diagnosis:401.9"]
    assert views[0].title == "Congestive heart failure, unspecified"
    assert views[1].title == "title not known"


def test_a_decided_code_the_model_does_not_know_is_shown_without_a_probability() -> None:
    titles = {(Kind.DIAGNOSIS, "V58.61"): "Long-term (current) use of anticoagulants"}
    ranked, decided = [suggestion("428.0", 0.9)], [(Kind.DIAGNOSIS, "V58.61")]
    _, view = present_suggestions(ranked, decided, titles, NOTHING)
    _, kept_out = present_suggestions(ranked, decided, titles, replace(NOTHING, known=decided))
    assert (kept_out.percent, kept_out.likelihood) == ("< 1 %", "unlikely")
    assert (view.code, view.percent, view.likelihood) == ("V58.61", "", "not scored by this model")
    assert view.title == titles[Kind.DIAGNOSIS, "V58.61"]


def test_the_calibrated_probability_is_the_one_shown() -> None:
    (view,) = present_suggestions([suggestion("428.0", 0.9, calibrated=0.62)], [], {}, NOTHING)
    assert (view.probability, view.percent, view.likelihood) == (0.62, "62 %", "possible")


def test_what_stands_beside_a_suggestion_is_shown_with_it() -> None:
    key = Kind.DIAGNOSIS, "428.0"
    beside = Beside({key: 3}, {key: Assertion.FAMILY}, {key: "accepted 41 of 50"}, {key: "rare"})
    (view,) = present_suggestions([suggestion("428.0", 0.9)], [], {}, beside)
    shown = (view.mentions, view.assertion, view.record, view.rare)
    assert shown == (3, "family", "accepted 41 of 50", "rare")


def test_a_record_is_told_once_ten_encounters_were_decided() -> None:
    assert describe_record(CodeRecord(decided=50, accepted=41)) == "accepted 41 of 50"
    assert describe_record(CodeRecord(decided=10, accepted=0)) == "accepted 0 of 10"
    assert describe_record(CodeRecord(decided=9, accepted=9)) == ""
    assert describe_record(CodeRecord(decided=0, accepted=0)) == ""


@pytest.mark.parametrize("unit", list(ExampleUnit))
@pytest.mark.parametrize(
    ("count", "words"),
    [
        (11, ""),
        (10, "rare: 10 training {unit}s"),
        (1, "rare: 1 training {unit}"),
        (0, "rare: not in the training {unit}s"),
    ],
)
def test_a_code_of_few_training_examples_is_rare(count: int, words: str, unit: ExampleUnit) -> None:
    examples = Examples({"428.0": count}, unit, "train")
    assert describe_rare(examples, "428.0") == words.format(unit=unit)
    assert describe_rare(None, "428.0") == ""


def test_a_replacement_stands_on_both_its_codes() -> None:
    replaced = event(1, EventKind.REPLACED, "428.0")
    replaced.payload["by"] = "428.23"
    views = present_standing(stack([replaced]), {1: "dev"}, user=1)
    assert {(view.key, view.verdict, view.by, view.of, view.origin) for view in views} == {
        ("diagnosis:428.0", Verdict.REPLACED, "diagnosis:428.23", "", ""),
        ("diagnosis:428.23", Verdict.ACCEPTED, "", "diagnosis:428.0", "replaced"),
    }


def test_decisions_stand_oldest_first_with_those_beneath_them() -> None:
    events = [
        event(1, EventKind.ACCEPTED, "428.0"),
        event(2, EventKind.REJECTED, "486", actor=2, reason="negated"),
        event(3, EventKind.REJECTED, "428.0", reason="duplicate"),
        event(4, EventKind.ACCEPTED, "401.9"),
        event(5, EventKind.UNDONE, "401.9"),
    ]
    views = present_standing(stack(events), {1: "dev", 2: "M. Ortega"}, user=1)
    assert [(view.key, view.verdict, view.reason, view.own) for view in views] == [
        ("diagnosis:428.0", Verdict.ACCEPTED, "", True),
        ("diagnosis:486", Verdict.REJECTED, "negated or ruled out", False),
        ("diagnosis:428.0", Verdict.REJECTED, "duplicate or combination", True),
    ]
    assert views[1].actor == "M. Ortega"


def test_the_guide_explains_every_reason_by_its_words_on_the_screen() -> None:
    guide = (ROOT / "docs" / "coder-guide.md").read_text("utf-8")
    reasons = REASONS[Action.REJECT]
    assert [each.words for each in reasons if f"| {each.words} |" not in guide] == []
    assert f"`X`, then `{reasons[0].key}` to `{reasons[-1].key}`" in guide


def test_of_a_purged_comment_only_that_it_was_made_is_shown() -> None:
    at = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
    purged = Comment(7, "428.0", Kind.DIAGNOSIS, None, "Ana Ortiz", at)
    (shown,) = present_comments([purged])["diagnosis:428.0"]
    assert "Ana Ortiz" in shown.who
    assert "deleted" in shown.words


def test_what_was_demoted_has_its_reason_and_diagnoses_come_first() -> None:
    demoted = [
        replace(suggestion("99.61", 0.9), kind=Kind.PROCEDURE, demotion=Demotion(Doubt.UNNAMED)),
        replace(suggestion("486", 0.8), demotion=Demotion(Doubt.SIBLING, beside="482.9")),
        replace(suggestion("428.0", 0.7), demotion=Demotion(Doubt.WITHHELD)),
    ]
    views = present_demoted(demoted, {(Kind.DIAGNOSIS, "486"): "Pneumonia"}, NOTHING)
    assert [each.code for each in views] == ["486", "428.0", "99.61"]
    assert views[0].demoted == "its sibling 482.9 is likelier in the same place"
    assert views[0].title == "Pneumonia"
    assert all(each.demoted for each in views)


def test_what_the_notes_withhold_says_where_they_name_it() -> None:
    beside = replace(NOTHING, named={(Kind.DIAGNOSIS, "486"): [(Assertion.NEGATED, "HPI")]})
    demoted = replace(suggestion("486", 0.8), demotion=Demotion(Doubt.WITHHELD))
    (view,) = present_demoted([demoted], {}, beside)
    assert view.demoted == "named in \u2068HPI\u2069 alone, as denied"


def test_a_chart_without_explanations_does_not_say_why_a_code_was_demoted() -> None:
    demoted = [replace(suggestion("486", 0.8), demotion=Demotion(doubt)) for doubt in Doubt]
    views = present_demoted(demoted, {}, replace(NOTHING, explains=False))
    assert {each.demoted for each in views} == {""}
    assert {each.percent for each in views} == {"80 %"}


def test_what_is_suggested_has_no_reason_not_to_be() -> None:
    (view,) = present_suggestions([suggestion("486", 0.8)], set(), {}, NOTHING)
    assert view.demoted == ""
