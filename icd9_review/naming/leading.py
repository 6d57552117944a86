"""Which of a code's evidence is read first: what names the code, and last what any note may say.

A model may lean on a title ("Ms"), a verb ("suffered") or a symptom of something else. That is
true of the model and stays marked, but nobody finds a code by it: where the note names the code
in the code's own words, such evidence is not listed. Offsets are code points of the note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from icd9_review.evidence import Mark, has_content
from icd9_review.naming.own_words import OwnWords, own_terms
from icd9_review.naming.terms import WORD, fold_words
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import Section, section_at
from icd9_review.values import CodeKey

_LISTS: Final = frozenset(
    (SectionKind.DISCHARGE_DIAGNOSES, SectionKind.DIAGNOSES, SectionKind.ASSESSMENT)
)

# Titles and people, what they do in any note, and words of time; by judgement, read off the
# evidence of a hundred notes. Words of one letter say nothing either.
_ANYWHERE: Final = frozenset(
    fold_words(
        """
        Mr Mrs Ms Miss Dr patient pt male female man woman gentleman lady boy girl child person
        he him his she her hers they them their it who himself herself
        year years yr old month months week weeks day days today ago since time times
        am are is was were be been being has had have having do does did
        suffer suffers suffered suffering present presents presented presenting complain
        complains complained complaining complaint report reports reported state states stated
        note notes noted notice noticed find finds found finding show shows showed shown reveal
        reveals revealed demonstrate demonstrates demonstrated see seen look looks appear appears
        appeared feel feels felt know known diagnose diagnosed diagnosis diagnoses consistent
        develop develops developed experience experiences experienced undergo underwent undergone
        admit admitted bring brought come came go went give gave given take takes took taken use
        used get got become became remain remains remained receive received treat treated
        start started continue continued need needed require required secondary due associated
        status post history past prior previous previously current currently recent recently new
        acute chronic mild moderate severe significant also well very some many other
        left right bilateral
        """
    )
)

# They belong to many conditions: evidence for a code only where its own terms have them.
_SYMPTOMS: Final = frozenset(
    fold_words(
        """
        pain pains painful ache aches discomfort tender tenderness nausea nauseated vomiting
        vomited fever febrile chills weak weakness fatigue fatigued tired dizzy dizziness cough
        swelling swollen short shortness breath bleeding numbness tingling symptom symptoms sign
        signs problem problems condition disease disorder
        """
    )
)


def leading(text: str, runs: Sequence[Mark], own: OwnWords, key: CodeKey) -> tuple[Mark, ...]:
    """The evidence of a code as it is to be read; ``runs`` are given heaviest first.

    First what stands where the note names the code, then the rest by weight, then words that
    any note may have. The last are left out where the note names the code. ``own`` are the
    words of ``text``.

    >>> from icd9_review.values import Kind
    >>> text = "Ms Roe suffered much. Obesity, pain."
    >>> runs = [Mark(0, 2, 1.0), Mark(31, 35, 0.9), Mark(22, 29, 0.5)]
    >>> read = leading(text, runs, OwnWords(text), (Kind.DIAGNOSIS, "278.00"))
    >>> [text[run.start : run.end] for run in read]
    ['Obesity']
    """
    named = own.named(key)
    common = _ANYWHERE | (_SYMPTOMS - {word for term in own_terms(key) for word in term})
    telling = [run for run in runs if not _is_of(text, run, common)]
    first = [run for run in telling if run.weight > 0 and _touches(run, named)]
    rest = [run for run in telling if run not in first]
    vague = [] if named else [run for run in runs if run not in telling]
    return (*first, *rest, *vague)


def is_listed(found: Sequence[Section], start: int) -> bool:
    """Whether what begins there stands in a list of diagnoses or in an assessment.

    A coder looks there first, and there the labelled evidence of most codes stands.
    """
    return section_at(found, start).kind in _LISTS


def _is_of(text: str, run: Mark, common: frozenset[str]) -> bool:
    """Whether every word that says something is among the given."""
    words = WORD.findall(text[run.start : run.end])
    return all(
        len(word) == 1 or not has_content(word) or common.issuperset(fold_words(word))
        for word in words
    )


def _touches(run: Mark, places: Iterable[tuple[int, int]]) -> bool:
    return any(start < run.end and run.start < end for start, end in places)
