"""Second review on the screen: a sample, an audit blind to the coder, the answer, the figures."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from icd9_review.store.auditing.audits import audits
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.samples import samples
from icd9_review.store.auditing.steps import withdraw_audit
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger import events
from icd9_review.store.people.accounts import add_account
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user, users
from icd9_review.ui.auditing import sheet
from icd9_review.ui.auditing.beginning import Blind
from icd9_review.ui.services import services
from icd9_review.values import (
    Audit,
    AuditEntry,
    AuditStatus,
    EventKind,
    PurgeReason,
    Role,
    User,
)
from tests.app.conftest import become, components, texts
from tests.encounters import coders
from tests.store.auditing.auditing import rebutted, returned
from tests.store.auditing.signing import add_signed, auditor, reopen

PAGE, OWN = "pages/quality/audits.py", "pages/quality/own_audits.py"
WORKBENCH = "pages/coding/workbench.py"
CANARY = "Zyxovira Canary"


@pytest.fixture
def reviewing(app: AppTest) -> AppTest:
    """The page before the auditor, with a chart that somebody signed whose name is a canary."""
    become(app.run(), "Development auditor")
    database = services().database
    coder = add_account(database, CANARY, Role.CODER, by=system_user(database))
    add_signed(database, coder=coder)
    return app.switch_page(PAGE).run()


def click(app: AppTest, label: str) -> AppTest:
    (button,) = (each for each in app.button if each.label.replace("`", "") == label)
    return button.click().run()


def only(app: AppTest) -> AuditEntry:
    (found,) = audits(services().database, actor=auditor(services().database))
    return found


def said(app: AppTest) -> str:
    """All that a page says: words, labels, help, choices; but for who may act at this machine."""
    told = repr(app.main) + "".join(repr(each.proto) for each in app.main)
    return told.replace(f"{CANARY}<span>", "")


def test_a_blind_audit_from_the_sample_to_the_coder_names_nobody(reviewing: AppTest) -> None:
    app = click(reviewing, "Draw")
    assert not app.exception
    app = click(app, "Audit E-00001")
    assert texts(app.title) == "Audit A-00001"
    assert "signed by a coder who is not named" in texts(app.markdown)
    assert "Congestive heart failure. Atrial fibrillation, on Coumadin." in texts(app.caption)
    away = [each for each in app.button if (each.key or "").startswith("away")]
    app = away[1].click().run()
    assert "427.31 deleted" in texts(app.markdown)
    assert CANARY not in said(app)
    (search,) = (each for each in app.text_input if each.label == "Add a code")
    app = search.set_value("qqqq").run()
    assert "No code is found by this" in texts(app.caption)
    (search,) = (each for each in app.text_input if each.label == "Add a code")
    app = search.set_value("486").run()
    app = click(app, "486 Pneumonia, organism unspecified")
    assert texts(app.caption).count("No pneumonia.") == 3  # the places of three codes
    app = click(app, "Return to coder")
    assert "2 differences have no cause yet" in texts(app.error)
    for each in app.selectbox:
        if each.label.startswith("Cause"):
            each.select_index(3)
    app = click(app, "Return to coder")  # with the causes as they are shown, kept or not
    assert only(app).status is AuditStatus.RETURNED
    assert CANARY not in said(app)
    app = click(app, "All audits")
    assert CANARY not in texts(app.markdown)
    app = become(app, CANARY)
    app = app.switch_page(OWN).run()
    app = click(app, "Open")
    assert "427.31 deleted" in texts(app.markdown)
    app = click(app, "Agree")
    assert "The coder agrees." in texts(app.markdown)
    assert only(app).status is AuditStatus.AGREED


def test_a_chart_that_is_audited_blind_to_the_model_is_shut_everywhere_else(
    reviewing: AppTest,
) -> None:
    """A suggestion that was not signed is the canary: it stands on no page before the end."""
    database = services().database
    chart = add_signed(database, ("428.0",))
    app = become(reviewing, "Development auditor")
    app.query_params["encounter"] = chart.id
    app = app.switch_page(WORKBENCH).run()
    assert not [each for each in app.title if "shut" in each.value]
    found = open_audit(
        database, chart.id, actor=auditor(database), key="b", blind=True, blind_model=True
    )
    for path in (WORKBENCH, "pages/clinical/explanation.py"):
        app.query_params["encounter"] = chart.id
        app = app.switch_page(path).run()
        assert "E-00002 is shut while you audit it" in texts(app.title)
        assert "427.31" not in said(app)
    app.query_params["audit"] = found.id
    app = app.switch_page(PAGE).run()
    assert "Blind to the coder and the model until it is closed." in texts(app.caption)
    assert "427.31" not in said(app)
    app = click(app, "No difference: close")
    assert "Suggested and not signed" in texts(app.caption)
    assert "427.31" in texts(app.caption)
    assert "suggested" in texts(app.markdown)


def test_the_workbench_of_an_audit_shows_its_codes_to_its_auditor_and_names_no_coder(
    reviewing: AppTest,
) -> None:
    found = opened(auditor(services().database), blind=True, blind_model=True)
    app = reviewing
    app.query_params["audit"] = found.id
    app = app.switch_page(WORKBENCH).run()
    assert not app.exception
    (component,) = components(app)
    sent = str(component.proto)
    assert f"Audit {found.label}" in sent
    assert CANARY not in sent
    kinds = [each.kind for each in events(services().database, found.encounter_id)]
    assert kinds[-1] is EventKind.VIEWED
    assert not {EventKind.OPENED, EventKind.SHOWN} & set(kinds)


def opened(who: User, **blind: bool) -> Audit:
    database = services().database
    with database.read() as session:
        (chart,) = session.scalars(select(EncounterRow.id))
    return open_audit(database, chart, actor=who, key="opened", **blind)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("none", "There is no such audit"),
        ("another's", "A-00001 is somebody else's; only its auditor changes it."),
        ("closed", "A-00001 is withdrawn; only an open audit is changed."),
        ("purged", "Its codes are not changed any more."),
    ],
)
def test_what_cannot_be_audited_on_the_workbench_is_one_sentence_and_the_way_out(
    reviewing: AppTest, case: str, words: str
) -> None:
    database = services().database
    boss = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    found = opened(boss if case == "another's" else auditor(database))
    if case == "closed":
        withdraw_audit(database, found.id, actor=auditor(database), key="withdrawn")
    if case == "purged":
        purge(database, found.encounter_id, PurgeReason.REQUEST, actor=boss)
    app = reviewing
    app.query_params["audit"] = "x" * 80 if case == "none" else found.id
    app = app.switch_page(WORKBENCH).run()
    assert not app.exception
    assert words in texts(app.warning)
    assert len(app.get("page_link")) == 1
    assert not components(app)


def test_a_coder_has_no_audit_on_the_workbench(reviewing: AppTest) -> None:
    found = opened(auditor(services().database))
    become(reviewing, "Development coder")
    reviewing.query_params["audit"] = found.id
    app = reviewing.switch_page(WORKBENCH).run()
    assert not app.exception
    assert not components(app)


def test_a_rebuttal_needs_words_and_is_adjudicated_by_somebody_else(app: AppTest) -> None:
    app.run()
    database = services().database
    found = returned(database)
    app = app.switch_page(OWN).run()
    app = click(app, "Open")
    app = click(app, "Rebut")
    assert "Say in words why you do not agree." in texts(app.error)
    app.text_area[0].set_value("It is charted.")
    app = click(app, "Rebut")
    become(app, "Development administrator")
    app.query_params["audit"] = found.id
    app = app.switch_page(PAGE).run()
    app = click(app, "Settle")
    app = click(app, "Close")
    assert only(app).status is AuditStatus.FINAL
    app = click(app, "All audits")
    app.query_params.update({"coder": str(coders(database)[0].id), "figure": "kept"})
    app = app.run()
    assert app.dataframe[0].value["Code over code"].tolist() == ["50.0 %"]
    assert "that cost something in: kept" in texts(app.header)
    assert "A-00001" in texts(app.markdown)
    app.query_params["figure"] = "POA"
    assert "None." in texts(app.run().markdown)
    assert app.dataframe[1].value["Coder"].tolist() == ["Development coder", "All coders"]
    app.query_params.update({"coder": "all", "figure": "coder"})
    app = app.run()
    assert "Final audits of all coders with a difference from: error of the coder" in texts(
        app.header
    )
    app.query_params["figure"] = "nowhere"
    assert "Final audits of" not in texts(app.run().header)


def test_an_auditor_who_may_not_settle_reads_why(app: AppTest) -> None:
    become(app.run(), "Development auditor")
    database = services().database
    found = rebutted(database, coders(database)[0])
    app.query_params["audit"] = found.id
    app = click(app.switch_page(PAGE).run(), "Settle")
    assert "ask another auditor" in texts(app.error)


def type_number(app: AppTest, number: str) -> AppTest:
    (field,) = (each for each in app.text_input if each.label == "Number")
    field.set_value(number)
    return click(app, "Audit it")


def test_an_encounter_of_ones_choice_is_audited_by_its_number(reviewing: AppTest) -> None:
    database = services().database
    app = type_number(reviewing, "")
    assert "Type the number of an encounter first" in texts(app.error)
    app = type_number(app, "E-77")
    assert "There is no encounter" in texts(app.error)
    app = type_number(app, "1")
    assert texts(app.title) == "Audit A-00001"
    app = click(app, "All audits")
    # Two auditors at once: the second one reads who has it.
    app = type_number(app, "e-1")
    assert "audits E-00001 already (A-00001)" in texts(app.error)
    chart = add_signed(database)
    reopen(database, chart)
    app = type_number(app, "2")
    assert "was reopened and is not signed again" in texts(app.error)


@pytest.mark.parametrize("sampled", [True, False])
def test_an_audit_begun_at_once_is_blind_to_what_was_just_chosen(
    reviewing: AppTest, sampled: bool
) -> None:
    app = click(reviewing, "Draw") if sampled else reviewing
    drawn = samples(services().database, actor=auditor(services().database), first=0, most=1)
    key = f"blind {drawn[0].id}" if sampled else "blind by number"
    app.button_group(key=key).set_value([Blind.MODEL])  # the page does not run before the button
    app = click(app, "Audit E-00001") if sampled else type_number(app, "1")
    assert "Blind to the model until it is closed." in texts(app.caption)


def test_an_open_audit_says_that_its_chart_was_reopened_and_leads_to_the_workbench(
    reviewing: AppTest,
) -> None:
    database = services().database
    chart = add_signed(database)
    found = open_audit(database, chart.id, actor=auditor(database), key="o")
    reopen(database, chart)
    app = reviewing
    app.query_params["audit"] = found.id
    app = app.switch_page(PAGE).run()
    assert "The chart was reopened since." in texts(app.info)
    assert "Workbench" in [each.proto.label for each in app.get("page_link")]


def test_who_coded_alone_has_nobody_to_audit_them(app: AppTest) -> None:
    become(app.run(), "Development administrator")
    database = services().database
    boss = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    add_signed(database, coder=boss)
    app = type_number(app.switch_page(PAGE).run(), "1")
    assert "You signed E-00001, so somebody else has to audit it" in texts(app.error)


def test_a_sample_is_drawn_again_and_says_what_differs(reviewing: AppTest) -> None:
    database = services().database
    app = click(reviewing, "Draw")
    app = click(app, "Draw again")
    assert "Drawn again: the same 1." in texts(app.success)
    (chart,) = samples(database, actor=auditor(database))[0].drawn
    reopen(database, encounter(database, chart.encounter_id))
    app = app.run()
    assert "Drawn again: 0 the same." in texts(app.markdown)
    assert "No longer among those to draw from: E-00001" in texts(app.markdown)


def test_of_nothing_signed_nothing_is_drawn_and_the_page_says_what_to_do(app: AppTest) -> None:
    become(app.run(), "Development auditor")
    app = click(app.switch_page(PAGE).run(), "Draw")
    assert "No signed encounter fits these filters" in texts(app.error)
    assert "No sample was drawn yet." in texts(app.info)


def test_samples_and_audits_go_by_service(reviewing: AppTest) -> None:
    database = services().database
    chart = add_signed(database)
    with database.write() as session:
        session.get_one(EncounterRow, chart.id).service = "Cardiology"
    found = open_audit(database, chart.id, actor=auditor(database), key="o")
    app = reviewing.run()
    fields = [each for each in app.multiselect if each.label == "Service"]
    assert [[*each.options] for each in fields] == [["Cardiology"], ["Cardiology"]]
    app = fields[1].set_value(["Cardiology"]).run()
    assert "A-00001" in texts(app.markdown)
    assert found.label == "A-00001"
    fields = [each for each in app.multiselect if each.label == "Service"]
    fields[0].set_value(["Cardiology"])
    app = click(app, "Draw")
    (kept,) = samples(database, actor=auditor(database))
    assert [each.encounter_id for each in kept.drawn] == [chart.id]


def test_what_was_rebutted_waits_in_a_list_of_its_own(app: AppTest) -> None:
    become(app.run(), "Development administrator")
    database = services().database
    app = app.switch_page(PAGE).run()
    assert "Nothing waits to be adjudicated" in texts(app.info)
    rebutted(database, coders(database)[0])
    app = app.run()
    assert "Those with the most differences first" in texts(app.caption)


def test_a_code_that_was_retired_since_is_named(
    reviewing: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "is_valid", lambda _, code: code != "427.31")
    app = click(click(reviewing, "Draw"), "Audit E-00001")
    assert "427.31: not in version 32, retired since" in texts(app.info)


def listing() -> None:
    import streamlit as st

    from icd9_review.ui.auditing.paging import page_begins, show_pages

    total = st.session_state.get("total", 60)
    first = page_begins("things", total)
    st.text(f"from {first}")
    show_pages("things", first, total, 25)


def test_a_list_says_how_many_more_there_are_and_goes_on() -> None:
    app = AppTest.from_function(listing).run()
    assert texts(app.caption) == "1–25 of 60 · 35 more"
    app = click(click(app, "More"), "More")
    assert (texts(app.text), texts(app.caption)) == ("from 50", "51–60 of 60 · 0 more")
    assert [each.disabled for each in app.button] == [False, True]
    app = click(app, "Before")
    assert texts(app.text) == "from 25"
    app.session_state["total"] = 20
    app = app.run()
    assert (texts(app.text), len(app.button)) == ("from 0", 0)


def test_an_address_of_no_audit_says_so(app: AppTest) -> None:
    become(app.run(), "Development auditor")
    app.query_params["audit"] = "x"
    app = app.switch_page(PAGE).run()
    assert "There is no such audit" in texts(app.error)
