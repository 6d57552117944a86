"""Where the notes speak of the codes of an audit: what the coder marked, what names them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from icd9_review.naming.mentions import find_mentions
from icd9_review.naming.terms import Term
from icd9_review.notes.text.phrases import Phrases
from icd9_review.outline.sections import sections
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import CodeKey, Encounter, Note, Span

CodePlaces = Mapping[CodeKey, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class ChartPlaces:
    """What names the codes of a chart, and where sections begin in each of its notes."""

    named: CodePlaces
    sections: Mapping[str, Sequence[int]]

    def section_of(self, span: Span) -> tuple[int, int | None]:
        """Where the section of a place begins and ends; None for the end of the note."""
        starts = self.sections.get(span.note_id, ())
        number = bisect_right(starts, span.start)
        first = starts[number - 1] if number else 0
        return first, starts[number] if number < len(starts) else None


_KEPT: Final = "audit_places"
_SHOWN: Final = 2  # places of a code; by judgement: the codes stay in sight
_AROUND: Final = 60  # characters before and after; by judgement: half a line each


def places_by_code(notes: Sequence[Note], phrases: Phrases[Term]) -> CodePlaces:
    """The places of the notes that name each code in words, whatever they say of it."""
    found: dict[CodeKey, list[Span]] = {}
    for note in notes:
        for mention in find_mentions(note.text, phrases):
            for key in mention.keys:
                found.setdefault(key, []).append(Span(note.id, mention.start, mention.end))
    return found


def kept_places(audit_id: str, chart: Encounter) -> ChartPlaces:
    """The places of a chart, looked for once while its audit is on the screen."""
    reference = services().references.current()
    asked = (audit_id, reference.version, *(note.id for note in chart.notes))
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != asked:
        starts = {each.id: [s.start for s in sections(each.text)] for each in chart.notes}
        kept = asked, ChartPlaces(places_by_code(chart.notes, reference.phrases), starts)
        st.session_state[_KEPT] = kept
    found: ChartPlaces = kept[1]
    return found


def quote_place(text: str, span: Span, section: tuple[int, int | None] = (0, None)) -> str:
    """Words of a note with what stands around them in their section, in one line.

    >>> quote_place("He has\\n asthma, mild.", Span("n", 8, 14))
    'He has asthma, mild.'
    >>> quote_place("PMH: gout. PLAN: home.", Span("n", 5, 9), (0, 11))
    'PMH: gout.'
    """
    least, most = section[0], max(section[1] or len(text), span.end)
    first, last = max(least, span.start - _AROUND), min(most, span.end + _AROUND)
    if first > least:
        first = text.find(" ", first, span.start) + 1 or span.start
    if last < most:
        last = max(text.rfind(" ", span.end, last), span.end)
    cut = " ".join(text[first:last].split())
    return f"{'… ' if first > least else ''}{cut}{' …' if last < most else ''}"


def show_places(key: CodeKey, chart: Encounter, marked: CodePlaces, places: ChartPlaces) -> None:
    """What the coder marked for a code, and where else the notes name it."""
    chosen = marked.get(key, ())
    others = [each for each in places.named.get(key, ()) if not _touches(each, chosen)]
    if not chosen and not others:
        st.caption("Named nowhere in the notes in words known here.")
    for span in chosen[:_SHOWN]:
        _show(span, chart, places, "marked by the coder")
    for span in others[:_SHOWN]:
        _show(span, chart, places)
    if (more := len(chosen[_SHOWN:]) + len(others[_SHOWN:])) > 0:
        st.caption(f"{more:,} more {'place' if more == 1 else 'places'}")


def _show(span: Span, chart: Encounter, places: ChartPlaces, how: str = "") -> None:
    note = next((each for each in chart.notes if each.id == span.note_id), None)
    if note is not None:
        where = f"{note.title}, {how}" if how else note.title
        quoted = quote_place(note.text, span, places.section_of(span))
        st.caption(f"{plain(where)}: {plain(quoted)}")


def _touches(span: Span, others: Collection[Span]) -> bool:
    return any(
        each.note_id == span.note_id and each.start < span.end and span.start < each.end
        for each in others
    )
