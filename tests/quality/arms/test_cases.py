"""A chart of an arm as its first signature found it, beside the codes of an audit."""

from __future__ import annotations

from icd9_review.quality.arms.cases import JudgedCase, arm_case, judge_case
from icd9_review.values import Arm, EventKind, Kind
from tests.quality.events import ANA, Told

HEART, RHYTHM, SUGAR, LUNG = (
    (Kind.DIAGNOSIS, code) for code in ("428.0", "427.31", "250.00", "486")
)


def listed(*codes: str) -> list[list[object]]:
    return [["diagnosis", code, 0.8] for code in codes]


def shown(told: Told, *codes: str) -> None:
    told.add(EventKind.SHOWN, 5, model_version="v1", codes=listed(*codes), explanations=True)


def test_a_chart_that_was_never_signed_is_no_case() -> None:
    told = Told()
    shown(told, "428.0")
    assert arm_case(told.events, Arm.FULL) is None


def test_the_first_signature_counts_and_what_was_shown_last_before_it() -> None:
    told = Told()
    told.add(EventKind.OPENED)
    shown(told, "428.0")
    shown(told, "428.0", "427.31")
    told.code(EventKind.ACCEPTED, "428.0", 20)
    told.code(EventKind.ADDED, "250.00", 30)
    told.sign("428.0", "250.00")
    told.add(EventKind.REOPENED, 600)
    shown(told, "486")
    told.sign("486")
    case = arm_case(told.events, Arm.FULL)
    assert case is not None
    assert case.suggested == frozenset({HEART, RHYTHM})
    assert case.signed == frozenset({HEART, SUGAR})
    assert (case.version, case.month, case.signer) == ("v1", 202603, ANA.id)
    assert (case.seconds, case.decisions) == (5 + 5 + 20 + 30 + 60, 2)


def test_of_a_blind_chart_the_signature_says_what_was_withheld() -> None:
    told = Told()
    told.add(EventKind.OPENED)
    told.add(EventKind.SHOWN, 1, model_version="v1", codes=[], explanations=False, arm="blind")
    told.code(EventKind.ADDED, "428.0")
    told.sign("428.0", withheld={"model_version": "v2", "codes": listed("428.0", "486")})
    case = arm_case(told.events, Arm.BLIND)
    assert case is not None
    assert case.version == "v2"
    assert case.suggested == frozenset({HEART, LUNG})


def test_of_a_chart_that_no_model_had_read_nobody_knows_what_it_suggests() -> None:
    told = Told()
    told.add(EventKind.OPENED)
    told.code(EventKind.ADDED, "428.0")
    told.sign("428.0")
    case = arm_case(told.events, Arm.BLIND)
    assert case is not None
    assert (case.version, case.suggested) == ("", None)
    assert judge_case(case, [HEART]) is None


def test_an_audit_says_what_was_left_out_and_what_was_taken_over_wrongly() -> None:
    """Suggested are 428.0, 427.31 and 486, right 428.0, 250.00 and 401.9; signed 428.0, 486 and
    250.00: of two unprompted codes one is omitted, of two wrong suggestions one committed."""
    told = Told()
    shown(told, "428.0", "427.31", "486")
    told.sign("428.0", "486", "250.00")
    case = arm_case(told.events, Arm.FULL)
    assert case is not None
    right = [HEART, SUGAR, (Kind.DIAGNOSIS, "401.9")]
    assert judge_case(case, right) == JudgedCase(unprompted=2, omitted=1, wrong=2, committed=1)
