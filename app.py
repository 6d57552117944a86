"""Router of the app: who is here, which pages they may see, run the one asked for."""

import streamlit as st

from icd9_review.settings import ROOT
from icd9_review.ui.encounter.visit import close_visit
from icd9_review.ui.serving.hardening import check_hardening
from icd9_review.ui.serving.session import current_user, show_user
from icd9_review.values import Role

UI = ROOT / "icd9_review" / "ui"

check_hardening()
st.set_page_config(
    page_title="ICD-9 Review",
    page_icon=UI / "icon.png",
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.html(UI / "browser" / "app.css")

user = current_user()
pages = [
    st.Page(
        "pages/coding/worklist.py",
        title="Worklist",
        icon=":material/list_alt:",
        url_path="worklist",
        default=True,
    ),
    st.Page(
        "pages/clinical/explanation.py",
        title="Explanation",
        url_path="explanation",
        visibility="hidden",
    ),
]
if user.role in (Role.CODER, Role.ADMINISTRATOR):
    pages += [
        st.Page(f"pages/coding/{name}.py", title=title, url_path=name, visibility="hidden")
        for name, title in (("intake", "New encounter"), ("workbench", "Workbench"))
    ]
if user.role in (Role.CODER, Role.CLINICIAN, Role.ADMINISTRATOR):
    pages.append(
        st.Page(
            "pages/clinical/what_if.py", title="What if", url_path="what-if", visibility="hidden"
        )
    )
if user.role in (Role.CODER, Role.AUDITOR, Role.ADMINISTRATOR):
    pages.append(
        st.Page(
            "pages/quality/export.py",
            title="Export",
            icon=":material/download:",
            url_path="export",
        )
    )
if user.role is Role.ADMINISTRATOR:
    pages.append(
        st.Page(
            "pages/admin/work.py",
            title="Background work",
            icon=":material/manufacturing:",
            url_path="work",
        )
    )
page = st.navigation(pages, position="top")
show_user(user)
# Trying out a copy belongs to the visit of the encounter.
if page.url_path not in ("workbench", "what-if"):
    close_visit()
page.run()
