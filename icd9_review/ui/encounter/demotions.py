"""Why a code that reaches its threshold is not suggested, in words."""

from __future__ import annotations

from typing import Final

from icd9_review.values import Demotion, Doubt

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
    Doubt.MARGIN: "hardly reaches its threshold",
}


def describe_demotion(demotion: Demotion) -> str:
    """What the model's second judge doubted most; a symptom may have no code that explains it.

    >>> describe_demotion(Demotion(Doubt.EXPLAINED, beside="486"))
    'a symptom that 486 may explain'
    """
    if demotion.doubt is Doubt.EXPLAINED and not demotion.beside:
        return "a symptom beside definite conditions"
    return _WORDS[demotion.doubt].format(beside=demotion.beside)
