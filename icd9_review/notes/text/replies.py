"""What a form says of its items by replies: boxes, signs, yes and no, a question's answer.

``[ ] stroke [x] diabetes``, ``fever (-), cough (+)``, ``+ fever - chills``, ``Negative: rash``,
``Asthma: N``, ``Diabetes? No.`` Whether a reply speaks of what stands before or behind it is told
by its row: where a row ends with a reply, replies stand behind their items. A lone hyphen or
bracket is no reply. Offsets are code points.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from icd9_review.values import Assertion


@dataclass(frozen=True, slots=True)
class Replied:
    """An item ``text[start:end]`` of a form and what its reply at ``cue`` says of it."""

    start: int
    end: int
    cue: tuple[int, int]
    assertion: Assertion


_LONGEST_ITEM = 120
"""Characters before an answer that may be its question: longer than any line of a form."""

_FEWEST_SIGNS = 2
"""Signs in a row without which a hyphen or a letter is not taken for one."""

_NO = r"no|none|never|not\ present|negative|neg|absent|denies|denied|nil|false|n"
_YES = r"yes|present|positive|pos|true|y"
# Every pattern starts with the one character it looks for, so that plain text is passed quickly.
_ANSWERED = re.compile(
    rf"""
    [?:=|\t.-](?:(?<=[?:=|\t])|(?<=\.\.\.)|(?<=[ ]-)(?=[ ]))     # Diabetes? Asthma: Gout - Rash ...
    (?:(?<=[?])\s{{0,3}}(?:A|Ans|Answer|Pt|Patient):|(?<=[?])\s{{0,3}}\[patient\])?
    [ \t]{{0,{_LONGEST_ITEM}}}+(?:(?<=[?][ ])[-:][ \t]{{0,{_LONGEST_ITEM}}}+)?
    (?:(?P<no>{_NO}|[-−–](?![\w-]))|(?P<yes>{_YES}|\+))
    (?:(?=[ \t]*(?:[.,;|)\n]|\Z))|(?<=\b[NY])(?=[ ][A-Z])|(?=[ ]{{2,}}(?-i:[A-Z])))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"[(\[+−–-](?:(?<=[(\[])(?:(?P<no>neg|negative|absent|denies|denied|none|no|n)"
    r"|(?P<yes>pos|positive|yes|y))[)\]]|(?:(?<=\s[-−–])(?P<minus>ve)|(?<=\s\+)ve)\b)",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"[ \t](?<=[a-z)][ \t])(?:(?P<no>N|NO|[Nn]o)|(?P<yes>Y|YES|[Yy]es))"
    r"(?=[ \t]*(?:[,;\n.]|\Z)|[ \t]{2})"
)
_SIGN = re.compile(r"[(\[](?:(?P<no>[-−–])|(?P<yes>\+))[)\]]")
_BARE_SIGN = re.compile(
    r"(?P<sign>[-−–+])(?:(?<![\w)+−–-].)(?=[^\W\d_])(?!ve\b)"  # -fever +cough
    r"|(?:(?<=[,:][ ].)|(?<=\n\+)|(?<=\A\+))(?=[ ][^\W\d_])"  # + fever, - cough
    r"|(?:(?<=\w.)|(?<=\w[ ].))(?P<behind>)(?=[ \t]*(?:[,;.\n]|\Z)))"  # fever -, cough +
)
_PLUS = re.compile(  # a hyphen alone may be a dash
    r"\+(?:(?<![\w)+−–-].)(?=[^\W\d_])(?!ve\b)|(?<=[,:][ ]\+)(?=[ ][^\W\d_]))"
)
_SPACED_SIGN = re.compile(r"[-−–+](?:(?<=\s.)|(?<=\A.))(?=[ ][^\W\d_])")  # + fever - chills
_SPACED_ITEM = 3
"""Words up to the next sign with spaces around it; behind more of them a hyphen is a dash."""

_LED = re.compile(
    r"(?:(?P<no>negatives?|neg|absent|not\ present|denied)|positives?|pos|present)[ \t]*:",
    re.IGNORECASE,
)
_LEADS = re.compile(r"(?:\A|[.;,\n(]|\b(?:ROS|systems|symptoms|findings):?)[ \t]*\Z", re.IGNORECASE)
_LED_ENDS = re.compile(r"[;)]|[.](?=\s|\Z)|\n(?=\s*?(?:\n|[-*•+>#\d]|[A-Z]))")
_LONGEST_LEADER = 12
"""Characters looked back for what a label of denials follows: more than "systems:" has."""

_UNSURE = re.compile(r"[+±](?:(?<=±)|(?<![\w/]\+)/[-−–])[ \t]*(?=[^\W\d_])")
_BOX = re.compile(
    r"[\[(☐□❏❑○☑☒■✓✔☓_](?:(?<=[☐□❏❑○])|(?<=\[)[ \t]{0,3}\]|(?<=\()[ \t]{1,3}\)"
    r"|(?P<ticked>(?<=[☑☒■✓✔☓])|(?<=\[)[ \t]?[xX✓✔√][ \t]?\]|(?<=\()[xX✓✔√]\)"
    r"|(?<=_)(?<!\w_)_*[xX✓]_*)"
    r"|(?<=_)(?<!\w_)_{1,4}(?=[ \t]*[^\W\d_]))"
)
_LABEL = re.compile(r"[ \t]*(?:(?P<yes>yes|y)|(?P<no>no|n))\b[ \t,/|]*", re.IGNORECASE)
_ROW = re.compile(r"[^\n;]+")
_SENTENCE = re.compile(r"(?:[^\n;.]|\.(?![\s,]|\Z))+")
_BREAKS = re.compile(r"[\n;?|\t]|[.](?=[\s,])|:(?=\s)|[,)(](?=\s|\Z)")
_LIST_BREAKS = re.compile(r"[\n;?|\t]|[.](?=[\s,])|:(?=\s)")
_QUESTION_BREAKS = re.compile(r"[\n;?|]|[.](?=\s)")
_WORD = re.compile(r"[^\W\d_]")


def replied_items(text: str) -> tuple[Replied, ...]:
    """The replied items of a text by where they start; takes time in proportion to the text.

    >>> text = "Asthma: N\\nfever (-), cough (+)"
    >>> [(text[one.start : one.end].strip(), one.assertion.value) for one in replied_items(text)]
    [('Asthma', 'negated'), ('fever', 'negated'), ('cough', 'present')]
    """
    signs = (*_signs(text), *_spaced_signs(text), *_unsure(text))
    found = [*_answers(text), *_led(text), *_boxes(text), *signs]
    return tuple(sorted(found, key=attrgetter("start", "end")))


def reply_at(found: Sequence[Replied], offset: int) -> Replied | None:
    """The last item to start that holds an offset; None where none does."""
    number = bisect_right(found, offset, key=attrgetter("start")) - 1
    for item in reversed(found[max(0, number - 2) : number + 1]):
        if offset < item.end:
            return item
    return None


def _answers(text: str) -> Iterator[Replied]:
    """Items whose answer follows them: in words after a reply, in brackets, as a letter."""
    answered = 0
    for match in _ANSWERED.finditer(text):
        asked = match[0].startswith("?")
        item = _item_before(text, match.start(), _QUESTION_BREAKS if asked else _LIST_BREAKS)
        item = max(item[0], answered), item[1]
        answered = match.end()
        yield from _replied(item, match.span(), _meaning(bool(match["no"])))
    answered = 0
    for match in _BRACKETED.finditer(text):
        item = _item_before(text, match.start(), _BREAKS)
        item = max(item[0], answered), item[1]
        answered = match.end()
        yield from _replied(item, match.span(), _meaning(bool(match["no"] or match["minus"])))
    for row in _rows_with(text, _LETTERED, _FEWEST_SIGNS):
        for match in _LETTERED.finditer(text, *row.span()):
            item = _item_before(text, match.start(), _BREAKS)
            yield from _replied(item, match.span(), _meaning(bool(match["no"])))


def _led(text: str) -> Iterator[Replied]:
    """What a label at the start of a sentence or an item denies: "Negative: rash, fever."."""
    labels = [
        label
        for label in _LED.finditer(text)
        if _LEADS.search(text[max(0, label.start() - _LONGEST_LEADER) : label.start()])
    ]
    for number, label in enumerate(labels):
        stop = _next_start(labels, number, len(text))
        end = _LED_ENDS.search(text, label.end(), stop)
        item = label.end(), end.start() if end else stop
        yield from _replied(item, label.span(), Assertion.NEGATED if label["no"] else None)


def _rows_with(text: str, reply: re.Pattern[str], fewest: int) -> Iterator[re.Match[str]]:
    """The sentences of a text that hold so many replies of a sort."""
    if sum(1 for _ in reply.finditer(text)) >= fewest:
        for row in _SENTENCE.finditer(text):
            if sum(1 for _ in reply.finditer(text, *row.span())) >= fewest:
                yield row


def _item_before(text: str, end: int, breaks: re.Pattern[str]) -> tuple[int, int]:
    earliest = max(0, end - _LONGEST_ITEM)
    start = max((match.end() for match in breaks.finditer(text, earliest, end)), default=earliest)
    return start, end


def _signs(text: str) -> Iterator[Replied]:
    """Items with a plus or a minus beside them, in brackets or bare."""
    for row in _rows_with(text, _SIGN, 1):
        signs = list(_SIGN.finditer(text, *row.span()))
        yield from _beside(text, row.span(), signs, [_meaning(bool(s["no"])) for s in signs])
    rows = (*_rows_with(text, _BARE_SIGN, _FEWEST_SIGNS), *_rows_with(text, _PLUS, 1))
    for row in {row.span(): row for row in rows}.values():
        for match in _BARE_SIGN.finditer(text, *row.span()):
            yield from _replied(
                _bare_item(text, row, match), match.span(), _meaning(match["sign"] != "+")
            )


def _spaced_signs(text: str) -> Iterator[Replied]:
    """Short items behind signs of both kinds that stand by themselves, without commas."""
    for row in _rows_with(text, _SPACED_SIGN, _FEWEST_SIGNS):
        signs = list(_SPACED_SIGN.finditer(text, *row.span()))
        before = text[row.start() : signs[0].start()].strip()
        said = [_meaning(sign[0] != "+") for sign in signs]
        ends = [*(sign.start() for sign in signs[1:]), row.end()]
        items = [(sign.end(), end) for sign, end in zip(signs, ends, strict=True)]
        short = all(len(text[start:end].split()) <= _SPACED_ITEM for start, end in items)
        if short and len(set(said)) > 1 and (not before or before.endswith(":")):
            for sign, item, meaning in zip(signs, items, said, strict=True):
                yield from _replied(item, sign.span(), meaning)


def _bare_item(text: str, row: re.Match[str], match: re.Match[str]) -> tuple[int, int]:
    """What a sign without brackets speaks of: up to the next comma or sign."""
    if match["behind"] is not None:
        return _item_before(text, match.start(), _BREAKS)
    ends = (_BREAKS.search(text, match.end(), row.end()), _BARE_SIGN.search(text, match.end()))
    return match.end(), min([row.end(), *(end.start() for end in ends if end)])


def _boxes(text: str) -> Iterator[Replied]:
    """Items with an empty box; a ticked one says what the words beside it say without it."""
    for row in _ROW.finditer(text) if _BOX.search(text) else ():
        boxes = _boxes_of(text, *row.span())
        labels = [_LABEL.match(text, box.end()) for box in boxes]
        if len(boxes) > 1 and all(labels):
            yield from _choices(row.start(), boxes, [label for label in labels if label])
        elif boxes:
            said = [None if box["ticked"] is not None else Assertion.NEGATED for box in boxes]
            yield from _beside(text, row.span(), boxes, said)


def _boxes_of(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The boxes of a row; a line to write on is one where another of its row is ticked."""
    boxes = list(_BOX.finditer(text, start, end))
    ticked_line = any(box[0].startswith("_") and box["ticked"] is not None for box in boxes)
    return [box for box in boxes if ticked_line or not box[0].startswith("_")]


def _choices(
    start: int,
    boxes: Sequence[re.Match[str]],
    labels: Sequence[re.Match[str]],
) -> Iterator[Replied]:
    """Items that have a box for yes and one for no: "Diabetes: [ ] Yes [x] No"."""
    for number in range(0, len(boxes) - 1, 2):
        first, second = boxes[number : number + 2]
        ticked = [box["ticked"] is not None for box in (first, second)]
        end = labels[number + 1].end()
        if sum(ticked) == 1:
            said = labels[number + ticked.index(True)]
            cue = first.start(), end
            yield from _replied((start, first.start()), cue, _meaning(bool(said["no"])))
        start = end


def _beside(
    text: str,
    row: tuple[int, int],
    replies: Sequence[re.Match[str]],
    said: Sequence[Assertion | None],
) -> Iterator[Replied]:
    """The item of each reply of a row, all of them before their replies or all behind."""
    starts, ends = [reply.start() for reply in replies], [reply.end() for reply in replies]
    before, after = [0, *ends], [*starts[1:], row[1]]
    behind = _stand_behind(text, row, replies)
    for number, reply in enumerate(replies):
        if behind:
            item = _item_before(text, starts[number], _BREAKS)
            item = max(item[0], before[number]), item[1]
        else:
            item = ends[number], after[number]
        yield from _replied(item, reply.span(), said[number])


def _stand_behind(text: str, row: tuple[int, int], replies: Sequence[re.Match[str]]) -> bool:
    """Whether replies stand behind their items, as the last reply of the row or a comma tells."""
    if _WORD.search(text, replies[-1].end(), row[1]) is None:
        return True
    return text[replies[0].end() : replies[0].end() + 1] == ","


def _unsure(text: str) -> Iterator[Replied]:
    found = list(_UNSURE.finditer(text))
    for number, match in enumerate(found):
        stop = _next_start(found, number, len(text))
        end = _BREAKS.search(text, match.end(), stop)
        item = match.end(), end.start() if end else stop
        yield from _replied(item, match.span(), Assertion.UNCERTAIN)


def _next_start(matches: Sequence[re.Match[str]], number: int, end: int) -> int:
    """Where the match after this one starts, or the end."""
    return matches[number + 1].start() if number + 1 < len(matches) else end


def _meaning(denied: bool) -> Assertion:
    return Assertion.NEGATED if denied else Assertion.PRESENT


def _replied(
    item: tuple[int, int], cue: tuple[int, int], assertion: Assertion | None
) -> Iterator[Replied]:
    if assertion is not None and item[0] < item[1]:
        yield Replied(*item, cue, assertion)
