"""Names that are told apart by eye: a name stands for what somebody signs.

Letters of other alphabets that look like Latin ones make a second person of the same name (Unicode
Technical Standard 39 calls them confusable). What is compared here are the few that are met in
names; a name may be written in any alphabet.
"""

from __future__ import annotations

import unicodedata

_LOOKS = {
    "I": "l",
    "1": "l",
    "|": "l",
    "0": "O",
    **dict(zip("АВЕЅІЈКМНОРСТХУҮ", "ABESlJKMHOPCTXYY", strict=True)),  # Cyrillic
    **dict(zip("аеѕіјорсхуүһԁԛԝѵ", "aesijopcxyyhdqwv", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHlKMNOPTYX", strict=True)),  # Greek
    **dict(zip("αικνορυ", "aikvopu", strict=True)),
    "ı": "i",
}
_TO_LATIN = str.maketrans(_LOOKS)


def appearance(name: str) -> str:
    """What a name looks like, the same for names that are not told apart by eye.

    >>> appearance("Ana Ruiz") == appearance("\u0410n\u0430  Ru\u0456z")
    True
    """
    shown = unicodedata.normalize("NFKC", name).translate(_TO_LATIN)
    return " ".join(unicodedata.normalize("NFKC", shown.casefold()).split())
