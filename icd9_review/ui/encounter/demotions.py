"""Why a code that reaches its threshold is not suggested, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from icd9_review.ui.encounter.context import NoteContext
from icd9_review.values import Assertion, CodeKey, Demotion, Doubt, Span, Suggestion

Place = tuple[Assertion, str]
"""What a note says where it names a code, and the title of the section that it stands in."""

_WORDS: Final = {
    Doubt.UNNAMED: "nowhere named in its own words",
    Doubt.UNLIKE: "few of its own words where the model saw it",
    Doubt.WITHHELD: "wherever it is named, denied, doubted, over or somebody else's",
    Doubt.EXPLAINED: "a symptom that {beside} may explain",
    Doubt.SIBLING: "its sibling {beside} is likelier in the same place",
    Doubt.OUTDONE: "{beside} is far likelier in the same place",
    Doubt.COMBINED: "{beside} says it already",
    Doubt.UNLISTED: "not among the diagnoses that are listed",
    Doubt.HISTORY: "stands in the history of present illness",
    Doubt.EXAMINATION: "stands in the examination",
    Doubt.PLANNED: "its sentence plans, advises, declines or calls it off",
    Doubt.ELSEWHERE: "its sentence speaks of before or of another place",
    Doubt.PAST: "denied, over or somebody else's where the model saw it",
    Doubt.MARGIN: "hardly reaches its threshold",
}


_SAID: Final = {
    Assertion.NEGATED: "denied",
    Assertion.UNCERTAIN: "doubted",
    Assertion.HISTORICAL: "over",
    Assertion.FAMILY: "a relative's",
    Assertion.OTHER_PERSON: "another person's",
}


def describe_demotion(demotion: Demotion, places: Collection[Place] = ()) -> str:
    """What the model's second judge doubted most; a symptom may have no code that explains it.

    ``places`` are those that name the code: what is withheld says where and how, if they agree.

    >>> describe_demotion(Demotion(Doubt.EXPLAINED, beside="486"))
    'a symptom that 486 may explain'
    >>> describe_demotion(Demotion(Doubt.WITHHELD), [(Assertion.NEGATED, "")])
    'named only as denied'
    """
    if demotion.doubt is Doubt.WITHHELD and places and all(said in _SAID for said, _ in places):
        return _describe_withheld(places)
    if demotion.doubt is Doubt.EXPLAINED and not demotion.beside:
        return "a symptom beside definite conditions"
    return _WORDS[demotion.doubt].format(beside=demotion.beside)


def named_places(
    demoted: Iterable[Suggestion],
    places: Mapping[CodeKey, Sequence[Span]],
    contexts: Mapping[str, NoteContext],
) -> dict[CodeKey, tuple[Place, ...]]:
    """What is said where the notes name each demoted code, and in which section.

    ``places`` have the spans that name codes, ``contexts`` go by the id of a note.
    """
    keys = [(each.kind, each.code) for each in demoted]
    return {
        key: tuple(_place(contexts[s.note_id], s.start, s.end) for s in places.get(key, ()))
        for key in keys
    }


def places_in(context: NoteContext, key: CodeKey) -> tuple[Place, ...]:
    """The same of one code in one note, by its own words."""
    return tuple(_place(context, *span) for span in context.own_words.named(key))


def _place(context: NoteContext, start: int, end: int) -> Place:
    return context.assertion(start, end), context.section_title(start)


def _describe_withheld(places: Collection[Place]) -> str:
    found = {said for said, _ in places}
    said = " or ".join(words for assertion, words in _SAID.items() if assertion in found)
    titles = {title for _, title in places}
    (title,) = titles if len(titles) == 1 else ("",)
    # A title is text of the note: it is kept from turning the direction of what follows.
    where = f"named in \u2068{title}\u2069 alone, as" if title else "named only as"
    return f"{where} {said}"
