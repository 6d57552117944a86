"""What a source calls an encounter or a note, and how far that counts.

``17`` is a patient in every hospital. An identifier tells encounters of several files apart only
where the source says who gave it out: an assigning authority or the sending facility of HL7 v2,
the system of a FHIR identifier or the server of its address, the root of a C-CDA id. A UUID is
nobody else's. Every other number, of a table or of a resource, counts within its own file alone,
unless people say whose it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.I)
"""RFC 9562, without the UUIDs that are all zeros or ones: those stand for nothing."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier as its source writes it, with who gave it out; empty where there is none.

    ``within`` is the name of the file it counts in, empty where it counts everywhere. ``former``
    is what it was before who gave it out was asked for, where that was another: by it, what was
    stored then is recognised. It makes no other identifier: two documents may name one encounter,
    one by its resource and one by its number. ``coined``: the source has no name for it, and it is
    called by what it holds, which is nobody's number.
    """

    value: str = ""
    within: str = ""
    former: str = field(default="", compare=False)
    coined: bool = field(default=False, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def before(self) -> str:
        """What this was called before who gave it out was asked for."""
        return self.former or self.value

    def given_by(self, source: str) -> Identifier:
        """This, where people say who gave it out because the file does not.

        >>> Identifier("17", within="monday").given_by("Ward 3")
        Identifier(value='Ward 3|17', within='', former='17')
        """
        if not self.within or self.coined:
            return self
        return Identifier(f"{source}|{self.value}", former=self.before)


UNNAMED = Identifier()
"""That of what its source has no name for."""


def is_unique(name: str) -> bool:
    """Whether a name ends in a UUID, which nobody else has given to anything else.

    >>> is_unique("Encounter/5f0f9e0a-3c1b-4f6e-9c1d-0b8f6f0f2a11"), is_unique("Encounter/17")
    (True, False)
    """
    return _UUID.fullmatch(name[-36:]) is not None
