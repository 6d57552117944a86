from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.settings import ROOT
from icd9_review.store.people.permissions import may
from icd9_review.ui.serving.router import PLACES
from icd9_review.values import Role, User
from tests.app.conftest import become, choose, texts

EXPORT = "pages/quality/export.py"
REFUSED: dict[Role, list[str]] = {
    role: refused
    for role in Role
    if role is not Role.SYSTEM
    and (refused := [place.script for place in PLACES if not may(User(0, "", role), place.act)])
}
"""Every page that a role may not see; who administers may see all."""


@pytest.mark.parametrize("role", REFUSED)
def test_the_navigation_has_no_page_that_is_not_for_the_role(app: AppTest, role: Role) -> None:
    become(app.run(), f"Development {role}")
    for page in REFUSED[role]:
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            app.switch_page(page)


@pytest.mark.parametrize("role", REFUSED)
def test_a_page_refuses_the_role_by_itself_too(app: AppTest, role: Role) -> None:
    choose(f"Development {role}")
    for page in REFUSED[role]:
        alone = AppTest.from_file(str(ROOT / page), default_timeout=60).run()
        assert "This page is for the role" in texts(alone.error), page
        assert len(alone.main) == 1, page


def test_every_role_but_who_administers_is_kept_from_some_page() -> None:
    assert set(REFUSED) == {Role.CODER, Role.CLINICIAN, Role.AUDITOR}
    assert sum(map(len, REFUSED.values())) == 28


@pytest.mark.parametrize("name", ["Development coder", "Development auditor"])
def test_coders_and_auditors_may_export(app: AppTest, name: str) -> None:
    become(app.run(), name)
    app.switch_page(EXPORT).run()
    assert texts(app.title) == "Export"
