"""HL7 v2: texts, facts and codes of messages, and nothing that names the patient."""

from __future__ import annotations

import base64
import logging
from datetime import date

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document, Facts, FoundEncounter
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.notes.intake.reading import read_here as read_file
from icd9_review.outline.sections import sections
from icd9_review.values import CareSetting, Sex
from tests.notes.intake.formats.made import MDM, ORU, pdf


def read(message: str) -> tuple[FoundEncounter, ...]:
    found = read_file(message.encode(), "m.hl7")
    assert isinstance(found, Document)
    return found.encounters


def texts(found: FoundEncounter) -> list[str]:
    return [note.intake.note.text for note in found.notes]


def test_a_document_message_is_one_note_with_its_facts() -> None:
    (found,) = read(MDM)
    assert texts(found) == [
        "DISCHARGE DIAGNOSES:\n1. Congestive heart failure\n2. Afib & flutter\nFollow up in 2 weeks"
    ]
    assert found.notes[0].intake.note.title == "Discharge summary"
    assert found.notes[0].external_id == Identifier("EHR^H|DOC9")
    assert found.notes[0].external_id.former == "DOC9"
    assert found.external_id == Identifier("V0001^HOSP")
    assert found.facts == Facts(
        CareSetting.INPATIENT, 71, Sex.FEMALE, date(2014, 3, 12), date(2014, 3, 17), account="V0001"
    )


def test_only_icd_9_codes_of_dg1_are_found() -> None:
    assert read(MDM)[0].codes == ("428.0",)


def test_a_result_message_is_a_note_for_each_request() -> None:
    (found,) = read(ORU)
    assert texts(found) == [
        "FINDINGS: Small effusion.\nand a line of its own",
        "Glucose: 182 mg/dL H",
    ]
    assert [note.intake.note.title for note in found.notes] == ["CHEST XRAY", "Glucose"]
    assert [note.external_id.value for note in found.notes] == ["LAB^H|F1", "LAB^H|F2"]
    assert found.facts.setting is CareSetting.OUTPATIENT


def test_reports_under_one_accession_number_are_notes_of_their_own() -> None:
    (found,) = read(ORU.replace("F2", "F1"))
    assert len(found.notes) == 2
    assert len({note.external_id for note in found.notes}) == 2


def test_very_many_lines_of_one_text_are_read_at_once() -> None:
    lines = "\r".join("word" for _ in range(30_000))
    (found,) = read(MDM.replace("Follow up in 2 weeks", f"Follow up\r{lines}"))
    assert texts(found)[0].count("word") >= 30_000


@pytest.mark.parametrize("message", [MDM, ORU])
def test_neither_name_nor_number_of_the_patient_is_kept(message: str) -> None:
    kept = repr(read(message))
    assert "Doe" not in kept
    assert "MRN777" not in kept
    assert "1943" not in kept


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_line_ends_and_envelopes_do_not_matter(end: str) -> None:
    message = MDM.replace("\r", end)
    framed = f"\x0b{message}\x1c{end}"
    batch = f"FHS|^~\\&{end}BHS|^~\\&{end}{message}BTS|1{end}FTS|1{end}"
    assert read(message) == read(framed) == read(batch) == read(MDM)


def test_messages_of_one_visit_are_one_encounter() -> None:
    second = MDM.replace("DOC9", "DOC10").replace("Follow up in 2 weeks", "Home")
    other = MDM.replace("V0001", "V0009")
    first, last = read(MDM + second + other)
    assert [note.external_id.former for note in first.notes] == ["DOC9", "DOC10"]
    assert last.external_id == Identifier("V0009^HOSP")


def test_messages_without_a_visit_number_stay_apart() -> None:
    message = MDM.replace("V0001^^^HOSP", "")
    assert len(read(message + message)) == 2


def test_a_replacement_names_what_it_replaces() -> None:
    message = MDM.replace("MDM^T02", "MDM^T10").replace("DOC9", "DOC10|DOC9")
    note = read(message)[0].notes[0]
    assert (note.external_id.former, note.replaces.former) == ("DOC10", "DOC9")


def test_an_addendum_replaces_nothing() -> None:
    message = MDM.replace("MDM^T02", "MDM^T06").replace("DOC9", "DOC10|DOC9")
    assert not read(message)[0].notes[0].replaces


def embedded(data: bytes) -> str:
    coded = base64.b64encode(data).decode()
    return MDM.partition("OBX")[0] + f"OBX|1|ED|||EHR^AP^PDF^Base64^{coded}\r"


def test_an_embedded_pdf_is_read() -> None:
    (found,) = read(embedded(pdf(["Congestive heart failure"])))
    assert texts(found) == ["Congestive heart failure"]


def test_an_embedded_scan_is_named() -> None:
    with pytest.raises(NoteError, match=r'^"m\.hl7" .*OBX 1: .*has no text layer'):
        read(embedded(pdf(["~"])))


def test_embedded_data_that_is_not_base64_is_refused() -> None:
    message = MDM.partition("OBX")[0] + "OBX|1|ED|||EHR^AP^PDF^Base64^x\r"
    with pytest.raises(NoteError, match="not base64"):
        read(message)


@pytest.mark.parametrize(
    ("escape", "plain"),
    [
        ("\\F\\", "|"),
        ("\\S\\", "^"),
        ("\\R\\", "~"),
        ("\\E\\", "\\"),
        ("\\X48\\", "H"),
        ("\\.br\\", "\n"),
        ("\\H\\bold\\N\\", "bold"),
        ("\\unknown\\", "\\unknown\\"),
        ("c:\\folder", "c:\\folder"),
    ],
)
def test_escapes_are_undone(escape: str, plain: str) -> None:
    message = MDM.replace("Follow up", f"Follow{escape}up")
    assert f"Follow{plain}up" in texts(read(message)[0])[0]


def test_text_with_separators_nobody_escaped_is_left_alone() -> None:
    message = MDM.replace("Follow up in 2 weeks", "Na 138 ^ K & Cl")
    assert texts(read(message)[0])[0].endswith("Na 138 ^ K & Cl")


def test_a_message_without_text_is_refused() -> None:
    with pytest.raises(NoteError, match=r'^"m\.hl7" is HL7 v2 without a text in OBX-5'):
        read(MDM.partition("OBX")[0])


@pytest.mark.parametrize("message", ["MSH|^~\\&", "MSH|", "MSH|^~\\&|\rOBX", "MSH||\rOBX|1|TX"])
def test_a_crippled_message_is_refused(message: str) -> None:
    with pytest.raises(NoteError, match=r'^"m\.hl7" is HL7 v2 with'):
        read(message)


def test_nothing_of_a_message_gets_into_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    strange = MDM.replace("Follow up", "\\\\ \\Cxx\\ \\.br unmistakable")
    with caplog.at_level(logging.DEBUG):
        read(strange + "\rZZZ unmistakable\rOBX\r")
    assert "unmistakable" not in caplog.text


def result(kind: str, value: str, name: str = "X^Report", rest: str = "") -> str:
    return f"OBX|1|{kind}|{name}||{value}{rest}\r"


HEAD = ORU.partition("OBR")[0].replace("\n", "\r") + "OBR|1||F1|N^Note\r"


def told(message: str) -> tuple[list[str], tuple[str, ...]]:
    found = read_file(message.encode(), "m.hl7")
    assert isinstance(found, Document)
    return [text for each in found.encounters for text in texts(each)], found.all_notices


@pytest.mark.parametrize(
    ("segments", "text"),
    [
        (
            result("TX", "Growth") + "NTE|1||Sepsis.\rNTE|2||Called~twice.\r",
            "Growth\nSepsis.\nCalled\ntwice.",
        ),
        ("NTE|1||Fasting.\r" + result("TX", "Growth"), "Fasting.\nGrowth"),
        ("NTE|1||All there is.\r", "All there is."),
        (result("TX", "A") + "ADD|nd more\r", "And more"),
        (result("", "No type"), "No type"),
        (result("ST", "Positive", "H^HIV antibody"), "HIV antibody: Positive"),
        (result("CWE", "G^Growth~S^Staph", "C^Culture"), "Culture: Growth, Staph"),
        (result("CE", "^^^X^Alternative", "C^Culture"), "Culture: Alternative"),
        (result("CE", "428.0^CHF^I9", "D^Diagnosis"), "Diagnosis: 428.0 CHF"),
        (result("CWE", "I50.9^CHF^I10C~401.9^HTN^I9CDX", "D^Dx"), "Dx: I50.9 CHF, 401.9 HTN"),
        (result("CE", "7^Heart failure^L^428.0^CHF^ICD-9-CM", "D^Dx"), "Dx: 428.0 Heart failure"),
        (result("CE", "428.0^^I9", "D^Dx"), "Dx: 428.0"),
        (result("CE", "428.0^428.0^I9", "D^Dx"), "Dx: 428.0"),
        (result("CE", "99213^Office visit^C4", "V^Visit"), "Visit: 99213 Office visit"),
        (result("CWE", "10828004^Positive^SCT", "T^Test"), "Test: Positive"),
        (result("SN", ">^100", "G^Glucose", "|mg/dL"), "Glucose: >100 mg/dL"),
        (result("SN", "^1^:^128", "T^Titre"), "Titre: 1:128"),
        (result("DT", "20140312", "S^Seen"), "Seen: 2014-03-12"),
        (result("XCN", "7^Doe^J", "B^By"), "By: 7 Doe J"),
        (result("NM", '""', "G^Glucose") + result("TX", "Rest."), "Rest."),
        (result("TX", "\\.sp2\\A\\.in+4\\B\\X0D\\C"), "\n\nAB\nC"),
        (result("TX", "na\\XC3\\\\XAF\\ve, caf\\XE9\\"), "naïve, café"),
        (result("TX", "\\Medical history of\\ x"), "\\Medical history of\\ x"),
        (result("FT", "<HTML><P>Gout &amp; AF.<br>Home</P></HTML>"), "Gout & AF.\nHome"),
        (result("TX", "<b>Gout</b>") + result("TX", "and <i>AF</i>"), "Gout\nand AF"),
        (result("TX", "Gout &amp; AF &lt; 2"), "Gout & AF < 2"),
        (result("TX", "{\\E\\rtf1 CHF\\E\\par AF}"), "CHF\nAF"),
        (result("TX", base64.b64encode(pdf(["CHF"])).decode()), "CHF"),
        (result("ED", f"E^TEXT^^Hex^{b'CHF'.hex()}"), "CHF"),
        (result("ED", "E^TEXT^^A^CHF \\T\\ AF"), "CHF & AF"),
    ],
)
def test_every_text_of_a_report_is_read_as_the_standard_says(segments: str, text: str) -> None:
    assert told(HEAD + segments)[0] == [text]


def test_parts_that_the_observations_name_are_sections() -> None:
    message = (
        HEAD
        + result("TX", "Father: stroke.", "10157-6^Familie^LN")
        + result("TX", "Dyspnea.", "Z^Functional status")
    )
    (text,), _ = told(message)
    assert [section.kind for section in sections(text)] == ["family history", "other"]


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        (result("ED", "P^application^pdf^Base64^"), "an attachment is empty; it is left out"),
        (result("ED", "P^application^pdf^Base64^x"), "is not base64; it is left out"),
        (result("ED", "P^image^jpeg^Base64^/9j/4AAQSkZJRgABAQAAAQAB"), "JPEG image"),
        (result("ED", f"P^AP^PDF^Base64^{base64.b64encode(pdf(['~'])).decode()}"), "no text layer"),
        (result("RP", "http://x/y"), "stored elsewhere"),
        (result("TX", "wrong", rest="||||||W"), "marked as posted as wrong"),
        (result("TX", "wrong", rest="||||||D") + "NTE|1||on the wrong one\r", "marked as deleted"),
    ],
)
def test_a_bad_part_is_named_with_its_place_and_the_good_ones_are_taken(
    segment: str, said: str
) -> None:
    found, notices = told(HEAD + result("TX", "CHF") + segment)
    assert found == ["CHF"]
    (notice,) = notices
    assert notice.startswith('"m.hl7", message 1, OBX 1: ')
    assert said in notice


def test_a_broken_message_and_one_without_text_leave_the_others() -> None:
    found, notices = told(MDM + "MSH|^\rOBX|1\r" + "MSH|^~\\&|A||||||ADT^A08\rPID|1\r" + ORU)
    assert len(found) == 3
    assert "message 2: a message cannot be read; it is left out." in notices[0]
    assert "message 3: a message (ADT^A08) has no text; it is left out." in notices[1]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("8859/1", "latin-1"),
        ("8859/1", "cp1252"),
        ("8859/2", "iso8859-2"),
        ("UNICODE UTF-8", "utf-8"),
        ("", "utf-8"),
    ],
)
def test_the_character_set_of_the_message_is_obeyed(declared: str, encoding: str) -> None:
    head = HEAD.replace("|P|2.5\r", f"|P|2.5||||||{declared}\r")
    assert declared in head
    words = "Café Müller" + " – “x”" * (encoding == "cp1252")
    found = read_file((head + result("TX", words)).encode(encoding), "m.hl7")
    assert isinstance(found, Document)
    assert texts(found.encounters[0]) == [words]
    assert found.all_notices == ()


@pytest.mark.parametrize(
    ("declared", "said"), [("8859/1", "is UTF-8"), ("KLINGON", "nobody knows")]
)
def test_a_character_set_that_is_wrong_is_said(declared: str, said: str) -> None:
    head = HEAD.replace("|P|2.5\r", f"|P|2.5||||||{declared}\r")
    found, notices = told(head + result("TX", "Café"))
    assert found == ["Café"]
    assert said in notices[0]


@pytest.mark.parametrize("day", ["00010101", "99991231", "00000000", '""', "19000101", "UNK"])
def test_a_placeholder_is_no_day(day: str) -> None:
    (found,) = read(MDM.replace("20140317\rTXA", f"{day}\rTXA"))
    assert (found.facts.discharged, found.facts.admitted) == (None, date(2014, 3, 12))


@pytest.mark.parametrize("number", ['""', "UNKNOWN", "0000", "N/A^^^HOSP"])
def test_a_placeholder_is_no_visit(number: str) -> None:
    message = MDM.replace("V0001^^^HOSP", number)
    assert [bool(each.external_id) for each in read(message + message)] == [False, False]


@pytest.mark.parametrize("line", ["HPI: Pneumonia.", "CNS- intact", "MSH for gout", "MSH: gout"])
def test_a_line_of_prose_that_looks_like_a_segment_is_text(line: str) -> None:
    (found,) = read(MDM.replace("Follow up", f"Seen.\r\n{line}\r\nFollow up"))
    assert f"Seen.\n{line}\nFollow up" in texts(found)[0]


@pytest.mark.parametrize("start", ["MSH: seen for gout.", "MSH/ER note", "MSH- gout"])
def test_a_note_that_begins_with_the_name_of_a_hospital_is_no_message(start: str) -> None:
    assert texts(read(f"{start}\nStable.")[0]) == [f"{start}\nStable."]


def test_every_file_of_a_segment_is_read() -> None:
    files = "~".join(f"^text^rtf^Base64^{embedded_text(word)}" for word in ("gout", "asthma"))
    notes, _ = told(HEAD + result("ED", files))
    assert [note.strip() for note in notes] == ["gout", "asthma"]


def embedded_text(word: str) -> str:
    return base64.b64encode(b"{\\rtf1 %s}" % word.encode()).decode()


@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_the_document_of_a_mime_package_is_read(encoding: str) -> None:
    page = "<p>Gout.</p><p>Fièvre.</p>"
    content = base64.b64encode(page.encode()).decode() if encoding == "base64" else page
    lines = (
        "MIME-Version: 1.0",
        "Content-Type: multipart/related; boundary=b",
        "",
        "--b",
        "Content-Type: text/html",
        f"Content-Transfer-Encoding: {encoding}",
        "",
        content,
        "--b",
        "Content-Type: image/png",
        "",
        "x",
        "--b--",
    )
    notes, _ = told(HEAD + result("ED", "^multipart^related^A^" + "\\X0D0A\\".join(lines)))
    assert notes == ["Gout.\nFièvre."]


def test_rich_text_that_goes_on_in_the_next_segment_is_one_text() -> None:
    parts = result("FT", "{\\E\\rtf1 Gout.\\E\\par") + result("FT", "Asthma.}")
    notes, notices = told(HEAD + parts)
    assert ([note.strip() for note in notes], notices) == (["Gout.\nAsthma."], ())


@pytest.mark.parametrize(
    ("message", "state"),
    [
        (MDM.replace("MDM^T02", "MDM^T11"), "cancelled"),
        (MDM.replace("DOC9", "DOC9|||||||CA"), "deleted"),
        (MDM.replace("DOC9", "DOC9|||||||OB"), "obsolete"),
    ],
)
def test_a_document_that_was_taken_back_is_left_out_and_said(message: str, state: str) -> None:
    with pytest.raises(NoteError, match=f"message 1: a document marked as {state} is left out"):
        read(message)


def test_data_of_a_program_is_left_out_and_said() -> None:
    notes, notices = told(HEAD + result("TX", '{"a": 1}') + result("TX", "[ ] gout [x] AF"))
    assert notes == ["[ ] gout [x] AF"]
    assert "embeds JSON that is no note" in notices[0]


SPLIT = base64.b64encode(pdf(["Pneumonia"])).decode()
AP = "EHR^AP^PDF^Base64^"


def pieces(size: int) -> list[str]:
    return [SPLIT[at : at + size] for at in range(0, len(SPLIT), size)]


def segments(kind: str, values: list[str], first: int = 1, name: str = "PDF") -> str:
    return "".join(
        f"OBX|{number}|{kind}|{name}||{value}\r" for number, value in enumerate(values, start=first)
    )


@pytest.mark.parametrize("size", [76, 77, 400, 601, 10_000])
@pytest.mark.parametrize(("kind", "head"), [("ED", AP), ("ED", ""), ("TX", ""), ("FT", "")])
def test_a_file_that_is_split_over_segments_is_put_together(
    size: int, kind: str, head: str
) -> None:
    first, *others = pieces(size)
    begun = f"{AP}{first}" if kind == "ED" else first
    lines = segments(kind, [begun, *(f"{head}{each}" for each in others)])
    found, notices = told(HEAD + lines)
    assert (found, notices) == (["Pneumonia"], ())


def test_a_file_whose_pieces_are_padded_one_by_one_is_put_together() -> None:
    data = pdf(["Pneumonia"])
    coded = [base64.b64encode(data[at : at + 100]).decode() for at in range(0, len(data), 100)]
    assert told(HEAD + segments("ED", [f"{AP}{each}" for each in coded])) == (["Pneumonia"], ())


def test_files_behind_each_other_stay_apart() -> None:
    half = len(SPLIT) // 2
    twice = [f"{AP}{SPLIT[:half]}", f"{AP}{SPLIT[half:]}"] * 2
    text = segments("TX", ["Stable"], 5) + segments("ED", [f"EHR^text^plain^Base64^{'Q0hG'}"], 6)
    found, notices = told(HEAD + segments("ED", twice) + text)
    assert (sorted(found), notices) == (["CHF", "Pneumonia", "Pneumonia", "Stable"], ())


@pytest.mark.parametrize("words", ["Findings", "IMPRESSION", "No", "No acute distress", "Grade 2"])
@pytest.mark.parametrize(("kind", "head"), [("ED", "EHR^AP^RTF^Base64^"), ("TX", "")])
def test_words_behind_a_whole_file_are_no_piece_of_it(words: str, kind: str, head: str) -> None:
    coded = base64.b64encode(rb"{\rtf1\ansi Pneumonia of the left lower lobe}").decode()
    assert not coded.endswith("=")  # so that nothing but the words says where it ends
    lines = segments(kind, [head + coded], 1, "RPT") + segments("TX", [words], 2, "RPT")
    found, notices = told(HEAD + lines)
    assert (found, notices) == ([words, "Pneumonia of the left lower lobe"], ())


def test_a_file_whose_last_piece_is_missing_is_said_where_it_begins() -> None:
    lines = segments("ED", [f"{AP}{each}" for each in pieces(300)[:-2]], 2)
    found, notices = told(HEAD + segments("TX", ["Stable"]) + lines)
    assert found[0] == "Stable"
    assert len(notices) == 1
    assert "OBX 2" in notices[0]


def test_letters_of_rich_text_in_a_message_are_kept() -> None:
    notes, notices = told(HEAD + result("FT", "{\\E\\rtf1 Ménière ≥ 38 😀}"))
    assert ([note.strip() for note in notes], notices) == (["Ménière ≥ 38 😀"], ())


def test_a_readable_message_that_declares_utf_16_is_read() -> None:
    head = HEAD.replace("|P|2.5\r", "|P|2.5||||||UNICODE UTF-16\r")
    assert head != HEAD
    assert told(head + result("TX", "Gout"))[0] == ["Gout"]
