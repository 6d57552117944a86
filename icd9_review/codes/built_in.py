"""The lists that come with the program, in force until official ones are imported.

``scripts/make-code-lists`` makes ``built_in.tsv`` from the titles of version 32 and
written facts; ``docs/edits.md`` says how far they agree with the official lists.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from icd9_review.codes.lists import CodeList, ListName, ListOrigin, Lists, Provenance
from icd9_review.errors import CodeTableError
from icd9_review.values import CodeKey, Kind

_FILE = Path(__file__).with_name("built_in.tsv")
_VERSION = "built in, made from v32 titles"


@cache
def built_in_lists() -> Lists:
    """The built-in lists; what facts cannot give (coverage, length of stay …) is not there.

    Raises CodeTableError where the file is missing: the program is not installed whole.

    >>> built_in_lists().holds(ListName.MANIFESTATION, "357.2")
    True
    """
    try:
        data = _FILE.read_bytes()
    except OSError as error:
        raise CodeTableError(
            f"{_FILE.name} is missing from the program; install it again"
        ) from error
    provenance = Provenance(ListOrigin.BUILT_IN, _VERSION, sha256(data).hexdigest())
    keys: defaultdict[ListName, set[CodeKey]] = defaultdict(set)
    for line in data.decode().splitlines():
        name, kind, codes = line.split("\t")
        keys[ListName(name)].update((Kind(kind), code) for code in codes.split())
    return Lists(
        MappingProxyType(
            {name: CodeList(name, frozenset(on), provenance) for name, on in keys.items()}
        )
    )
