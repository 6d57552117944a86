from __future__ import annotations

from datetime import date

from streamlit.testing.v1 import AppTest

from icd9_review.store.encounters import encounter
from icd9_review.store.worklist import worklist
from icd9_review.ui.services import services
from icd9_review.values import CareSetting, WorklistQuery, WorklistRow
from tests.app.conftest import texts, wait_until_read
from tests.tiny import NOTE


def open_form(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    button = next(button for button in app.button if button.label == "New encounter")
    button.click().run()
    return app.switch_page("pages/coding/intake.py").run()


def submit(app: AppTest) -> AppTest:
    return next(b for b in app.button if b.label == "Create and open").click().run()


def stored() -> tuple[WorklistRow, ...]:
    return worklist(services().database, WorklistQuery()).rows


def test_a_pasted_note_becomes_an_encounter_that_is_read(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(NOTE)
    app.number_input[0].set_value(71)
    submit(app)
    assert not app.exception
    wait_until_read()
    (row,) = stored()
    assert (row.age, row.setting, row.titles) == (71, CareSetting.INPATIENT, ("Pasted note",))
    assert encounter(services().database, row.id).notes[0].text == NOTE
    assert row.open == 3


def test_files_and_a_pasted_note_are_notes_of_one_encounter(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(NOTE)
    app.file_uploader[0].set_value([("consult.txt", b"Pneumonia.\r\nSepsis.", "text/plain")])
    submit(app)
    (row,) = stored()
    assert row.titles == ("Pasted note", "consult.txt")
    assert encounter(services().database, row.id).notes[1].text == "Pneumonia.\nSepsis."


def test_nothing_to_store_is_said_and_nothing_is_stored(app: AppTest) -> None:
    submit(open_form(app))
    assert "There is no note yet" in texts(app.error)
    assert stored() == ()


def test_one_bad_file_keeps_the_whole_encounter_out_and_what_was_typed_in(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(NOTE)
    app.file_uploader[0].set_value([("scan.txt", b"%PDF-1.7\x00\x01", "text/plain")])
    submit(app)
    assert "scan\\.txt" in texts(app.error)
    assert app.text_area[0].value == NOTE
    assert stored() == ()


def test_a_hostile_file_name_is_not_read_as_markdown(app: AppTest) -> None:
    open_form(app)
    name = "![x](http:__evil.example_a.png).txt"
    app.file_uploader[0].set_value([(name, b"%PDF-1.7", "text/plain")])
    submit(app)
    assert "![x](" not in texts(app.error)
    assert r"\!\[x\]" in texts(app.error)


def test_a_note_over_the_limit_names_the_limit(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value("word " * 600_000)
    submit(app)
    assert "200,000" in texts(app.error).replace("\\", "")
    assert stored() == ()


def test_a_discharge_before_the_admission_is_refused(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(NOTE)
    app.date_input[0].set_value(date(2014, 3, 17))
    app.date_input[1].set_value(date(2014, 3, 12))
    submit(app)
    assert "before the admission" in texts(app.error).replace("\\", "")
    assert stored() == ()
