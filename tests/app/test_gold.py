"""The page Gold before auditors: kept, given, signed unseen, and scored."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.quality.audit_words import describe_accuracy_share
from icd9_review.quality.gold.gold_words import NO_GOLD, NO_TRIAL
from icd9_review.quality.gold.scoring import gold_report
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.recoding.gold_encounters import gold_encounters
from icd9_review.store.recoding.gold_trials import gold_trials
from icd9_review.ui.services import services
from tests.app.conftest import become, texts
from tests.store.auditing.signing import add_signed, auditor
from tests.store.recoding.recoding import give, keep, newcomer, sign_twin, trial

PAGE = "pages/quality/gold.py"


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """The page before an auditor, with an encounter that somebody signed."""
    become(app.run(), "Development auditor")
    add_signed(services().database)
    return app.switch_page(PAGE).run()


def click(page: AppTest, key: str) -> AppTest:
    (button,) = (each for each in page.button if each.key == key or each.label == key)
    return button.click().run()


def cells(page: AppTest) -> str:
    return "\n".join(each.value.to_string() for each in page.table).replace("`", "")


def test_without_any_it_says_how_to_begin(page: AppTest) -> None:
    assert not page.exception
    assert NO_TRIAL in texts(page.info)
    assert NO_GOLD in texts(page.info)
    assert "no final audit" in texts(page.info)


def test_gold_is_typed_given_and_scored_as_the_command_does(page: AppTest) -> None:
    database = services().database
    coder = newcomer(database)
    page.text_input(key="gold_encounter").set_value("E-00001")
    page.text_area(key="gold_codes").set_value("428.0 Y\n486")
    page = click(page, "keep_typed")
    assert texts(page.success) == "G-00001 keeps 2 codes of E-00001."
    page.multiselect(key="gold_given").set_value([1])
    page.multiselect(key="gold_coders").set_value([coder.id])
    page = click(page, "give_gold_now")
    assert "1 encounter is on the worklist of the coders chosen." in texts(page.success)
    twin = encounter(database, trial(database, coder).encounter_id)
    sign_twin(database, twin, coder)
    page = page.run()
    by = auditor(database)
    report = gold_report(gold_trials(database, actor=by), gold_encounters(database, actor=by))
    told = cells(page)
    assert describe_accuracy_share(report.coders[0].figures.codes) in told
    assert "486 added; 427.31 deleted" in told
    assert f"[{twin.label}](workbench?encounter={twin.id})" in told
    page.multiselect(key="gold_given").set_value([1])
    page.multiselect(key="gold_coders").set_value([coder.id])
    page = click(page, "give_gold_now")
    assert "G-00001: Ana Ruiz knows E-00001 already; choose somebody else." in texts(page.error)


def test_the_onboarding_set_is_filled_given_and_emptied(page: AppTest) -> None:
    database = services().database
    gold = keep(database)
    coder = newcomer(database, "Cleo Farr")
    page = click(page.run(), f"onboarding {gold.id}")
    assert texts(page.success) == "G-00001 is onboarding now."
    assert "1 in the set." in texts(page.markdown)
    page.selectbox(key="gold_new_coder").select(coder.id)
    page = click(page, "give_set_now")
    assert trial(database, coder).gold.id == gold.id
    page.selectbox(key="gold_new_coder").select(coder.id)
    page = click(page, "give_set_now")
    assert "knows all of the set already" in texts(page.success)
    assert "0 of 1" in cells(page)
    page = click(page, f"retire {gold.id}")
    assert texts(page.success) == "G-00001 is retired now."


def test_what_cannot_be_kept_says_why(page: AppTest) -> None:
    page.text_input(key="gold_encounter").set_value("E-00001")
    page.text_area(key="gold_codes").set_value("4280x")
    page = click(page, "keep_typed")
    assert "is no code of version 32" in texts(page.error)
    page.text_input(key="gold_encounter").set_value("E-00077")
    page.text_area(key="gold_codes").set_value("428.0")
    page = click(page, "keep_typed")
    assert "There is no encounter 'E-00077'" in texts(page.error)


@pytest.mark.parametrize("place", ["worklist", "workbench", "export"])
def test_no_page_of_the_coder_says_which_encounter_is_gold(page: AppTest, place: str) -> None:
    """Who had it made the history says nothing of either; names stand in filters, too."""
    database = services().database
    coder = newcomer(database)
    gold = keep(database)
    twin = give(database, gold, coder)
    scripts = {"worklist": "coding/worklist", "workbench": "coding/workbench"}
    app = become(page, coder.name)
    if place == "workbench":
        app.query_params["encounter"] = twin.id
    app = app.switch_page(f"pages/{scripts.get(place, 'quality/export')}.py").run()
    assert not app.exception
    told = repr(app.main) + "".join(repr(each.proto) for each in app.main)
    told += "".join(repr(each.proto) for each in app.get("bidi_component"))
    assert (twin.label in told) is (place != "export")
    for word in ("gold", "twin", "second coding", gold.id):
        assert not re.search(rf"\b{word}\b", told, re.I), word
