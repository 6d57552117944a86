from __future__ import annotations

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.store.intake.encounters import create_encounter, encounter
from icd9_review.store.ledger import events
from icd9_review.store.users import users
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.intake import files
from icd9_review.ui.services import services
from icd9_review.values import (
    CareSetting,
    Disposition,
    Encounter,
    Fact,
    NewEncounter,
    NewNote,
    NoteType,
    Sex,
    WorklistQuery,
    WorklistRow,
)
from tests.app.conftest import texts, wait_until_read
from tests.notes.intake.formats.made import MDM, pdf, workbook
from tests.tiny import NOTE


def open_form(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    button = next(button for button in app.button if button.label == "New encounter")
    button.click().run()
    return app.switch_page("pages/coding/intake.py").run()


def go_back(app: AppTest) -> AppTest:
    return app.run().switch_page("pages/coding/worklist.py")


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
    assert (row.age, row.setting, row.titles) == (71, CareSetting.INPATIENT, ("Discharge summary",))
    assert encounter(services().database, row.id).notes[0].text == NOTE
    assert row.open == 3


SUMMARY = (
    "DISCHARGE SUMMARY\nDATE OF ADMISSION: 03/12/2014\nDATE OF DISCHARGE: 03/17/2014\n"
    "This is a 71-year-old woman with heart failure.\nDISPOSITION: Home.\n"
)


def offered(app: AppTest) -> list[str]:
    """What the form says that it read from the note."""
    return [option.content for group in app.pills for option in group.proto.options]


def test_what_a_pasted_note_states_is_offered_with_its_words_before_it_is_stored(
    app: AppTest,
) -> None:
    open_form(app)
    app.text_area[0].set_value(SUMMARY).run()
    assert not app.exception
    assert offered(app) == [
        "age 71",
        "sex female",
        "day of admission 2014-03-12",
        "day of discharge 2014-03-17",
        "disposition: home or self care",
    ]
    assert "“This is a 71-year-old woman”" in texts(app.caption)
    assert stored() == ()
    submit(app)
    (row,) = stored()
    assert (row.age, row.sex, row.titles) == (71, Sex.FEMALE, ("Discharge summary",))
    found = encounter(services().database, row.id)
    assert (found.admitted, found.disposition) == (date(2014, 3, 12), Disposition.HOME)


def test_what_was_entered_goes_before_what_a_note_states(
    app: AppTest,
) -> None:
    open_form(app)
    app.text_area[0].set_value(SUMMARY).run()
    app.number_input[0].set_value(72)
    app.date_input[0].set_value(date(2014, 3, 11))
    submit(app)
    (row,) = stored()
    assert (row.age, row.sex, row.admitted) == (72, Sex.FEMALE, date(2014, 3, 11))
    taken_in = events(services().database, row.id)[0]
    assert taken_in.payload["read"] == ["discharged", "disposition", "sex"]


def test_a_fact_that_a_person_leaves_out_is_not_stored(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(SUMMARY).run()
    app.pills[0].set_value([Fact.AGE])
    submit(app)
    (row,) = stored()
    assert (row.age, row.sex, row.admitted) == (71, Sex.UNKNOWN, None)


def test_what_nobody_has_seen_in_the_form_is_not_stored(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(SUMMARY)
    submit(app)
    (row,) = stored()
    assert (row.age, row.sex) == (None, Sex.UNKNOWN)


def test_facts_of_a_text_that_was_taken_out_go_with_it(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(SUMMARY).run()
    app.text_area[0].set_value("Pneumonia.").run()
    assert offered(app) == []
    assert "71-year-old" not in texts(app.caption)


def test_facts_on_which_two_notes_differ_are_not_offered(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(SUMMARY)
    next(each for each in app.button if each.label == "Paste another note").click().run()
    app.text_area[1].set_value("This is a 17-year-old woman.").run()
    assert offered(app)[:1] == ["sex female"]


def test_several_pasted_notes_are_documents_of_one_encounter(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(SUMMARY)
    next(each for each in app.button if each.label == "Paste another note").click().run()
    app.text_area[1].set_value("PROGRESS NOTE\nBetter.").run()
    submit(app)
    (row,) = stored()
    assert row.titles == ("Discharge summary", "Progress note")


def test_files_and_a_pasted_note_are_notes_of_one_encounter(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(NOTE)
    app.file_uploader[0].set_value([("consult.txt", b"Pneumonia.\r\nSepsis.", "text/plain")])
    submit(app)
    (row,) = stored()
    assert row.titles == ("Discharge summary", "consult.txt")
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
    assert "scan.txt" in texts(app.error)
    assert app.text_area[0].value == NOTE
    assert stored() == ()


def test_a_hostile_file_name_is_not_read_as_markdown(app: AppTest) -> None:
    open_form(app)
    name = "![x](http:__evil.example_a.png).txt"
    app.file_uploader[0].set_value([(name, b"%PDF-1.7", "text/plain")])
    submit(app)
    (said, *_) = app.error
    assert re.fullmatch(r"`[^`]*!\[x\]\(http:__evil\.example_a\.png\)\.txt[^`]*`", said.value)


def test_a_note_over_the_limit_names_the_limit(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value("word " * 600_000)
    submit(app)
    assert "200,000" in texts(app.error)
    assert stored() == ()


def test_a_discharge_before_the_admission_is_refused(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(NOTE)
    app.date_input[0].set_value(date(2014, 3, 17))
    app.date_input[1].set_value(date(2014, 3, 12))
    submit(app)
    assert "before the admission" in texts(app.error)
    assert stored() == ()


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    dropped = [(name, data, "application/octet-stream") for name, data in files]
    return app.file_uploader[0].set_value(dropped).run()


def test_what_is_recognised_is_shown_and_fills_the_form_before_anything_is_stored(
    app: AppTest,
) -> None:
    drop(open_form(app), ("m.dat", MDM.encode()))
    assert not app.exception
    shown = texts(app.text) + texts(app.markdown)
    for told in (
        "HL7 v2",
        "Discharge summary",
        "inpatient · 71 F · 2014-03-12 – 2014-03-17",
        "428.0",
    ):
        assert told in shown
    assert app.number_input[0].value == 71
    assert app.date_input[1].value == date(2014, 3, 17)
    assert stored() == ()
    submit(app)
    (row,) = stored()
    assert (row.age, row.sex, row.admitted) == (71, Sex.FEMALE, date(2014, 3, 12))
    assert row.titles == ("Discharge summary",)


def test_what_a_person_corrects_is_what_is_stored(app: AppTest) -> None:
    drop(open_form(app), ("m.hl7", MDM.encode()))
    app.number_input[0].set_value(72)
    submit(app)
    assert stored()[0].age == 72


def test_a_scan_is_named_and_keeps_everything_out(app: AppTest) -> None:
    drop(open_form(app), ("scan.pdf", pdf(["~"])), ("note.pdf", pdf(["CHF"])))
    assert "has no text layer" in texts(app.error)
    submit(app)
    assert "Take the file out" in texts(app.error)
    assert stored() == ()


def test_the_same_file_again_is_already_here_unless_a_person_insists(app: AppTest) -> None:
    for _ in range(2):
        drop(open_form(go_back(app)), ("note.pdf", pdf(["CHF"])))
        submit(app)
    assert "Already here: E-00001." in texts(app.warning)
    assert len(stored()) == 1
    app.checkbox[0].check()
    submit(app)
    assert len(stored()) == 2


def test_a_changed_document_is_a_new_version(app: AppTest) -> None:
    for message in (MDM, MDM.replace("2 weeks", "3 weeks")):
        drop(open_form(go_back(app)), ("m.hl7", message.encode()))
        submit(app)
    (row,) = stored()
    (note,) = encounter(services().database, row.id).notes
    assert (note.version, "3 weeks" in note.text) == (2, True)


def test_files_of_different_encounters_are_not_mixed(app: AppTest) -> None:
    other = MDM.replace("V0001", "V0002").encode()
    drop(open_form(app), ("a.hl7", MDM.encode()), ("b.hl7", other))
    submit(app)
    assert "different encounters" in texts(app.error)
    assert stored() == ()


TABLE = workbook(
    [
        ["hadm_id", "![x](http://evil)", "age", "note"],
        [1, "**b** <i>", 71, "Congestive heart failure"],
        ["", "b", 70, "Pneumonia"],
        [1, "c", 71, "Atrial fibrillation"],
    ]
)


def import_table(app: AppTest) -> AppTest:
    button = next(button for button in app.button if button.label.startswith("Import "))
    return button.click().run()


def test_a_table_shows_its_mapping_imports_good_rows_and_reports_the_others(
    app: AppTest,
) -> None:
    drop(open_form(app), ("t.xlsx", TABLE))
    assert not app.exception
    assert app.selectbox(key="column_note").value == "note"
    assert app.selectbox(key="column_encounter").value == "hadm_id"
    assert app.selectbox(key="column_title").value is None
    assert "1 encounters, 2 notes, 1 refused" in texts(app.markdown)
    assert "Row 3: the encounter is empty" in texts(app.error)
    assert stored() == ()

    app.selectbox(key="column_title").select("![x](http://evil)").run()
    assert "**b** <i>" in texts(app.text)
    import_table(app)
    assert not app.exception
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("Stored", "1"),
        ("Changed", "0"),
        ("Already here", "0"),
        ("Refused", "1"),
    ]
    assert stored()[0].titles == ("**b** <i>", "c")
    assert app.get("download_button")


def test_the_same_table_again_changes_nothing(app: AppTest) -> None:
    for _ in range(2):
        drop(open_form(go_back(app)), ("t.xlsx", TABLE))
        import_table(app)
    assert [metric.value for metric in app.metric] == ["0", "0", "1", "1"]
    assert len(stored()) == 1


def test_a_table_without_a_column_for_notes_asks_for_it(app: AppTest) -> None:
    drop(open_form(app), ("t.csv", b"a,b\n1,CHF\n"))
    assert "Say which column" in texts(app.warning)
    app.selectbox(key="column_note").select("b").run()
    import_table(app)
    assert len(stored()) == 1


def test_a_table_is_taken_in_by_itself(app: AppTest) -> None:
    drop(open_form(app), ("t.xlsx", TABLE), ("note.txt", b"CHF"))
    assert "take it in by itself" in texts(app.error)


def make_encounter() -> Encounter:
    database = services().database
    return create_encounter(
        database,
        NewEncounter(CareSetting.INPATIENT),
        [NewNote("Congestive heart failure", "First")],
        actor=users(database)[0],
        key="k",
        model_version=None,
    )


def open_addition(app: AppTest, encounter_id: str) -> AppTest:
    app.run()
    app.query_params["encounter"] = encounter_id
    return app.switch_page("pages/coding/intake.py").run()


def add(app: AppTest) -> AppTest:
    return next(b for b in app.button if b.label == "Add and open").click().run()


def test_a_later_note_joins_the_encounter_of_the_address(app: AppTest) -> None:
    there = make_encounter()
    open_addition(app, there.id)
    assert app.title[0].value == "Add a note to E-00001"
    drop(app, ("late.pdf", pdf(["Pneumonia"])))
    add(app)
    notes = encounter(services().database, there.id).notes
    assert [note.title for note in notes] == ["First", "late.pdf"]
    assert len(stored()) == 1


def test_a_later_note_may_take_the_place_of_another(app: AppTest) -> None:
    there = make_encounter()
    open_addition(app, there.id)
    app.text_area[0].set_value("Congestive heart failure, acute")
    app.selectbox(key="intake_former").select_index(1)
    add(app)
    (note,) = encounter(services().database, there.id).notes
    assert (note.version, note.supersedes) == (2, there.notes[0].id)


def test_a_file_of_another_encounter_is_not_added(app: AppTest) -> None:
    drop(open_form(app), ("m.hl7", MDM.encode()))
    submit(app)
    there = make_encounter()
    drop(open_addition(app, there.id), ("m.hl7", MDM.encode()))
    add(app)
    assert "belongs to E" in texts(app.error)
    assert encounter(services().database, there.id) == there


def test_an_address_of_no_encounter_is_said(app: AppTest) -> None:
    open_addition(app, "f" * 22)
    assert "names no encounter" in texts(app.warning)


TRUNCATED = b"MSH|^^MOBX|1|TX|x||pain\r"


def test_a_file_whose_reader_fails_is_said_and_what_was_typed_stays(app: AppTest) -> None:
    drop(open_form(app), ("m.hl7", TRUNCATED), ("note.txt", b"CHF"))
    assert not app.exception
    app.text_area[0].set_value(NOTE)
    submit(app)
    assert 'm.hl7"' in texts(app.error).replace("\\", "")
    assert "Something went wrong" not in texts(app.error)
    assert "note.txt" in texts(app.markdown).replace("\\", "")
    assert app.text_area[0].value == NOTE
    assert stored() == ()


def test_what_a_file_leaves_unsaid_is_said(app: AppTest) -> None:
    drop(open_form(app), ("m.hl7", MDM.replace("PV1|1|I", "PV1|1|").encode()))
    told = texts(app.warning).replace("\\", "")
    assert "does not say whether inpatient or outpatient; taken as inpatient" in told


def test_text_and_printed_pages_ask_to_look_at_the_setting(app: AppTest) -> None:
    words = "say whether inpatient or outpatient, as text and printed pages cannot; check the"
    drop(open_form(app), ("note.txt", b"CHF"))
    assert f'"note.txt" does not {words} setting below' in texts(app.warning).replace("\\", "")
    drop(app, ("note.txt", b"CHF"), ("note.pdf", pdf(["AF"])))
    assert f"2 files do not {words} setting below" in texts(app.warning)
    drop(app, ("note.txt", b"CHF"), ("m.hl7", MDM.encode()))
    assert words not in texts(app.warning), "the message says it for both"


def test_what_is_assumed_of_a_table_or_left_out_is_a_remark_of_the_import(app: AppTest) -> None:
    prose = b"Sputum culture grew pneumococcus after discharge."
    rows = b"1,CHF,,old,\n1,AF,,70,UNK\n2,COPD," + prose + b",70,\n3,Gout,,70,ED\n"
    drop(open_form(app), ("t.csv", b"encounter,note,addendum,age,setting\n" + rows))
    remarks = (
        "\"t.csv\", row 2: in column 'age' the age is not a number of years; it is left out.",
        "\"t.csv\" has text in the column 'addendum', which is not read;",
        '"t.csv", row 2, row 4: does not say whether inpatient or outpatient; taken as inpatient.',
    )
    for _ in range(2):
        told = texts(app.warning).replace("\\", "").replace("`", "")
        assert [remark in told for remark in remarks] == [True, True, True]
        if not stored():
            import_table(app)
    assert len(stored()) == 3


def test_messages_that_are_left_out_are_remarks_of_the_import_and_its_report(app: AppTest) -> None:
    large = MDM.replace("V0001", "V2") + "OBX|3|TX|||x\r" * 20_001
    data = "".join([MDM, large, MDM.replace("V0001", "V3")]).encode()
    drop(open_form(app), ("m.hl7", data))
    assert "message 2: left out, because it has 20,009 segments" in (
        texts(app.warning).replace("\\", "")
    )
    import_table(app)
    assert [metric.value for metric in app.metric] == ["2", "0", "0", "0"]
    assert "message 2: left out" in texts(app.warning).replace("\\", "")


def test_a_tab_holds_no_more_than_it_may(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_HELD", 100)
    drop(open_form(app), ("a.txt", b"x" * 90), ("b.txt", b"y" * 11), ("c.txt", b"z" * 10))
    told = texts(app.error).replace("\\", "")
    assert '"b.txt" is not read: the files chosen hold more than 100 characters together' in told
    assert '"c.txt"' not in told


def test_the_same_words_under_another_name_are_another_encounter(app: AppTest) -> None:
    for name in ("a.txt", "b.txt"):
        drop(open_form(go_back(app)), (name, b"CXR: no acute disease."))
        submit(app)
    assert len(stored()) == 2
    assert "E-00001 has the same text" in texts(app.toast).replace("\\", "")


def test_files_that_are_stored_or_left_behind_are_let_go(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    monkeypatch.setattr(files, "let_go", gone.extend)
    drop(open_form(app), ("a.txt", b"CHF"), ("b.txt", b"AF"))
    assert gone == []
    drop(app, ("b.txt", b"AF"))
    removed = len(gone)
    submit(app)
    assert len(gone) > removed
    assert len(stored()) == 1


def test_facts_of_a_file_that_was_taken_out_do_not_stay(app: AppTest) -> None:
    drop(open_form(app), ("m.hl7", MDM.encode()))
    assert app.number_input[0].value == 71
    drop(app, ("n.txt", b"CHF"))
    assert app.number_input[0].value is None
    assert app.date_input[1].value is None


def _enter(app: AppTest, **words: str) -> None:
    for field in app.text_input:
        if field.label in words:
            field.set_value(words[field.label])


def test_what_is_entered_besides_is_kept_and_found(app: AppTest) -> None:
    open_form(app)
    app.text_area[0].set_value(NOTE).run()
    billing = {"Account number": "00-4711", "Service": "Cardiology", "Payer": "Medicare"}
    _enter(app, **billing, **{"Author of note": "Dr. Ames"})
    next(each for each in app.selectbox if each.label == "Type of note").set_value(
        NoteType.CONSULTATION
    )
    next(each for each in app.date_input if each.label == "Date of note").set_value(
        date(2014, 3, 12)
    )
    submit(app)
    assert not app.exception
    for search in ("4711", "cardiology medicare", "ames", "consultation", "2014-03-12"):
        (row,) = worklist(services().database, WorklistQuery(search=search)).rows
    (note,) = encounter(services().database, row.id).notes
    assert (row.service, row.payer) == ("Cardiology", "Medicare")
    assert (note.type, note.author, note.written) == (
        *(NoteType.CONSULTATION, "Dr. Ames"),
        date(2014, 3, 12),
    )


def test_what_is_entered_of_the_second_note_is_that_notes(app: AppTest) -> None:
    open_form(app)
    next(each for each in app.button if each.label == "Paste another note").click().run()
    app.text_area[1].set_value(NOTE).run()
    _enter(app, **{"Author of note": "Nobody", "Author of note 2": "Dr. Ames"})
    submit(app)
    assert not app.exception
    (row,) = stored()
    assert [note.author for note in encounter(services().database, row.id).notes] == ["Dr. Ames"]


def test_what_a_message_says_besides_stands_in_the_form(app: AppTest) -> None:
    open_form(app)
    message = MDM.replace("PV1|1|I||||||||", "PV1|1|I||||||||CAR")
    app.file_uploader[0].upload("m.hl7", message.encode(), "text/plain").run()
    told = {each.label: each.value for each in app.text_input}
    assert (told["Account number"], told["Service"]) == ("V0001", "Cardiac service")
    submit(app)
    (row,) = worklist(services().database, WorklistQuery(search="v0001")).rows
    (note,) = encounter(services().database, row.id).notes
    assert (row.service, note.written) == ("Cardiac service", date(2014, 3, 17))
