"""Other words for a term: "stone in the right kidney" where lists have "renal stone".

A table of words that may stand for each other (``wording.tsv``), the turned order of noun
phrases, and qualifiers that leave the code as it is. No variant takes a term that is another
code's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from icd9_review.codes.written_terms import written_terms
from icd9_review.training.default.labels import is_status

_SWAP_SHARE = 0.3  # of terms, as the shares below by judgement: most terms stay as they are
_TURN_SHARE = 0.35  # of those that can be turned
_QUALIFY_SHARE = 0.25  # that get a qualifier
# What stands last in a noun phrase and may come first: "kidney stone", "stone in the kidney".
_HEADS = (
    "cancer carcinoma stone stones fracture infection pain ulcer abscess hernia tear mass masses "
    "bleed bleeding clot stenosis thrombosis infarct infarction dislocation laceration contusion "
    "burn disease failure swelling edema injury cyst lesion polyp polyps tumor obstruction "
    "inflammation spasm atrophy perforation aneurysm prolapse strain sprain wound"
)
_PLACES = {
    noun: place
    for place, nouns in (
        ("kidney", "kidney renal"), ("lung", "lung pulmonary"), ("liver", "liver hepatic"),
        ("stomach", "stomach gastric"), ("pancreas", "pancreas pancreatic"),
        ("rectum", "rectum rectal"), ("bladder", "bladder"), ("ovary", "ovary ovarian"),
        ("uterus", "uterus uterine"), ("prostate", "prostate prostatic"),
        ("esophagus", "esophagus esophageal"), ("colon", "colon colonic"),
        ("duodenum", "duodenum duodenal"), ("thyroid", "thyroid"), ("breast", "breast"),
        ("brain", "brain cerebral"), ("skin", "skin"), ("hip", "hip"), ("knee", "knee"),
        ("shoulder", "shoulder"), ("ankle", "ankle"), ("wrist", "wrist"), ("elbow", "elbow"),
        ("hand", "hand"), ("foot", "foot"), ("leg", "leg"), ("arm", "arm"), ("finger", "finger"),
        ("toe", "toe"), ("neck", "neck"), ("back", "back"), ("chest", "chest"), ("ear", "ear"),
        ("eye", "eye"), ("groin", "groin inguinal"), ("testicle", "testicle testicular"),
        ("larynx", "larynx laryngeal"), ("tongue", "tongue"), ("femur", "femur femoral"),
        ("tibia", "tibia tibial"), ("humerus", "humerus humeral"), ("radius", "radius"),
        ("rib", "rib"), ("pelvis", "pelvis pelvic"), ("skull", "skull"), ("heel", "heel"),
        ("adrenal gland", "adrenal"), ("ureter", "ureter ureteral"), ("scalp", "scalp"),
    )
    for noun in nouns.split()
}  # fmt: skip
_HEAD = re.compile(rf"(?P<place>{'|'.join(_PLACES)}) (?P<head>{'|'.join(_HEADS.split())})")
_PLACE = re.compile(rf"\b(?:{'|'.join(_PLACES)})\b")
_BEFORE = ("severe", "mild", "moderate", "significant", "known", "worsening", "persistent")
_BEFORE_PLACES = ("left", "right", "bilateral", "left-sided", "right-sided")
_AFTER = ("on exam", "of some duration", "with symptoms", "under treatment")
_AFTER_PLACES = ("on the left", "on the right", "bilaterally", "on both sides")
_LINKS = ("of the", "in the", "of the left", "of the right", "in the left", "in the right")


@cache
def _table() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    text = files("icd9_review.training.default").joinpath("wording.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return tuple((re.compile(rf"\b{re.escape(row[0])}\b"), tuple(row[1:])) for row in rows)


@cache
def _owners() -> dict[str, str]:
    return {term.lower(): code for code, terms in written_terms().items() for term in terms}


def reword(term: str, code: str, rng: random.Random) -> str:
    """The term in other words, or as it stands; capitals and status codes are left alone."""
    if is_status(code) or not term.islower() or len(term) < 5:  # letters, by judgement
        return term
    steps: tuple[tuple[float, Callable[[str, random.Random], str]], ...] = (
        (_SWAP_SHARE, _swap),
        (_TURN_SHARE, _turn),
        (_QUALIFY_SHARE, _qualify),
    )
    for share, change in steps:
        if rng.random() < share:
            changed = change(term, rng)
            if _owners().get(changed, code) == code:
                term = changed
    return term


def _swap(term: str, rng: random.Random) -> str:
    """One word exchanged for another that says the same."""
    fitting = [(pattern, others) for pattern, others in _table() if pattern.search(term)]
    if not fitting:
        return term
    pattern, others = rng.choice(fitting)
    return pattern.sub(rng.choice(others), term, count=1)


def _turn(term: str, rng: random.Random) -> str:
    """A noun phrase with its head first."""
    found = _HEAD.fullmatch(term)
    return f"{found['head']} {rng.choice(_LINKS)} {_PLACES[found['place']]}" if found else term


def _qualify(term: str, rng: random.Random) -> str:
    """The term with a word that says how bad, since when or, for a part of the body, which side."""
    sided = bool(_PLACE.search(term)) and not re.search(r"\b(?:left|right|bilateral)", term)
    before, after = (
        (_BEFORE_PLACES, _AFTER_PLACES) if sided and rng.random() < 0.5 else (_BEFORE, _AFTER)
    )
    if rng.random() < 0.6:  # by judgement: qualifiers stand in front more often
        return f"{rng.choice(before)} {term}"
    return f"{term} {rng.choice(after)}"
