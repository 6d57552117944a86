"""The audit of a promoted model starts by itself, once, and says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icd9_review.quality.sample_words import describe_sample_query
from icd9_review.store.auditing import promotion_audits
from icd9_review.store.auditing.promotion_audits import (
    PromotionAudit,
    draw_promoted,
    promotion_audit,
)
from icd9_review.store.auditing.samples import redraw, samples
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.scoring.scores import register_model
from icd9_review.store.users import system_user
from icd9_review.values import Encounter
from tests.encounters import add_scored_encounter
from tests.store.auditing.signing import auditor, sign
from tests.store.models.models import NEW, SETTING, promote, roll_back

SIZE = 2


@pytest.fixture(autouse=True)
def promoted(database: Database) -> None:
    """The charts of the model before, one of them signed after the promotion, do not count."""
    register_model(database, SETTING)
    signed, later = (add_scored_encounter(database, SETTING) for _ in range(2))
    sign(database, signed)
    promote(database)
    sign(database, later)


def add(database: Database, count: int) -> list[Encounter]:
    """Charts that the promoted model has read, signed."""
    found = [add_scored_encounter(database, NEW) for _ in range(count)]
    for each in found:
        sign(database, each)
    return found


def draw(database: Database) -> int | None:
    found = draw_promoted(database, SIZE, actor=system_user(database))
    return found.number if found else None


def test_half_of_the_first_ones_are_drawn_once(database: Database) -> None:
    first = add(database, 3)
    assert draw(database) is None
    by = auditor(database)
    assert promotion_audit(database, SIZE, actor=by) == PromotionAudit(3, 4, None)
    first += add(database, 1)
    number = draw(database)
    assert number == 1
    add(database, 2)
    assert draw(database) is None
    (sample,) = samples(database, actor=by)
    assert {each.encounter_id for each in sample.drawn} < {each.id for each in first}
    assert (len(sample.drawn), sample.candidates) == (2, 4)
    assert redraw(database, number, actor=by).is_equal
    told = describe_sample_query(sample.query, {})
    assert "of the first 4 under model version bbbbbbbbbbbb, because it was promoted" in told
    assert promotion_audit(database, SIZE, actor=by) == PromotionAudit(4, 4, 1)
    assert verify(database) == []


def test_after_a_month_it_is_drawn_from_what_there_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promotion_audits, "LONGEST_WAIT", timedelta(0))
    assert draw(database) is None
    add(database, 1)
    assert draw(database) == 1


def test_a_model_that_was_rolled_back_is_audited_at_once_from_what_was_signed(
    database: Database,
) -> None:
    (signed,) = add(database, 1)
    assert draw(database) is None
    roll_back(database)
    assert promotion_audit(database, SIZE, actor=auditor(database)) is None
    assert draw(database) == 1
    (sample,) = samples(database, actor=auditor(database))
    assert [each.encounter_id for each in sample.drawn] == [signed.id]
    assert draw(database) is None


def test_of_what_was_rolled_back_before_anything_was_signed_there_is_no_sample(
    database: Database,
) -> None:
    roll_back(database)
    assert draw(database) is None


def test_where_no_sample_is_wanted_none_is_drawn(database: Database) -> None:
    add(database, 4)
    assert draw_promoted(database, 0, actor=system_user(database)) is None
    assert promotion_audit(database, 0, actor=auditor(database)) is None
