"""The page of agreement before auditors: its figures, its lists, and what it says without any."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.quality.agreement.measuring import measure
from icd9_review.quality.agreement.words import (
    NOTHING_CHOSEN,
    NOTHING_SIGNED,
    describe_agreement,
    write_figure,
    write_interval,
)
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.users import system_user
from icd9_review.ui.services import services
from icd9_review.values import Encounter
from tests.app.conftest import become, texts
from tests.encounters import coders
from tests.signing import add_read_visit, sign_codes

PAGE = "pages/quality/agreement.py"
MODEL = "Model tiny (aaaaaaaa)"


def sign_some() -> list[Encounter]:
    """Three visits in which the model suggested 428.0 and 427.31."""
    database = services().database
    visits = [add_read_visit(database) for _ in range(3)]
    chosen = (["428.0", "427.31"], ["428.0"], ["427.32", "276.51"])
    for visit, codes in zip(visits, chosen, strict=True):
        sign_codes(database, visit, coders(database)[0], codes)
    return visits


@pytest.fixture
def auditor(app: AppTest) -> AppTest:
    """The app before an auditor, without a signed encounter."""
    return become(app.run(), "Development auditor")


def open_page(app: AppTest) -> AppTest:
    page = app.switch_page(PAGE).run()
    assert not page.exception
    return page


def cells(page: AppTest) -> str:
    """All tables, without the fences of what is no Markdown."""
    return "\n".join(each.value.to_string() for each in page.table).replace("`", "")


def test_without_a_signature_it_says_what_is_missing(auditor: AppTest) -> None:
    page = open_page(auditor)
    assert texts(page.info) == NOTHING_SIGNED
    assert not page.metric


def test_its_figures_are_those_of_the_command(auditor: AppTest) -> None:
    visits = sign_some()
    database = services().database
    read = encounter_codings(database, actor=system_user(database))
    found = measure(read.codings)
    assert found is not None
    page = open_page(auditor)
    shown = {each.label.strip("`"): each.value for each in page.metric}
    assert shown == {
        "Alpha (MASI)": write_figure(found.alpha.value),
        "Jaccard index": write_figure(found.jaccard.value),
        "Hierarchical credit": write_figure(found.credit.value),
        "Encounters compared": "3",
    }
    assert describe_agreement(found) in texts(page.markdown)
    assert "With 3 encounters compared" in texts(page.warning)
    assert write_interval(found.pairs[0].alpha) in cells(page)
    assert f"[{visits[2].label}](workbench?encounter={visits[2].id})" in cells(page)


def test_a_pair_that_is_chosen_lists_its_encounters(auditor: AppTest) -> None:
    visits = sign_some()
    page = open_page(auditor)
    pair = page.selectbox(key="agreement_pair")
    pair.select_index(0).run()
    assert not page.exception
    listed = page.table[1].value
    labels = [visits[place].label for place in (2, 1, 0)]  # the least agreement first
    assert [each.partition("]")[0].strip("[") for each in listed["Encounter"]] == labels
    assert listed.iloc[0]["`Only Development coder`"].strip("`") == "276.51, 427.32"


def test_a_member_alone_has_nobody_to_agree_with(auditor: AppTest) -> None:
    sign_some()
    page = open_page(auditor)
    page.multiselect(key="agreement_members").select(MODEL).run()
    assert texts(page.info) == NOTHING_CHOSEN


def test_codes_taken_for_each_other_lead_to_their_encounters(auditor: AppTest) -> None:
    (*_, last) = sign_some()
    page = open_page(auditor)
    table = page.table[-1].value
    (row,) = table.to_dict("records")
    assert (row["Code"], row["Taken for"], row["Siblings"]) == ("`427.31`", "`427.32`", "`yes`")
    assert row["Encounters"] == f"[{last.label}](workbench?encounter={last.id})"
