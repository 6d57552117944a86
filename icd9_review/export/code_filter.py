"""From what people type to the codes that an export is about."""

from __future__ import annotations

import re
from typing import Final

from icd9_review.errors import InputError

_FORM: Final = re.compile(r"(?:[0-9]{2,3}|V[0-9]{2}|E[0-9]{3})(?:\.[0-9]{1,2})?")
_MOST: Final = 100  # by judgement: more is a question for whoever has the file


def read_code_filter(text: str) -> tuple[str, ...]:
    """Codes and headers, separated by commas or spaces, each once and in order.

    A code needs its dot, without which 4280 would be 428.0 and 42.80 alike. Raises InputError.

    >>> read_code_filter("428, e885.9 250.0")
    ('428', 'E885.9', '250.0')
    """
    given = dict.fromkeys(each.upper() for each in re.split(r"[,;\s]+", text) if each)
    for each in given:
        if not _FORM.fullmatch(each):
            raise InputError(
                f"{each[:40]!r} is no code with its dot (428.0, V58.61, E885.9, 45.23) and no "
                "header (428, 250.0). Correct it, or leave it out."
            )
    if len(given) > _MOST:
        raise InputError(f"These are {len(given):,} codes; name {_MOST} or fewer, or a header.")
    return tuple(given)
