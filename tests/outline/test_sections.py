import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes import demonstration_encounters
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import section_at, sections


def titles(text: str) -> list[str]:
    return [section.title for section in sections(text) if section.title]


def test_headings_part_a_note_into_sections() -> None:
    text = "Seen at noon.\nHISTORY OF PRESENT ILLNESS:\nCough.\n\nPMH: COPD\nPlan:\nRest.\n"
    found = sections(text)
    assert [text[one.heading_start : one.heading_end] for one in found] == [
        "",
        "HISTORY OF PRESENT ILLNESS:",
        "PMH:",
        "Plan:",
    ]
    assert [one.kind for one in found] == [
        SectionKind.OTHER,
        SectionKind.HISTORY_PRESENT,
        SectionKind.PAST_HISTORY,
        SectionKind.PLAN,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Past Medical History:\nGout", ["PAST MEDICAL HISTORY"]),
        ("Assessment and Plan\nRest", ["ASSESSMENT AND PLAN"]),
        ("## Plan\nRest", ["PLAN"]),
        ("**Hospital Course**\nUneventful", ["HOSPITAL COURSE"]),
        ("**Plan:** rest", ["PLAN"]),
        ("Social matters\n--------------\nLives alone", ["SOCIAL MATTERS"]),
        ("3. ALLERGIES:\nNone", ["ALLERGIES"]),
        ("IV. Family History:\nNone", ["FAMILY HISTORY"]),
        ("First.\n\nDISCHARGE SUMMARY\nSecond.", ["DISCHARGE SUMMARY"]),
        ("BRIEF HOSPITAL COURSE: She did well.", ["BRIEF HOSPITAL COURSE"]),
        ("EXAM:\nHEENT: clear. CARDIOVASCULAR: regular.", ["EXAM", "HEENT", "CARDIOVASCULAR"]),
        ("FHx: DM\nImp: gout\nDx: gout", ["FHX", "IMP", "DX"]),
        ("S: tired\nO: pale\nA: anemia\nP: iron", ["S", "O", "A", "P"]),
        ("* Family History:\n- gout\n* Assessment:\n- gout", ["FAMILY HISTORY", "ASSESSMENT"]),
        ("- PMH: gout\n- Plan: rest", ["PMH", "PLAN"]),
        ("• Impression: gout", ["IMPRESSION"]),
        ("a) FHx: gout\nb) Dx: gout", ["FHX", "DX"]),
        ("=== Assessment ===\ngout", ["ASSESSMENT"]),
        ("Hospital Discharge Diagnosis:\nGout", ["HOSPITAL DISCHARGE DIAGNOSIS"]),
        ("Advance Directives:\nNone", ["ADVANCE DIRECTIVES"]),
        ("Hospital Functional Status: walks", ["HOSPITAL FUNCTIONAL STATUS"]),
        ("HPI: 60F tired. PMH: gout. A/P: rest.", ["HPI", "PMH", "A/P"]),
        ("PMH gout FHx: gout A/P: rest", ["FHX", "A/P"]),
        ("Past History: gout. Family History: gout.", ["PAST HISTORY", "FAMILY HISTORY"]),
    ],
)
def test_a_heading_is_found_however_it_is_marked(text: str, expected: list[str]) -> None:
    assert titles(text) == expected


def test_headings_are_found_where_commas_stand_for_line_breaks() -> None:
    text = (
        "CHIEF COMPLAINT: , Cough.,PAST MEDICAL HISTORY:,  Diabetes, gout.,PHYSICAL EXAMINATION,"
        "VITAL SIGNS:  Temp 98.,HEENT:,  Clear.,PREOPERATIVE DIAGNOSES,1.  Ulcer.,Neck:  Supple."
    )
    assert titles(text) == [
        "CHIEF COMPLAINT",
        "PAST MEDICAL HISTORY",
        "PHYSICAL EXAMINATION",
        "VITAL SIGNS",
        "HEENT",
        "PREOPERATIVE DIAGNOSES",
        "NECK",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Note: she left early.",
        "- Gout: on allopurinol",
        "* nausea: mild",
        "Father:\ngout",
        "Paternal grandfather:\ngout",
        "She was sent home with the following:",
        "Her heart: regular. Her plan: rest.",
        "Pulse: 80 P: 80",
        "NOTE: she left early.",
        "BP: 120/80",
        "T: 98.6",
        "WBC: 12.1",
        "HEMOGLOBIN: 9.8",
        "Seen at 12:30 today.",
        "The plan: rest and fluids.",
        "Her medications: none that she knows.",
        "She has one request: a second opinion.",
        "He has severe COPD\nand chronic CHF",
        "Findings, impression, plan: see above",
        "the assessment\nof the wound",
        "Trials: sertraline, fluoxetine",
    ],
)
def test_prose_and_measurements_are_no_headings(text: str) -> None:
    assert titles(text) == []


@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                ["\nPLAN:\n", ",PMH:, ", "\n\nEXAM\n", "# Plan\n", "Neck: ", "\n---\n"]
            ),
        ),
        max_size=12,
    ).map("".join)
)
def test_sections_cover_any_text_in_order_and_headings_cut_it(text: str) -> None:
    found = sections(text)
    assert "".join(text[one.start : one.end] for one in found) == text
    assert found[0].start == 0
    assert all(one.start == one.heading_start <= one.heading_end <= one.end for one in found)
    assert all(one.title for one in found[1:])
    for offset in range(len(text)):
        section = section_at(found, offset)
        assert section.start <= offset < section.end


def test_every_demonstration_note_has_its_family_history_and_an_end() -> None:
    for _, notes in demonstration_encounters():
        for note in notes:
            kinds = {section.kind for section in sections(note.text)}
            assert SectionKind.FAMILY_HISTORY in kinds, note.title
            assert kinds & {SectionKind.ASSESSMENT, SectionKind.DISCHARGE_DIAGNOSES}, note.title


@pytest.mark.reference
def test_transcriptions_without_line_breaks_have_sections(reference_data: Path) -> None:
    path = reference_data / "notes" / "mtsamples_dev.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"the reference data has no {path.name}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    written = found = 0
    for text in texts:
        starts = {section.heading_start for section in sections(text)}
        for title in ("PAST MEDICAL HISTORY:", "FAMILY HISTORY:", "IMPRESSION:", "ANESTHESIA:"):
            at = text.find("," + title)
            written += at >= 0
            found += at + 1 in starts and at >= 0
    assert found >= 0.99 * written > 500
