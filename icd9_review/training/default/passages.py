"""Clinical passages written from templates, with every mention's offsets and what is said of it.

A template names slots in braces. Conditions in asserted slots count; negated, family and
past conditions do not, except that a family mention may assert the V code for it.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from icd9_review.codes.notation import category
from icd9_review.training.default.labels import (
    is_acute,
    is_procedure,
    is_status,
    is_symptom,
    titles,
    written_codes,
)
from icd9_review.training.default.mentions import LabelledMention
from icd9_review.training.default.phrases import PhraseBook

_SLOT = re.compile(r"\{(\w+)\}")
# By judgement: half of the sentences assert, the others deny, tell of relatives or fill.
_KIND_SHARES = {"asserted": 0.55, "none": 0.2, "family": 0.07, "filler": 0.18}
_TITLE_SHARE = 0.12  # of terms that are titles, which notes seldom have; by judgement
_RARE_IN_LIST = 0.25  # of items that may be any code of the model; by judgement
_SAME_CATEGORY_SHARE = 0.15  # of codes drawn beside one of their category; by judgement
FAMILY_CODES = {
    **dict.fromkeys(("410", "411", "412", "413", "414"), "V17.3"),
    **dict.fromkeys(("430", "431", "434", "435"), "V17.1"),
    "250": "V18.0",
    "153": "V16.0",
    "174": "V16.3",
    "401": "V17.49",
}


@dataclass(frozen=True, slots=True)
class TrainingPassage:
    """A text and the mentions in it; ``text[mention.start:mention.end]`` is the term.

    Whether the text says anything of an ``unknown`` code is known only where it is mentioned.
    """

    text: str
    mentions: tuple[LabelledMention, ...]
    unknown: frozenset[str] = frozenset()

    @property
    def targets(self) -> dict[str, int]:
        """What the passage says of each mentioned code: 1 asserted, 0 not, -1 not known."""
        found: dict[str, int] = {}
        for mention in self.mentions:
            held = found.get(mention.code, mention.target)
            found[mention.code] = 1 if 1 in (held, mention.target) else min(held, mention.target)
        return found


@dataclass(slots=True)
class _Draft:
    """A passage being written."""

    text: str = ""
    mentions: list[LabelledMention] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.text += text

    def mention(self, term: str, code: str, target: int) -> None:
        start = len(self.text)
        self.text += term
        self.mentions.append(LabelledMention(start, len(self.text), code, target))


@cache
def _templates() -> dict[str, tuple[str, ...]]:
    text = (
        files("icd9_review.training.default").joinpath("templates.tsv").read_text(encoding="utf-8")
    )
    found: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        kind, template = line.split("\t")
        found[kind].append(template)
    return {kind: tuple(templates) for kind, templates in found.items()}


@cache
def code_groups() -> dict[str, tuple[str, ...]]:
    """Diagnoses with written terms, by the slot they may fill."""
    codes = written_codes()
    conditions = tuple(code for code in codes if not is_status(code))
    special = ("V14", "V16", "V17", "V18", "V30", "V27", "V29")
    return {
        "any": conditions,
        "dx": tuple(code for code in conditions if not is_symptom(code)),
        "chronic": tuple(c for c in conditions if not is_acute(c) and not is_newborn(c)),
        "sx": tuple(code for code in conditions if is_symptom(code)),
        "acute": tuple(c for c in conditions if is_acute(c) and not is_symptom(c)),
        "status": tuple(c for c in codes if is_status(c) and not c.startswith(special)),
        "allergy": tuple(code for code in codes if code.startswith("V14")),
        "social": ("V15.82", "305.1", "305.00", "303.90", "304.00"),
        "cardiac": ("424.0", "424.1", "397.0", "416.8", "426.4", "426.3", "427.31", "427.69"),
        "family": tuple(c for c in conditions if not is_symptom(c) and not is_newborn(c)),
        "single": tuple(code for code in codes if not code.startswith("V1")),
    }


def is_newborn(code: str) -> bool:
    """Conditions of pregnancy and the newborn."""
    return "630" <= category(code) <= "679" or "760" <= category(code) <= "779"


def write_passage(book: PhraseBook, rng: random.Random, length: int) -> TrainingPassage:
    """A passage of about ``length`` characters; the same generator state gives the same text."""
    draft = _Draft()
    separator = rng.choice((" ", " ", "\n", ",", "  "))
    kinds, shares = list(_KIND_SHARES), list(_KIND_SHARES.values())
    while len(draft.text) < length:
        if draft.text:
            draft.add(separator)
        kind = rng.choices(kinds, shares)[0]
        _fill(draft, rng.choice(_templates()[kind]), book, rng)
        if rng.random() < 0.25:  # so that lengths differ; by judgement
            break
    return TrainingPassage(draft.text, tuple(draft.mentions))


def _fill(draft: _Draft, template: str, book: PhraseBook, rng: random.Random) -> None:
    last: tuple[str, str] | None = None
    for index, part in enumerate(_SLOT.split(template)):
        if index % 2 == 0:
            draft.add(part)
        elif part == "same" and last is not None:
            draft.mention(*last, 1)
        elif part in ("list", "lines", "lines_chronic"):
            _write_list(draft, part, book, rng)
        elif part == "familysentence":
            _fill(draft, rng.choice(_templates()["family"]), book, rng)
        elif part == "procedures":
            _write_procedures(draft, book, rng)
        else:
            last = _write_slot(draft, part, book, rng)


def _write_slot(draft: _Draft, slot: str, book: PhraseBook, rng: random.Random) -> tuple[str, str]:
    group, target = {
        "no": ("dx", 0),
        "nosx": ("sx", 0),
        "nopx": ("px", 0),
        "pastacute": ("acute", 0),
        "statusplain": ("status", 1),
    }.get(slot, (slot, 1))
    code = _slot_code(draft, group, book, rng)
    term = draw_term(book, code, rng)
    if slot == "family":
        target = 0
        if category(code) in FAMILY_CODES:
            code, target = FAMILY_CODES[category(code)], 1
    draft.mention(term, code, target)
    return term, code


def _slot_code(draft: _Draft, group: str, book: PhraseBook, rng: random.Random) -> str:
    """Any code for ``rare``, a procedure for ``px``, else one of the group."""
    if group == "rare":
        return book.code(rng)
    return (
        draw_procedure(book, rng) if group == "px" else _draw_code(draft, code_groups()[group], rng)
    )


def draw_procedure(book: PhraseBook, rng: random.Random) -> str:
    """A procedure; one that read notes have comes more often."""
    while not is_procedure(code := book.code(rng)):
        pass
    return code


def _draw_code(draft: _Draft, codes: tuple[str, ...], rng: random.Random) -> str:
    """A code of the group; sometimes one that stands beside a code already written."""
    if draft.mentions and rng.random() < _SAME_CATEGORY_SHARE:
        kin = category(rng.choice(draft.mentions).code)
        siblings = [code for code in codes if category(code) == kin]
        if siblings:
            return rng.choice(siblings)
    return favour_frequent(codes, rng)


def favour_frequent(codes: tuple[str, ...], rng: random.Random) -> str:
    """A code of a group; groups begin with the most frequent, and so does the draw."""
    return codes[int(len(codes) * rng.random() ** 2)]


def draw_term(book: PhraseBook, code: str, rng: random.Random) -> str:
    """A term or, now and then, the title of a code; a phrase where no terms were written for it."""
    if code not in book.written:
        return book.phrase(code, rng)
    if rng.random() < _TITLE_SHARE:
        return titles()[code] if rng.random() < 0.5 else titles()[code].lower()
    terms = book.written[code]
    # The usual term twice as often as the rest, and in capitals now and then, as headings
    # are; by judgement.
    term = rng.choice((*terms, terms[0]))
    draw = rng.random()
    return term.upper() if draw < 0.08 else term


def _write_procedures(draft: _Draft, book: PhraseBook, rng: random.Random) -> None:
    """Some procedures in a numbered list."""
    for place in range(1, rng.randint(1, 4) + 1):  # items; by judgement, as operative notes have
        code = draw_procedure(book, rng)
        term = draw_term(book, code, rng)
        draft.add(f"{' ' if place > 1 else ''}{place}. ")
        draft.mention(term[0].upper() + term[1:], code, 1)
        draft.add(".")


def _write_list(draft: _Draft, style: str, book: PhraseBook, rng: random.Random) -> None:
    group = "chronic" if style == "lines_chronic" else rng.choice(("any", "dx", "single"))
    size = rng.randint(2, 6)  # items; by judgement, as the share of numbered lists
    numbered = style == "list" or rng.random() < 0.4
    joint = rng.choice((" ", "\n", ",", " ,", "  ") if numbered else (", ", "\n", ",", "; "))
    for place in range(1, size + 1):
        if place > 1:
            draft.add(joint)
        if numbered:
            draft.add(rng.choice((f"{place}. ", f"{place}.  ", f"{place}. ", f"{place}) ")))
        if rng.random() < _RARE_IN_LIST:
            code = book.code(rng)
        else:
            code = _draw_code(draft, code_groups()[group], rng)
        term = draw_term(book, code, rng)
        draft.mention(term[0].upper() + term[1:], code, 1)
        if numbered:
            draft.add(".")
