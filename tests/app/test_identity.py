"""Who is at the screen is asked, shown and read again; nobody is anybody by silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.settings import ROOT
from icd9_review.store.people.sessions import end_session
from icd9_review.ui.services import Services, services
from icd9_review.ui.serving.sign_in.cookie import COOKIE, token_of
from tests.app.conftest import COOKIES, become, texts

ASKED = ["You are signed out"]


@pytest.mark.parametrize("file", ["app.py", "pages/coding/workbench.py", "pages/admin/work.py"])
def test_where_people_choose_nobody_is_the_development_coder_by_silence(
    started: Callable[[], Services], file: str
) -> None:
    started()
    app = AppTest.from_file(str(ROOT / file), default_timeout=60).run()
    assert [title.value for title in app.title] == ASKED
    assert not app.button
    assert not app.exception


def test_where_nobody_chooses_the_name_is_in_sight(
    started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_CHOOSE_USER", "false")
    started()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "Development coder · coder · no sign-in" in texts(app.text)
    assert texts(app.title) == "Worklist"


def test_a_session_that_has_ended_is_noticed_at_the_next_run(app: AppTest) -> None:
    become(app, "Second coder")
    assert texts(app.title) == "Worklist"
    end_session(services().database, token_of(COOKIES[COOKIE]))
    app.run()
    assert [title.value for title in app.title] == ASKED
