"""Which causes of injury a chart is asked about, by which E codes each is coded, and which are
looked for.

A cause is asked about where the chart has an injury, a poisoning or a late effect of one, or where
a cause is suggested (guidelines I.C.19.a); what happened years ago only where it has a late effect.
One row for each thing that happened: notes tell of the same fall more than once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, zip_longest

from icd9_review.codes.edits.chapters.external_cause import CAUSE, INJURY, LATE, LATE_CAUSE
from icd9_review.codes.edits.ranges import Ranges, ranges
from icd9_review.codes.search import Found, Index, Why, search
from icd9_review.naming.lines.accounts import LineAccount, LineState
from icd9_review.naming.lines.circumstances import circumstances
from icd9_review.naming.lines.coders import Coder, Link
from icd9_review.naming.lines.wordings import MOST_HITS, wordings
from icd9_review.notes.lines.cause_cues import CauseGroup
from icd9_review.notes.lines.causes import CauseLine
from icd9_review.values import Assertion, CodeKey, Kind

_OBSERVED = ranges("V71.3-V71.6")
"""Observation after an accident or an attack: what was not hurt has a cause as well."""

_OF_CARE = ranges("E870-E879 E930-E949")
"""Misadventures, complications and drugs taken rightly: no sentence about an accident says them."""

_GROUP_CODES: Mapping[CauseGroup, Ranges] = {
    CauseGroup.SUICIDE: ranges("E950-E959 E980-E989"),
    CauseGroup.ASSAULT: ranges("E960-E969 E970-E979 E980-E989"),
    CauseGroup.WEAPON: ranges("E922 E955 E956 E965 E966 E970 E974 E985 E986 E920"),
    CauseGroup.TRAFFIC: ranges("E800-E848 E929.0-E929.1 E958.5 E968.5 E988.5"),
    CauseGroup.POISONING: ranges("E850-E869 E950-E952 E962 E980-E982 E924.1"),
    CauseGroup.BITE: ranges("E905-E906 E928.3"),
    CauseGroup.BURN: ranges("E890-E899 E923-E926 E907 E958.1-E958.2 E968.0 E968.3 E988.1-E988.2"),
    CauseGroup.MACHINERY: ranges("E919-E920 E918"),
    CauseGroup.CUT: ranges("E920 E956 E966 E986"),
    CauseGroup.FOREIGN: ranges("E911-E915"),
    CauseGroup.FALL: ranges("E880-E888 E917 E929.3 E957 E968.1 E987 E833-E835 E843"),
    CauseGroup.STRUCK: ranges("E916-E918 E960.0 E968.2 E886"),
    CauseGroup.EXERTION: ranges("E927"),
    CauseGroup.SPORT: ranges("E917 E886.0 E927 E880-E888"),
    CauseGroup.NATURE: ranges("E900-E904 E907-E910"),
}
"""The E codes that tell of the same: whoever gave one of them looked at it."""

_NO_GROUP: frozenset[CauseGroup] = frozenset()
_SAID_BY: Mapping[CauseGroup, frozenset[CauseGroup]] = {
    CauseGroup.POISONING: frozenset({CauseGroup.SUICIDE}),
    CauseGroup.WEAPON: frozenset({CauseGroup.SUICIDE, CauseGroup.ASSAULT}),
    CauseGroup.CUT: frozenset({CauseGroup.SUICIDE, CauseGroup.MACHINERY}),
}
"""What happened with an intent, or by a machine, is told by that alone."""

_VAGUE = (CauseGroup.SPORT, CauseGroup.NATURE, CauseGroup.ACCIDENT)
"""What says little, where something else is told."""

_LOOKED_AT = 400  # codes of a wording among which E codes stand


def is_cause(code: str) -> bool:
    """Whether a code says how an injury came about: no place, no activity, no status.

    >>> [is_cause(code) for code in ("E885.9", "E849.0", "E001.1", "820.8")]
    [True, False, False, False]
    """
    return code in CAUSE


def is_of_care(code: str) -> bool:
    """Whether an E code is of care itself: a misadventure, a complication, a drug taken rightly.

    >>> [is_of_care(code) for code in ("E878.2", "E935.2", "E888.9")]
    [True, True, False]
    """
    return code in _OF_CARE


def asked_causes(
    notes: Mapping[str, Sequence[CauseLine]], codes: Collection[str]
) -> dict[str, tuple[CauseLine, ...]]:
    """Of the causes that notes tell, those that a chart with these diagnoses is asked about.

    ``notes`` go by the id of a note, in their order, as does what is returned. Of several that
    tell the same that one counts that has most cues, and stands in no list.
    """
    current = any(code in INJURY or code in _OBSERVED or code in CAUSE for code in codes)
    late = any(code in LATE for code in codes)
    best: dict[CauseGroup, tuple[str, CauseLine]] = {}
    for note_id, lines in notes.items():
        for each in lines:
            past = each.line.assertion is Assertion.HISTORICAL
            if (late if past else current or late) and _is_better(each, best.get(each.group)):
                best[each.group] = note_id, each
    told = [pair for pair in best.values() if not _SAID_BY.get(pair[1].group, _NO_GROUP) & {*best}]
    kept = [pair for pair in told if pair[1].group not in _VAGUE] or told[:1]
    return {
        note_id: tuple(each for each in lines if any(each is line for _, line in kept))
        for note_id, lines in notes.items()
    }


def _is_better(each: CauseLine, known: tuple[str, CauseLine] | None) -> bool:
    if known is None:
        return True
    return (not each.listed, each.cues) > (not known[1].listed, known[1].cues)


def account_for_cause(
    line: CauseLine, accepted: Sequence[CodeKey], coded: Sequence[Coder]
) -> LineAccount:
    """What became of a cause: the E codes that tell it.

    ``coded`` are those among the accepted ones that the line itself leads to; what tells of such a
    thing (any fall) is as good. Where the chart has another cause, who gave it has looked at it.
    """
    causes = [key for key in accepted if is_cause(key[1])]
    linked = {each.key for each in coded}
    held = _GROUP_CODES.get(line.group, CAUSE)
    such = [Coder(key, Link.NAMED) for key in causes if key[1] in held and key not in linked]
    if coded or such:
        return LineAccount(LineState.CODED, (*coded, *such))
    if causes:
        return LineAccount(LineState.NEEDLESS, reason=f"the chart has a cause: {causes[0][1]}")
    return LineAccount(LineState.OPEN)


def _candidates(assertion: Assertion) -> Ranges:
    """The E codes that can be the cause that a line tells; of what is long over a late effect's."""
    return LATE_CAUSE if assertion is Assertion.HISTORICAL else CAUSE


def find_external_causes(
    index: Index, line: CauseLine, meant: Sequence[str] = ()
) -> tuple[Found, ...]:
    """The E codes for the cause that a line tells, best first.

    ``meant`` are those that a model reads in its words, likeliest first: they come before what the
    index finds, which goes by single words of a sentence; its first has the last place if need be.
    """
    among = _candidates(line.line.assertion)
    hits = _by_index(index, line, among)
    read = [code for code in meant if _may_be(code, among)][:MOST_HITS]
    if hits and not {*read} & {*list(hits)[:1]}:
        read = read[: MOST_HITS - 1]
    ranked = list(dict.fromkeys((*read, *hits)))[:MOST_HITS]
    return tuple(hits.get(code) or _known(index, code, Why.MEANING) for code in ranked)


def find_circumstances(index: Index, line: CauseLine) -> tuple[Found, ...]:
    """The E codes of place, activity and status that a line names beside its cause."""
    return tuple(
        _known(index, code, Why.WORDS) for code in circumstances(line.line.text, line.sentence)
    )


def _by_index(index: Index, line: CauseLine, among: Ranges) -> dict[str, Found]:
    """What the search has for the wordings of a line and for its cue, of each the first first."""
    lists = [
        [
            each
            for each in search(index, wording, kinds=(Kind.DIAGNOSIS,), limit=_LOOKED_AT)
            if not each.header and _may_be(each.code, among)
        ]
        for wording in (*wordings(line.line.text), line.cue)
    ]
    once: dict[str, Found] = {}
    for each in chain.from_iterable(zip_longest(*lists)):
        if each is not None:
            once.setdefault(each.code, each)
    return once


def _known(index: Index, code: str, why: Why) -> Found:
    item = index.items[index.numbers[Kind.DIAGNOSIS, code]]
    return Found(item.kind, item.code, item.title, item.header, "", why)


def _may_be(code: str, among: Ranges) -> bool:
    return code in among and not is_of_care(code)
