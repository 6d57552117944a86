"""My audits: what was found in charts that one signed, to agree with or to rebut."""

import streamlit as st

from icd9_review.errors import NotFound, Restricted
from icd9_review.quality.audit_rules import STATUS_OF_AUDIT
from icd9_review.store.auditing.audits import count_own_audits, own_audits
from icd9_review.store.people.permissions import Act
from icd9_review.ui.auditing.audit_page import show_own_audit
from icd9_review.ui.auditing.paging import page_begins, show_pages
from icd9_review.ui.auditing.steps import AUDIT, go_to_audit, show_told
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain

SIZE = 25  # audits of a part of the list; by judgement: what one looks through

user = require_user(Act.CODE)
given = st.query_params.get(AUDIT, "")

if given:
    st.button("My audits", icon=":material/arrow_back:", on_click=go_to_audit, args=("",))
    show_told()
    try:
        show_own_audit(user, given)
    except (NotFound, Restricted) as error:
        st.error(plain(str(error)))
else:
    st.title("My audits")
    show_told()
    database = services().seen_by(user).database
    total = count_own_audits(database, actor=user)
    first = page_begins("own audits", total)
    found = own_audits(database, actor=user, first=first, most=SIZE)
    if not found:
        st.info("Nobody has returned an audit of a chart that you signed.")
    for each in found:
        words, way = st.columns([5, 1], vertical_alignment="center")
        words.markdown(
            plain(
                f"{each.label} · {each.encounter} · {STATUS_OF_AUDIT[each.status]} · "
                f"{each.differences} differences"
            )
        )
        way.button("Open", key=f"open {each.id}", on_click=go_to_audit, args=(each.id,))
    show_pages("own audits", first, total, SIZE)
