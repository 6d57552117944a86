"""A copy and what came of it, in the words and pieces that the page shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from icd9_review.ui.encounter.codes import NO_TITLE, code_name
from icd9_review.ui.encounter.demotions import describe_demotion
from icd9_review.ui.encounter.view import present_encounter
from icd9_review.ui.what_if.causes import Cause, Turn
from icd9_review.ui.what_if.copies import Copy, Draft
from icd9_review.ui.what_if.moving import Crossing, Move, Moves
from icd9_review.ui.what_if.trying import Outcome
from icd9_review.ui.what_if.view import DraftView, MoveView, OutcomeView, WhatIfView
from icd9_review.ui.words import format_percent
from icd9_review.values import CodeKey, Encounter

EMPTY: Final = "The copy has no words left, so nothing is suggested for it."
UNCHANGED: Final = (
    "The copy says what the notes say. Strike a sentence or edit it to see what moves."
)
NOT_READ: Final = "none"
DEMOTED: Final = "demoted"
LET_PASS: Final = "let pass"  # noqa: S105
SHIFTED: Final = (
    "The model reads a note in overlapping windows. A change shifts those behind it, so codes of "
    "other passages can move with it."
)
APART: Final = (
    "The model reads a note sentence by sentence, but family history, surgical history and "
    "allergies whole. What you left alone is read as it is in the notes: a code of it moves only "
    "where the heading of its section was changed."
)
JUDGED: Final = (
    "Its second judge looks at the whole copy: it may demote a code of any sentence, or let it "
    "pass, for what is said beside it. Where only that happened, the word stands in place of a "
    "percentage: the code moved by no points."
)
RECUT: Final = "its sentence begins or ends elsewhere in the copy"


def present_what_if(
    encounter: Encounter,
    copy: Copy,
    outcome: Outcome,
    titles: Mapping[CodeKey, str],
    back: str,
) -> WhatIfView:
    """All that the page shows; ``back`` is where its way back leads."""
    return WhatIfView(
        encounter=present_encounter(encounter),
        back=back,
        name=copy.name,
        notes=tuple(_present_draft(draft) for draft in copy.drafts),
        outcome=present_outcome(outcome, titles),
    )


def present_outcome(outcome: Outcome, titles: Mapping[CodeKey, str]) -> OutcomeView:
    """What came of a copy: a row for each code that moved, and a line for those that did not."""
    moves = outcome.moves or Moves((), 0)
    return OutcomeView(
        refusal=outcome.refusal,
        message=_message(outcome),
        rows=tuple(
            _present_move(move, titles, outcome.causes.get(move.key)) for move in moves.moved
        ),
        still=describe_still(moves),
        remark=_remark(outcome) if moves.moved and not outcome.empty else "",
        summary=describe_moves(moves) if outcome.moves else "",
    )


def describe_moves(moves: Moves) -> str:
    """What moved, in a line: ``3 suggestions moved: 1 appears, 1 disappears``."""
    count = len(moves.moved)
    if count == 0:
        return "No suggestion moved"
    crossed = [
        f"{number} {word}{'' if number > 1 else 's'}"
        for crossing, word in ((Crossing.APPEARS, "appear"), (Crossing.DISAPPEARS, "disappear"))
        if (number := sum(move.crossing is crossing for move in moves.moved))
    ]
    line = f"{count} suggestion{'s' if count > 1 else ''} moved"
    return f"{line}: {', '.join(crossed)}" if crossed else line


def describe_still(moves: Moves) -> str:
    """How many suggestions did not move; empty where there is none."""
    if moves.still == 0:
        return ""
    return (
        f"{moves.still} suggestion{'s' if moves.still > 1 else ''} did not move by half a percent"
    )


def format_change(change: float) -> str:
    """A change of a probability in points with its sign: ``−62``; ``< 1`` for less than one."""
    if not change:
        return "0"
    points = round(100 * abs(change))
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    return f"{sign}{points}" if points else f"{sign}< 1"


def describe_cause(cause: Cause) -> str:
    """Why a code moved whose words were left alone: ``now demoted: stands in the examination``."""
    parts = (_describe_turn(cause.turn) if cause.turn else "", RECUT if cause.recut else "")
    return "; ".join(part for part in parts if part)


def _describe_turn(turn: Turn) -> str:
    if turn.now is not None:
        verdict = f"now demoted: {describe_demotion(turn.now)}"
    elif turn.was is not None:
        verdict = f"let pass now; was demoted: {describe_demotion(turn.was)}"
    else:
        return ""  # no verdict turned
    was, now = map(format_percent, turn.own)
    if was == now:
        return verdict
    return f"{verdict}; before its verdict {was} in the notes, {now} in the copy"


def _remark(outcome: Outcome) -> str:
    remark = SHIFTED if outcome.shifted else APART
    return f"{remark} {JUDGED}" if outcome.judged else remark


def _message(outcome: Outcome) -> str:
    if outcome.empty:
        return EMPTY
    return "" if outcome.moves or outcome.refusal else UNCHANGED


def _present_draft(draft: Draft) -> DraftView:
    return DraftView(
        id=draft.note.id,
        title=draft.note.title,
        original=None if draft.whole == draft.note.text else draft.note.text,
        pieces=tuple(_pieces(draft)),
        headings=tuple(number for number, each in enumerate(draft.sentences) if each.heading),
        struck=tuple(sorted(draft.struck & {*range(len(draft.sentences))})),
    )


def _pieces(draft: Draft) -> Iterator[str]:
    """The whole text: every second piece is a sentence, the others stand around them."""
    at = 0
    for sentence in draft.sentences:
        yield draft.whole[at : sentence.start]
        yield draft.whole[sentence.start : sentence.end]
        at = sentence.end
    yield draft.whole[at:]


def _present_move(move: Move, titles: Mapping[CodeKey, str], cause: Cause | None) -> MoveView:
    kind, code = move.key
    return MoveView(
        key=code_name(kind, code),
        code=code,
        title=titles.get(move.key, NO_TITLE),
        before=format_percent(move.before),
        after=_after(move),
        change=format_change(move.change),
        crossing=move.crossing.value,
        why=describe_cause(cause) if cause else "",
    )


def _after(move: Move) -> str:
    """The percentage of the copy; the verdict where that alone turned."""
    if move.by_verdict and move.now is not None:
        return DEMOTED if move.now.demotion else LET_PASS
    return NOT_READ if move.after is None else format_percent(move.after)
