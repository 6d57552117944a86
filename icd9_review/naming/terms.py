"""The phrases by which notes name codes: titles and, where imported, the official terms.

A title is written for a code book. Its variants leave out what a note never says
("unspecified", "not elsewhere classified", "without mention of …") and turn what stands
behind a comma around ("Anemia, iron deficiency"). What is left must name one thing: a phrase
that would stand for more than a few codes stands for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from icd9_review.codes import codes
from icd9_review.codes.lists import Lists, SourceName
from icd9_review.notes.text.phrases import Phrases
from icd9_review.values import CodeKey, Kind

MOST_MEANINGS = 3
"""A phrase that names more codes than this, equally well, names none."""

FEWEST_LETTERS = 4
"""Shorter terms are abbreviations, and most abbreviations mean several things."""

_MOST_WORDS = 8  # by judgement: notes do not spell out longer titles word by word
_OFFICIAL = 2  # the rank of inclusion terms, behind titles (0) and their parts (1)
_LONGEST_CAPITALS = 5  # letters; by judgement: longer terms in capitals are no abbreviations
WORD = re.compile(r"\w+(?:['’]\w+)*")
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_CONDITIONAL = re.compile(r"\((?:with|without|except) ")
_VAGUE_PART = re.compile(
    r"(?:[\w /]+ )?(?:un|not )specified(?: .*)?|not elsewhere classified|NOS|NEC|"
    r"not stated as .*|so stated|in diseases classified elsewhere",
    re.IGNORECASE,
)
_VAGUE_WORDS = re.compile(
    r"^(?:other and unspecified|unspecified) |,? (?:NOS|NEC|(?:of |due to )?unspecified "
    r"(?:site|cause|organism|type|degree|severity|location|origin|stage|eye|part))\b|"
    r",? unspecified(?=,|$)|,? without (?:mention of )?(?:\w+ )?complications?\b[^,]*|"
    r",? without mention of [^,]*",
    re.IGNORECASE,
)
_REST = re.compile(r"\b(?:other|unspecified|not elsewhere|mention of|NEC|NOS)\b", re.IGNORECASE)
_LINK = re.compile(r"(?:in|with|without|due to|of|by|from|following|and|or|as|to|on|during)\b")
# One word that the tables give a code of its own and notes use for many other things.
_AMBIGUOUS_WORDS = """
    abrasion abscess abuse accident adhesion agitation allergic allergy anesthesia angle anomaly
    aspiration assault asymmetry atrophy attrition avulsion biopsy bite bleeding blind blister
    block body burn calcification calculus carcinoma cardioplegia care change circumcision
    closed closure cold colic collapse complication compression consciousness consolidation
    constriction contact contraction contracture contusion counseling crush crying cyst debility
    decompression defect deficiency deformity degeneration delivery dependence dependent
    deposition desires detachment deviation diet dilatation dilation discharge discomfort
    disease dislocation disorder displacement dissection distention distortion disturbance
    division donor drainage drowning drug dysfunction edema effusion elevation elongation
    embolism enlargement erosion eruption erythema exam examination excess excision exercise
    exhaustion exploration exposure extraction failure fall fatigue fever fissure fistula
    fixation fluid flush follow foreign fracture fusion gait ganglion gestation glass graft
    growth headache healthy heat hematoma hemiplegic hemorrhage hernia high hyperplasia
    hypersensitivity hypertrophy immobile implant impression incision indication induration
    infant infection inflammation infusion injection injury insertion insufficiency intoxication
    irrigation irritability irritation kyphosis laceration laparoscopy laparotomy lesion level
    lifting living lordosis lump malformation malnutrition manipulation marital mass massage
    menopause metastasis mother motion narrowing nausea neoplasm nervous newborn nodule normal
    observation obstruction occlusion opening operation overweight pain papilla partial
    perforation plaque poisoning polyp position posture pregnancy pressure procedure prolapse
    prominence puberty puncture radiation rash reaction reduction rehabilitation relaxation
    removal repair repeat replacement resection retention retraction running rupture scar
    screening senile separation shadow shock single sinus sitting sneezing snoring speech splint
    sprain status stenosis sterilization strain stress stricture suture swelling syndrome tear
    tenderness tension test therapy thickening thirst thrombosis tobacco torsion toxicity
    traction transfer transplant trauma tube tumor twins ulcer ulceration vaccination vomiting
    walking weakness weight withdrawal wound
"""
_AMBIGUOUS = frozenset(_AMBIGUOUS_WORDS.split())
_AMBIGUOUS_PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "general examination", "physical therapy", "occupational therapy", "laboratory examination",
        "routine examination", "blood pressure", "single liveborn", "normal delivery",
        "physical examination", "visual inspection", "family history", "foreign body",
        "rectal examination", "other surgery", "medical history", "local anesthesia",
        "accessory muscle", "loss of height", "electric shock", "lupus anticoagulant", "open wound",
        "closed fracture", "open fracture", "multiple fracture",
        "surgical wound", "weeks of gestation", "acute pain", "abnormal finding", "joint pain",
        "psychiatric examination", "general anesthesia", "vital sign", "blood loss",
    )
)  # fmt: skip
# What a phrase of the official lists must hold to name a condition by itself. Those lists also
# name sites, substances and places, which mean a condition only under the heading above them.
_CONDITION = re.compile(
    r"\w{2,}(?:itis|osis|iasis|oma|opathy|emia|uria|algia|plegia|paresis|penia|megaly|ectasis|"
    r"ectasia|trophy|plasia|malacia|phobia|mania|rrhea|rrhagia|sclerosis|thorax|dynia|dactyly|"
    r"cele|lithiasis|opia|tropia|esthesia|kinesia|arche|cardia|splenia|phasia|phagia|tension)|"
    r"disease|syndrome|disorder|failure|fracture|infection|abscess|ulcer|hemorrhage|stenosis|"
    r"regurgitation|insufficiency|cancer|hernia|polyp|embolism|infarct(?:ion)?|aneurysm|palsy|"
    r"defect|deficiency|cyst|fistula|prolapse|rupture|tear|sprain|dislocation|seizure|epilepsy|"
    r"dementia|delirium|psychosis|depression|anxiety|addiction|dependence|poisoning|overdose|"
    r"fever|shock|attack|arrest|block|fibrillation|flutter|gangrene|asthma|diabetes|goiter|"
    r"jaundice|ascites|obstruction|perforation|stricture|contracture|deformity|impingement|"
    r"entrapment|reflux|incontinence|retention|apnea|hiccup|vertigo|syncope|cataract|glaucoma|"
    r"detachment|migraine|measles|mumps|rubella|influenza|tetanus|malaria|scabies|impetigo|"
    r"eczema|urticaria|lupus|gout|scurvy|rickets"
)
# Miscellaneous diagnostic procedures: done to nearly everybody, coded for nobody.
_NOT_CODED_PROCEDURES = ("87", "88", "89", "90", "91", "92", "93", "94", "95", "97")


@dataclass(frozen=True, slots=True)
class Term:
    """What a phrase names; ``capitals`` where it counts only when so written (AIDS)."""

    keys: tuple[CodeKey, ...]
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class _Wording:
    """One way to write a code; the lower ``rank``, the closer to its official title."""

    text: str
    key: CodeKey
    rank: int


def fold_word(word: str) -> str:
    """A word as phrases are compared: lower case, without possessive, plural or ae and oe."""
    word = word.lower().replace("’", "'").removesuffix("'s").replace("ae", "e").replace("oe", "e")
    plural = len(word) > FEWEST_LETTERS and word.endswith("s")
    return word[:-1] if plural and not word.endswith(("ss", "us", "is")) else word


def fold_words(text: str) -> tuple[str, ...]:
    """The words of a text, folded.

    >>> fold_words("Crohn's diseases of the caecum")
    ('crohn', 'disease', 'of', 'the', 'cecum')
    """
    return tuple(fold_word(word) for word in WORD.findall(text))


@lru_cache(maxsize=2)
def _title_wordings() -> tuple[_Wording, ...]:
    return tuple(
        _Wording(text, (kind, code.code), rank)
        for kind in Kind
        for code in codes(kind).values()
        if not _is_left_out(kind, code.code)
        for text, rank in title_variants(code.title)
        if rank == 0 or not _is_told_by_chapter(code.code)
    )


def build_phrases(lists: Lists) -> Phrases[Term]:
    """Every phrase that names codes of version 32, by its folded words.

    Where wordings of several codes fall together, the closest to an official title counts.
    """
    best: dict[tuple[str, ...], list[_Wording]] = {}
    for wording in (*_title_wordings(), *_official_wordings(lists)):
        words = fold_words(wording.text)
        if _is_term(words, wording.text) and (wording.rank < _OFFICIAL or _is_condition(words)):
            held = best.setdefault(words, [])
            if not held or wording.rank < held[0].rank:
                best[words] = [wording]
            elif wording.rank == held[0].rank:
                held.append(wording)
    named = {words: _term(held) for words, held in best.items()}
    return Phrases(
        {words: term for words, term in named.items() if len(term.keys) <= MOST_MEANINGS}
    )


def title_variants(title: str) -> Iterator[tuple[str, int]]:
    """How notes may write a title, each with its rank: 0 for the title itself, 1 for less.

    >>> titles = ("Asthma, unspecified type, unspecified", "Other convulsions")
    >>> [list(title_variants(title)) for title in titles]
    [[('Asthma', 1)], []]
    """
    if _CONDITIONAL.search(title):
        return
    plain = _ASIDE.sub("", title)
    if plain == title and not _REST.search(plain) and "," not in plain:
        yield plain, 0
        return
    first, *others = plain.split(", ")
    parts = [first, *(part for part in others if not _VAGUE_PART.fullmatch(part))]
    cleaned = _VAGUE_WORDS.sub("", ", ".join(parts)).strip(" ,")
    parts = cleaned.split(", ")
    if cleaned and not _REST.search(cleaned) and len(parts) <= 2:
        yield _turned(parts), 1


def _turned(parts: list[str]) -> str:
    """What stands behind the commas first, as it is said: iron deficiency anemia."""
    if any(_LINK.match(part) for part in parts[1:]):
        return " ".join(parts)
    return " ".join(reversed(parts))


def _official_wordings(lists: Lists) -> Iterator[_Wording]:
    """Inclusion terms of the tabular list and entries of the index, where imported."""
    table = codes(Kind.DIAGNOSIS)
    for heading, notes in lists.tabular.items():
        if heading in table and not _is_left_out(Kind.DIAGNOSIS, heading):
            for term in notes.inclusion:
                yield from _wordings(term, heading, _OFFICIAL)
    for entry in lists.indexes.get(SourceName.INDEX, ()):
        if entry.code in table and not _is_left_out(Kind.DIAGNOSIS, entry.code):
            yield from _wordings(entry.phrase, entry.code, _OFFICIAL + 1)


def _wordings(term: str, code: str, rank: int) -> Iterator[_Wording]:
    """A term of an official list; those that only go on from the line above are no phrases."""
    names_sites = _is_site_of_neoplasm(code) or _is_told_by_chapter(code)
    if term[:1].isupper() and not term.endswith(":") and not names_sites:
        parts = [part for part in _ASIDE.sub("", term).split(", ") if part not in ("NOS", "NEC")]
        if not any(_REST.search(part) for part in parts[1:]):
            yield _Wording(_VAGUE_WORDS.sub("", _turned(parts)), (Kind.DIAGNOSIS, code), rank)


def _is_site_of_neoplasm(code: str) -> bool:
    """Under a neoplasm the tables name sites alone: "Skin of scrotum"."""
    return code[:3].isdigit() and 140 <= int(code[:3]) <= 239


def _is_told_by_chapter(code: str) -> bool:
    """Pregnancy and the newborn: titles leave out what their chapter says."""
    return code[:3].isdigit() and (630 <= int(code[:3]) <= 679 or 760 <= int(code[:3]) <= 779)


def _is_condition(words: tuple[str, ...]) -> bool:
    return any(_CONDITION.fullmatch(word) for word in words)


def _is_left_out(kind: Kind, code: str) -> bool:
    """External causes, whose words are those of daily life, and procedures nobody codes."""
    if kind is Kind.DIAGNOSIS:
        return code.startswith("E")
    return code.startswith(_NOT_CODED_PROCEDURES)


def _is_term(words: tuple[str, ...], text: str) -> bool:
    if not 0 < len(words) <= _MOST_WORDS or words in _AMBIGUOUS_PHRASES:
        return False
    if len(words) == 1:
        return len(words[0]) >= FEWEST_LETTERS and words[0] not in _AMBIGUOUS and words[0].isalpha()
    return len(text) >= FEWEST_LETTERS and not all(word in _AMBIGUOUS for word in words)


def _term(wordings: Iterable[_Wording]) -> Term:
    held = list(wordings)
    capitals = all(one.text.isupper() and len(one.text) <= _LONGEST_CAPITALS for one in held)
    return Term(tuple(dict.fromkeys(one.key for one in held)), capitals)
