"""The titles that sections of notes have, and what they say a section holds."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache


class SectionKind(StrEnum):
    """What a section holds, as far as coding asks."""

    CHIEF_COMPLAINT = "chief complaint"
    HISTORY_PRESENT = "history of present illness"
    PAST_HISTORY = "past history"
    SURGICAL_HISTORY = "past surgical history"
    FAMILY_HISTORY = "family history"
    SOCIAL = "social history"
    ALLERGIES = "allergies"
    MEDICATIONS = "medications"
    REVIEW_OF_SYSTEMS = "review of systems"
    EXAM = "examination"
    RESULTS = "results"
    PROCEDURE = "procedure"
    COURSE = "hospital course"
    DIAGNOSES = "diagnoses"
    DISCHARGE_DIAGNOSES = "discharge diagnoses"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    OTHER = "other"


# Titles as they are written, each under what it holds; case, "THE" and plural do not count.
_TITLES: dict[SectionKind, str] = {
    SectionKind.CHIEF_COMPLAINT: """chief complaint|cc|complaint|presenting complaint|reason for
        visit|reason for consultation|reason for consult|reason for admission|reason for
        referral|reason for exam|reason for examination|reason for evaluation|c/c|chief
        complaint and reason for visit|reason for hospitalization|presenting problem|encounter
        reason""",
    SectionKind.HISTORY_PRESENT: """history of present illness|hpi|history of presenting
        illness|history of present complaint|present illness|subjective|history|interval
        history|clinical history|hx|history of injury|interim history|hopi|s|subj|interval hx|
        hospital admission history""",
    SectionKind.PAST_HISTORY: """past medical history|pmh|pmhx|medical history|past history|past
        medical|medical problems|past illnesses|past psychiatric history|psychiatric history|
        personal history|past medical and surgical history|past medical/surgical history|past
        medical history/past surgical history|comorbidities|childhood illnesses|past hx|med hx|
        medical hx|past med hx|past medical hx|history of past illness|resolved problems|past
        medical problems""",
    SectionKind.SURGICAL_HISTORY: """past surgical history|psh|pshx|surgical history|past
        surgeries|prior surgeries|previous surgeries|previous operations|operations in the past|
        surg hx|surghx|past surg hx|past surgical hx|surgical hx""",
    SectionKind.FAMILY_HISTORY: """family history|fh|fhx|family medical history|family hx|family
        psychiatric history|fam hx|famhx|fmh|fmhx|fam history|family medical hx|family health
        history""",
    SectionKind.SOCIAL: """social history|sh|shx|social|habits|social hx|substance use|substance
        abuse history|occupational history|soc hx|sochx|psychosocial history""",
    SectionKind.ALLERGIES: """allergies|drug allergies|medication allergies|allergies to
        medications|allergies and adverse reactions|allergies, adverse reactions, alerts""",
    SectionKind.MEDICATIONS: """medications|current medications|meds|home medications|
        medication|medications on admission|admission medications|discharge medications|
        medications on discharge|medications at home|current meds|outpatient medications|
        prescriptions|medications prior to admission|rx|medications administered|hospital
        discharge medications""",
    SectionKind.REVIEW_OF_SYSTEMS: "review of systems|ros|review of system|systems review",
    SectionKind.EXAM: """physical examination|physical exam|pe|exam|examination|objective|vital
        signs|vitals|vs|general|heent|head|eyes|ears|nose|throat|mouth|neck|chest|lungs|heart|
        cardiovascular|cv|cvs|respiratory|resp|pulmonary|breasts|abdomen|abd|gi|gu|
        gastrointestinal|genitourinary|genitalia|rectal|pelvic|back|spine|extremities|ext|
        musculoskeletal|skin|neurologic|neurological|neuro|psychiatric|psych|constitutional|
        endocrine|hematologic|hematologic/lymphatic|lymphatics|lymphatic|lymph nodes|ent|
        cardiac|general appearance|mental status|mental status examination|mental status exam|
        cn|ms|cranial nerves|motor|sensory|reflexes|gait|coordination|station|integumentary|
        dermatologic|gen exam|cns|physical findings|neurological examination|knees|obj|o|
        hospital discharge physical findings""",
    SectionKind.RESULTS: """laboratory data|laboratory|labs|laboratory studies|lab data|lab
        results|pertinent labs|diagnostic studies|diagnostic data|data|results|radiology|
        imaging|imaging studies|studies|x-rays|x-ray|chest x-ray|cxr|ecg|ekg|electrocardiogram|
        echocardiogram|pathology|findings|microbiology|radiographic studies|laboratory findings|
        ua|comparison|laboratory examination|laboratory values|radiologic studies|test results|
        relevant diagnostic tests|hospital discharge studies summary""",
    SectionKind.PROCEDURE: """procedure|procedures|procedure performed|procedures performed|
        operation|operation performed|operations performed|operative procedure|operative
        procedures|description of procedure|description of operation|procedure in detail|
        operations|title of operation|title of procedure|name of operation|procedure details|
        procedure note|technique|operative findings|intraoperative findings|anesthesia|
        complications|estimated blood loss|specimens|drains|principal procedure|other
        procedures|details of procedure|gross findings|operative technique|indications|
        indication|indications for procedure|indication for procedure|indications for surgery|
        indication for surgery|indications for operation|procedure description|procedure
        findings|procedure indications|procedure disposition""",
    SectionKind.COURSE: """hospital course|course|brief hospital course|emergency department
        course|ed course|clinical course|hospital course and treatment|course in hospital""",
    SectionKind.DIAGNOSES: """diagnosis|preoperative diagnosis|postoperative diagnosis|admission
        diagnosis|admitting diagnosis|preop diagnosis|postop diagnosis|pre-operative diagnosis|
        post-operative diagnosis|diagnosis on admission|diagnoses on admission|problem list|
        problems|preprocedure diagnosis|postprocedure diagnosis|active problems|secondary
        diagnosis|principal diagnosis|primary diagnosis|working diagnosis|axis i|axis ii|axis
        iii|dx|dxs|diag|admit dx|admitting dx|adm dx|admission dx|principal dx|primary dx|preop
        dx|pre-op dx|postop dx|post-op dx|encounter diagnosis|hospital admission diagnosis|
        active problem list|health concerns|assessment diagnosis""",
    SectionKind.DISCHARGE_DIAGNOSES: """discharge diagnosis|final diagnosis|diagnosis at
        discharge|diagnosis on discharge|diagnoses at discharge|diagnoses on discharge|principal
        discharge diagnosis|secondary discharge diagnosis|discharge diagnosis list|hospital
        discharge diagnosis|discharge dx|d/c dx|dc dx|d/c diagnosis|final dx""",
    SectionKind.ASSESSMENT: """assessment|impression|assessment and plan|a/p|assessment/plan|
        impression and plan|impression/plan|a&p|assessment & plan|conclusion|conclusions|
        summary|final impression|clinical impression|diagnostic impression|interpretation|
        formulation|medical decision making|discussion|impression and recommendations|imp|impr|
        assess|assmt|a|ap|a+p|i/p|imp/plan|assessments|impression/recommendations|mdm""",
    SectionKind.PLAN: """plan|recommendations|recommendation|treatment plan|plans|disposition|
        discharge instructions|instructions|follow up|followup|follow-up|discharge plan|plan of
        care|postoperative plan|p|rec|recs|dispo|plan of treatment|hospital discharge
        instructions|treatment recommendations""",
}
# For titles that are not written like any of those: the first that occurs decides.
_HINTS: tuple[tuple[str, SectionKind], ...] = (
    ("DISCHARGE DIAGNOS", SectionKind.DISCHARGE_DIAGNOSES),
    ("FINAL DIAGNOS", SectionKind.DISCHARGE_DIAGNOSES),
    ("DIAGNOSIS", SectionKind.DIAGNOSES),
    ("DIAGNOSES", SectionKind.DIAGNOSES),
    ("PRESENT ILLNESS", SectionKind.HISTORY_PRESENT),
    ("FAMILY", SectionKind.FAMILY_HISTORY),
    ("SURGICAL HISTORY", SectionKind.SURGICAL_HISTORY),
    ("PAST ", SectionKind.PAST_HISTORY),
    ("MEDICAL HISTORY", SectionKind.PAST_HISTORY),
    ("SOCIAL", SectionKind.SOCIAL),
    ("ALLERG", SectionKind.ALLERGIES),
    ("MEDICATION", SectionKind.MEDICATIONS),
    ("REVIEW OF SYSTEMS", SectionKind.REVIEW_OF_SYSTEMS),
    ("MEDS", SectionKind.MEDICATIONS),
    ("EXAM", SectionKind.EXAM),
    ("MENTAL STATUS", SectionKind.EXAM),
    ("LABS", SectionKind.RESULTS),
    ("LABORATORY", SectionKind.RESULTS),
    ("RESULTS", SectionKind.RESULTS),
    ("IMPRESSION", SectionKind.ASSESSMENT),
    ("ASSESSMENT", SectionKind.ASSESSMENT),
    ("COURSE", SectionKind.COURSE),
    ("PROCEDURE", SectionKind.PROCEDURE),
    ("OPERATION", SectionKind.PROCEDURE),
    ("OPERATIVE", SectionKind.PROCEDURE),
    ("CHIEF COMPLAINT", SectionKind.CHIEF_COMPLAINT),
    ("REASON FOR", SectionKind.CHIEF_COMPLAINT),
    ("INSTRUCTIONS", SectionKind.PLAN),
)
# A title that names two of these says nothing about whose history a line tells.
_MIXED = (
    re.compile(r"\bF(?:AMILY|HX?)\b"),
    re.compile(r"\bS(?:OCIAL|HX?)\b"),
    re.compile(r"\bPAST|\bPMH|\bMEDICAL|\bALLERG"),
)
_SMALL_WORD = 3
"""Letters of the longest word that titles write small: and, for, the."""

_MARKS = re.compile(r"[\s#*_]+")
_MEANING = re.compile(r"\[([^\[\]]+)\]:?\Z")  # what the code of a section says, beside its title

_NARRATIVE = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_PRESENT,
        SectionKind.PAST_HISTORY,
        SectionKind.SURGICAL_HISTORY,
        SectionKind.FAMILY_HISTORY,
        SectionKind.SOCIAL,
        SectionKind.COURSE,
        SectionKind.DIAGNOSES,
        SectionKind.DISCHARGE_DIAGNOSES,
        SectionKind.ASSESSMENT,
        SectionKind.PLAN,
    }
)
# Nouns of titles nobody lists: "Hospital Functional Status:", as document standards name sections.
_NOUN_WORDS = """
    HISTORY DIAGNOSIS DIAGNOSES ASSESSMENT ASSESSMENTS IMPRESSION PLAN EXAM EXAMINATION FINDINGS
    RESULTS COURSE PROCEDURE PROCEDURES MEDICATIONS ALLERGIES PROBLEMS SUMMARY STATUS INSTRUCTIONS
    ENCOUNTERS COMPLAINT VISIT LIST RECOMMENDATIONS STUDIES VITALS SIGNS ILLNESS GOALS CONCERNS
    IMMUNIZATIONS DIRECTIVES EQUIPMENT PAYERS DISPOSITION DIET CONDITION NOTE NOTES TEAM
"""
_NOUNS = frozenset(_NOUN_WORDS.split())
_RELATIVE_WORDS = """
    MOTHER FATHER SISTER SISTERS BROTHER BROTHERS SON DAUGHTER AUNT UNCLE GRANDMOTHER GRANDFATHER
    PARENTS MATERNAL PATERNAL COUSIN SIBLINGS CHILDREN WIFE HUSBAND SPOUSE PARTNER
"""
_RELATIVES = frozenset(_RELATIVE_WORDS.split())


def section_kind(title: str) -> SectionKind:
    """What a section of this title holds. A title that names several histories is OTHER.

    ``Antecedentes [Family History]`` holds what stands in brackets (``headings``).

    >>> section_kind("Fam Hx").value, section_kind("Antecedentes [Family History]").value
    ('family history', 'family history')
    >>> section_kind("Past medical, family and social history")
    <SectionKind.OTHER: 'other'>
    """
    meaning = _MEANING.search(title)
    title = normalise_title(meaning[1] if meaning else title)
    known = _known_titles().get(_singular(title))
    if known is not None:
        return known
    if sum(bool(name.search(title)) for name in _MIXED) > 1:
        return SectionKind.OTHER
    return next((kind for hint, kind in _HINTS if hint in title), SectionKind.OTHER)


def is_known_title(title: str) -> bool:
    """Whether a title is one this module lists, in any of its forms."""
    return _singular(normalise_title(title)) in _known_titles()


def is_narrative_title(title: str) -> bool:
    """Whether a listed title heads what is told of a patient's conditions, not a finding."""
    return _known_titles().get(_singular(normalise_title(title))) in _NARRATIVE


def is_listed_in_words(title: str) -> bool:
    """Whether a listed title is two words or more in capitals: "Physical Exam", not "Heart"."""
    words = title.split()
    capitals = all(word[0].isupper() for word in words if len(word) > _SMALL_WORD)
    return len(words) > 1 and capitals and is_known_title(title)


def is_worded_as_title(title: str) -> bool:
    """Whether two words or more, their nouns in capitals, name a section nobody lists.

    "Hospital Functional Status" is, "Paternal grandfather" and "Discharged with" are not.
    """
    words = normalise_title(title).split()
    capitals = all(word[0].isupper() for word in title.split() if len(word) > _SMALL_WORD)
    named = not _NOUNS.isdisjoint(words) and _RELATIVES.isdisjoint(words)
    return len(words) > 1 and capitals and named


@cache
def _known_titles() -> dict[str, SectionKind]:
    return {
        _singular(normalise_title(title)): kind
        for kind, titles in _TITLES.items()
        for title in titles.split("|")
    }


def normalise_title(title: str) -> str:
    """A title in capitals, without marks, colon and double spaces."""
    return " ".join(_MARKS.sub(" ", title).split()).rstrip(": ").upper()


def _singular(title: str) -> str:
    """A title without what writers add to it: DESCRIPTION OF THE PROCEDURE, BRIEF HISTORY."""
    first, *others = title.replace("DIAGNOSES", "DIAGNOSIS").split() or [""]
    words = [first, *(word for word in others if word != "THE")]
    return " ".join(word for word in words if word not in ("BRIEF", "PERTINENT"))
