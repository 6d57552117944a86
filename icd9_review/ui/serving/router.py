"""Which page an address shows to whom.

Every page has an address for everybody: whoever may not see it, or has not said who they are,
reads that there, and its script does not run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import Page

from icd9_review.settings import ROOT
from icd9_review.store.people.permissions import Act, may
from icd9_review.ui.encounter.visit import close_visit
from icd9_review.ui.serving.hardening import check_hardening
from icd9_review.ui.serving.sign_in.identity import present_person
from icd9_review.ui.serving.sign_in.screen import ask_who, refuse, show_user
from icd9_review.ui.serving.sign_in.watching import watch_session
from icd9_review.values import User

_UI = ROOT / "icd9_review" / "ui"


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A page: its script, its address, and what it is for; with an icon it stands in the menu.

    Pages of a ``section`` stand together under its name.
    """

    script: str
    title: str
    path: str
    act: Act
    icon: str | None = None
    section: str = ""


PLACES = (
    PagePlace(
        "pages/coding/worklist.py", "Worklist", "worklist", Act.READ, icon=":material/list_alt:"
    ),
    PagePlace("pages/clinical/explanation.py", "Explanation", "explanation", Act.READ),
    PagePlace("pages/coding/intake.py", "New encounter", "intake", Act.TAKE_IN),
    PagePlace("pages/coding/workbench.py", "Workbench", "workbench", Act.OPEN),
    PagePlace("pages/clinical/what_if.py", "What if", "what-if", Act.TRY_OUT),
    PagePlace(
        "pages/quality/export.py",
        "Export",
        "export",
        Act.EXPORT,
        icon=":material/download:",
    ),
    PagePlace(
        "pages/quality/audits.py",
        "Second review",
        "second-review",
        Act.REVIEW,
        icon=":material/fact_check:",
        section="Quality",
    ),
    PagePlace(
        "pages/quality/own_audits.py",
        "My audits",
        "my-audits",
        Act.CODE,
        icon=":material/rate_review:",
    ),
    PagePlace(
        "pages/quality/gold.py",
        "Gold",
        "gold",
        Act.KEEP_GOLD,
        icon=":material/verified:",
        section="Quality",
    ),
    PagePlace(
        "pages/quality/agreement.py",
        "Agreement",
        "agreement",
        Act.AUDIT,
        icon=":material/join_inner:",
        section="Quality",
    ),
    PagePlace(
        "pages/quality/outcomes.py",
        "Outcomes",
        "outcomes",
        Act.AUDIT,
        icon=":material/monitoring:",
        section="Quality",
    ),
    PagePlace(
        "pages/admin/ledger.py",
        "Ledger",
        "ledger",
        Act.AUDIT,
        icon=":material/history:",
    ),
    PagePlace(
        "pages/admin/people.py",
        "People",
        "people",
        Act.ADMINISTER,
        icon=":material/group:",
        section="Administration",
    ),
    PagePlace(
        "pages/admin/retention.py",
        "Retention",
        "retention",
        Act.ADMINISTER,
        icon=":material/auto_delete:",
        section="Administration",
    ),
    PagePlace(
        "pages/admin/models.py",
        "Models",
        "models",
        Act.COMPARE,
        icon=":material/model_training:",
        section="Administration",
    ),
    PagePlace(
        "pages/admin/work.py",
        "Background work",
        "work",
        Act.ADMINISTER,
        icon=":material/manufacturing:",
        section="Administration",
    ),
    PagePlace("pages/own/account.py", "Your account", "account", Act.READ),
)
"""The first is the front page, and has the address of the app itself."""


def show_page() -> None:
    """Run the page that the browser asks for, for the person at the screen."""
    check_hardening()
    st.set_page_config(
        page_title="ICD-9 Review",
        page_icon=_UI / "icon.png",
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.html(_UI / "browser" / "app.css")
    user = present_person()
    sections: dict[str, list[Page]] = {}
    for place in PLACES:
        sections.setdefault(place.section, []).append(_page(place, user))
    page = st.navigation(sections, position="top")
    if user is not None:
        show_user(user, page.url_path)
        watch_session(user)
    # Trying out a copy belongs to the visit of the encounter.
    if page.url_path not in ("workbench", "what-if"):
        close_visit()
    page.run()


def _page(place: PagePlace, user: User | None) -> Page:
    allowed = user is not None and may(user, place.act)
    return st.Page(
        place.script if allowed else _instead(place, user),
        title=place.title,
        icon=place.icon,
        url_path=place.path,
        default=place is PLACES[0],
        visibility="visible" if allowed and place.icon else "hidden",
    )


def _instead(place: PagePlace, user: User | None) -> Callable[[], None]:
    """What stands at a page's address for who may not see it."""

    def say() -> None:
        if user is None:
            ask_who("" if place is PLACES[0] else place.path)
        refuse(user, place.act)

    return say
