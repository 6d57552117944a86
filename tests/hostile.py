"""What somebody who means no good may send: texts by their class, and values of any kind.

The classes are those by which programs of this kind were broken (stored scripts in names, notes,
shortcuts and file names, formulas in exports, text that turns direction or cannot be seen).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import Any, Final

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st

CANARY: Final = "hostileScriptRan"
"""The function that a script of these texts would call."""

BY_CLASS: Final = {
    "script": f"<script>{CANARY}()</script>",
    "event": f"<img src=x onerror={CANARY}()><svg/onload={CANARY}()>",
    "attribute": f'" onmouseover="{CANARY}()" x=\'',
    "address": f'[x](javascript:{CANARY}()) <a href="javascript:{CANARY}()">y</a>',
    "markdown": "**b** # h :material/home: :red[c] $x^2$ ![p](http://evil.example/p.png)",
    "template": "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "formula of plus": "+1+cmd|' /C calc'!A0",
    "formula of at": "@SUM(1+1)",
    "formula of minus": "-2+3",
    "turned": "chart \u202egpj.exe\u2066 \u2069\u202c",
    "unseen": "A\u200bn\u200da\ufeff R\u00adu\u2060iz",
    "alike": "Аnа Ruіz",  # Cyrillic А, а and і
    "piled": "Z" + "\u0300\u0301\u0302\u0303" * 12,
    "line": 'first\nlevel=critical event=forged\r\n{"event": "page_failed"}',
    "terminal": "\x1b[31mred\x1b]0;title\x07",
    "path": "../../../../etc/passwd",
    "statement": "'; DROP TABLE events; --",
    "long": "W" * 300,
    "wide": "\ufdfd" * 40,
}
"""A text of each class, as short as it does its work."""

UNSTORABLE: Final = ("\0", "a\0b", "\ud800", "\udfff x")
"""What no database or no encoding takes."""

texts = (
    st.sampled_from([*BY_CLASS.values(), *UNSTORABLE, "", " ", "\n", "9" * 400, "x" * 70_000])
    | st.text(max_size=12)
    | st.text(st.characters(), max_size=4)
)
numbers = st.sampled_from([0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30]) | st.integers()
scalars = (
    st.none()
    | st.booleans()
    | numbers
    | st.sampled_from([0.0, -0.5, 1e308, float("nan"), float("inf")])
    | texts
)
anything: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
"""Whatever JSON can say to Python, numbers included that JSON itself has not."""


def damaged(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A message of the page's with some of its fields replaced, left out, or added to."""
    changes = st.dictionaries(st.sampled_from(sorted(whole)) | texts, anything, max_size=3)
    gone = st.sets(st.sampled_from(sorted(whole)), max_size=2)
    return st.builds(
        lambda changed, missing: {
            name: value for name, value in {**whole, **changed}.items() if name not in missing
        },
        changes,
        gone,
    )


def shortly(examples: int = 25) -> Callable[[Any], Any]:
    """With every change a few examples, always the same; in long rounds what they say."""
    quiet = settings(
        max_examples=examples,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    long = settings(suppress_health_check=list(HealthCheck))
    return quiet if settings.default and settings.default.max_examples < 1000 else long


SECONDS: Final = 1800
"""Of all that is tried at length together: half an hour of ``make test-long``."""


def at_length(check: Callable[[], None], share: float) -> None:
    """Try a property for its share of the time, each round from a seed of its own, which is told.

    What falls out is kept where it fell out: as an example of the property.
    """
    ends = time.monotonic() + SECONDS * share
    begins = int(time.time())
    tried = settings(
        max_examples=200,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=False,
    )(check)
    for number in count(begins):
        if time.monotonic() >= ends:
            return
        print(f"seed {number}")  # noqa: T201
        seed(number)(tried)()
