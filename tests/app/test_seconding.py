"""Second coders on the page Agreement."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.quality.second.planning import NO_PAIR, NOBODY_ELSE
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.accounts import change_account
from icd9_review.store.recoding.seconds import second_codings, second_rule
from icd9_review.store.users import system_user
from icd9_review.ui.services import services
from tests.app.conftest import become, texts
from tests.encounters import coders
from tests.store.auditing.signing import add_signed, auditor
from tests.store.recoding.recoding import newcomer, sign_twin

PAGE = "pages/quality/agreement.py"


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """The page before an auditor, with an encounter that somebody signed."""
    become(app.run(), "Development auditor")
    add_signed(services().database)
    return app.switch_page(PAGE).run()


def click(page: AppTest, key: str) -> AppTest:
    (button,) = (each for each in page.button if each.key == key)
    return button.click().run()


def test_one_coder_alone_reads_why_nobody_is_asked(page: AppTest) -> None:
    database = services().database
    change_account(database, coders(database)[1], by=system_user(database), active=False)
    page = page.run()
    assert not page.exception
    assert NOBODY_ELSE in texts(page.markdown)
    assert not [each for each in page.button if each.key == "second_now"]


def test_the_rule_is_set_and_asks_after_two_disagreed(page: AppTest) -> None:
    database = services().database
    coder, by = newcomer(database), auditor(database)
    page = page.run()
    assert NO_PAIR in texts(page.markdown)
    page.text_input(key="second_encounter").set_value("E-00001")
    page.selectbox(key="second_coder").select(coder.id)
    page = click(page, "second_ask")
    assert texts(page.success) == "E-00002 is on the worklist."
    (asked,) = second_codings(database, actor=by)
    sign_twin(database, encounter(database, asked.twin_id), coder, ["428.0", "486"])
    further = add_signed(database)
    page.toggle(key="second_active").set_value(True)
    page.number_input(key="second_fewest").set_value(1)
    page = click(page, "second_set")
    assert second_rule(database, actor=by).active
    assert "Ana Ruiz and Development coder" in page.table[-2].value.to_string()
    page = click(page, "second_now")
    assert "1 asked for." in texts(page.success)
    newest = second_codings(database, actor=by)[0]
    assert newest.encounter_id == further.id
    assert f"[{newest.twin}](workbench?encounter={newest.twin_id})" in (
        page.table[-1].value.to_string()
    )
