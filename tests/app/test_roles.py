from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.settings import ROOT
from tests.app.conftest import become, choose, texts

WORKBENCH = "pages/coding/workbench.py"
INTAKE = "pages/coding/intake.py"
WORK = "pages/admin/work.py"
LEDGER = "pages/admin/ledger.py"
WHAT_IF = "pages/clinical/what_if.py"
EXPORT = "pages/quality/export.py"
REFUSED = [
    ("Development clinician", WORKBENCH),
    ("Development auditor", WORKBENCH),
    ("Development auditor", WHAT_IF),
    ("Development clinician", EXPORT),
    ("Development clinician", INTAKE),
    ("Development coder", WORK),
    ("Development auditor", WORK),
    ("Development coder", LEDGER),
    ("Development clinician", LEDGER),
]


@pytest.mark.parametrize(("name", "page"), REFUSED)
def test_the_navigation_has_no_page_that_is_not_for_the_role(
    app: AppTest, name: str, page: str
) -> None:
    become(app.run(), name)
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app.switch_page(page)


@pytest.mark.parametrize(("name", "page"), REFUSED)
def test_a_page_refuses_the_role_by_itself_too(app: AppTest, name: str, page: str) -> None:
    alone = AppTest.from_file(str(ROOT / page), default_timeout=60)
    choose(name)
    alone.run()
    assert "This page is for the role" in texts(alone.error)
    assert len(alone.main) == 1


@pytest.mark.parametrize("name", ["Development coder", "Development auditor"])
def test_coders_and_auditors_may_export(app: AppTest, name: str) -> None:
    become(app.run(), name)
    app.switch_page(EXPORT).run()
    assert texts(app.title) == "Export"
