"""The field for a comment, as any page can put it beside a code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.store.deciding.comments import comments
from icd9_review.ui.services import Services, services
from tests.app.conftest import texts
from tests.encounters import add_encounter

HOSTILE = "<img src=x onerror=alert(1)> :material/home: **b** [x](http://evil.example)\nsecond line"


def page(encounter_id: str, name: str) -> None:
    from icd9_review.store.users import users
    from icd9_review.ui.encounter.comments import show_comments
    from icd9_review.ui.services import services
    from icd9_review.values import Kind

    database = services().database
    person = next(user for user in users(database) if user.name == name)
    for code in ("428.0", "427.31"):
        show_comments(database, encounter_id, Kind.DIAGNOSIS, code, person)


@pytest.fixture
def encounter_id(started: Callable[[], Services]) -> str:
    return add_encounter(started().database).id


def open_page(encounter_id: str) -> AppTest:
    arguments = (encounter_id, "Development clinician")
    return AppTest.from_function(page, args=arguments, default_timeout=60).run()


def test_a_comment_is_stored_shown_as_plain_text_and_the_field_is_empty_again(
    encounter_id: str,
) -> None:
    app = open_page(encounter_id)
    app.text_area[0].set_value(HOSTILE)
    app.button[0].click().run()
    assert not app.exception
    (stored,) = comments(services().database, encounter_id)
    assert (stored.code, stored.words) == ("428.0", HOSTILE)
    assert [each.value for each in app.text] == [HOSTILE]
    assert "On 428.0: Development clinician, today" in texts(app.markdown)
    assert [field.value for field in app.text_area] == ["", ""]
    app.run()
    assert len(comments(services().database, encounter_id)) == 1


def test_an_empty_comment_is_refused_beside_its_field_and_nothing_is_lost(
    encounter_id: str,
) -> None:
    app = open_page(encounter_id)
    app.button[1].click().run()
    assert "The comment is empty" in texts(app.error)
    app.text_area[1].set_value("bell \x07")
    app.button[1].click().run()
    assert "control character" in texts(app.error)
    assert app.text_area[1].value == "bell \x07"
    assert comments(services().database, encounter_id) == ()
