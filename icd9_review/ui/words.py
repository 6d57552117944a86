"""How facts read on the screen: people, dates and moments in a few words.

A day reads as it is typed and exported, year first (ISO 8601): one way everywhere, in any language.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from icd9_review.notes.intake.particulars.note_types import NOTE_TYPE_WORDS
from icd9_review.values import Claim, Note, OpenSession, Sex, User

_LINE_END = "\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]"  # of Markdown, and of JavaScript before it
_SEX = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.UNKNOWN: ""}


def describe_document(note: Note) -> str:
    """Type, author and day of a document, as far as they are known and its title does not say."""
    kind = NOTE_TYPE_WORDS[note.type] if note.type else ""
    shown = "" if kind in note.title.casefold() else kind
    day = note.written.isoformat() if note.written else ""
    return " · ".join(filter(None, (shown, note.author, day)))


def describe_person(age: int | None, sex: Sex) -> str:
    """Age and sex: ``71 F``; what is unknown is left out."""
    known = (str(age) if age is not None else "", _SEX[sex])
    return " ".join(part for part in known if part)


def describe_dates(admitted: date | None, discharged: date | None) -> str:
    """The days of a stay: ``2014-03-12 – 2014-03-17``; empty when nothing is known."""
    if admitted is None and discharged is None:
        return ""
    if admitted is None or discharged is None:
        return f"from {admitted}" if admitted else f"until {discharged}"
    return f"{admitted}" if admitted == discharged else f"{admitted} – {discharged}"


def describe_moment(at: datetime, *, now: datetime | None = None) -> str:
    """When something happened, in the server's time zone: the hour today, else the day."""
    local = at.astimezone()
    today = (now or datetime.now().astimezone()).astimezone().date()
    if local.date() == today:
        return f"today {describe_hour(local)}"
    return f"{local:%Y-%m-%d %H:%M}" if local.year == today.year else f"{local.date()}"


def describe_hour(at: datetime) -> str:
    """An hour of the server's day: ``14:05``."""
    return f"{at.astimezone():%H:%M}"


def describe_claim(claim: Claim | None, user: User) -> str:
    """Who else is working on an encounter, in a sentence; empty where nobody else is."""
    if claim is None or claim.user.id == user.id:
        return ""
    return f"{claim.user.name} is working on this until {describe_hour(claim.until)}"


def describe_proof(found: OpenSession) -> str:
    """How somebody showed who they are: ``password and code``."""
    return f"{found.proof} and {found.factor}" if found.factor else str(found.proof)


def format_percent(probability: float) -> str:
    """A probability for people, never quite none and never quite all."""
    if probability < 0.01:
        return "< 1 %"
    if probability >= 0.995:  # would be rounded to 100 %
        return "> 99 %"
    return f"{round(100 * probability)} %"


def plain(text: str) -> str:
    """Text for places that read Markdown: it reads there as it stands, letter by letter.

    Names of files, people and models, and messages that quote them, may hold anything. Marks of
    Markdown could be taken literally one by one; but addresses, symbols (``:material/home:``)
    and arrows are found in the text that is left, and only code is spared. ``app.css`` has code
    look like the text around it. Line ends become spaces.
    """
    line = re.sub(_LINE_END, " ", text)
    # Streamlit takes this beginning of a symbol apart before it reads any Markdown.
    return r"\/".join(map(_code, line.split("/"))) if ":material/" in line else _code(line)


def _code(text: str) -> str:
    """A code span (CommonMark 0.31, 6.1), fenced by more backticks than the text has in a row."""
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    # One space at both ends belongs to the fence, unless there is nothing but spaces.
    guard = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{guard}{text}{guard}{fence}"
