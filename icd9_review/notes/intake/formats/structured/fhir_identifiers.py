"""Which encounter and which document a FHIR resource is, and who says so.

The id of a resource is the business of one server: most have a ``Patient/1``. It counts
everywhere where it is a UUID or stands in an address that names the server; else what counts is
an identifier with its system, and without one the id counts within its file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from icd9_review.notes.intake.documents import FoundNote
from icd9_review.notes.intake.formats.hl7.stamps import known
from icd9_review.notes.intake.formats.structured.fhir_documents import Resource, as_list, at
from icd9_review.notes.intake.identifiers import Identifier, is_unique

_ADDRESS = re.compile(r"https?://(?!localhost\b|127\.|\[::1\])", re.I)  # of a server others reach
_GONE = ("old", "temp")  # uses of an identifier that is none for long


@dataclass(frozen=True, slots=True)
class Named:
    """A resource and the address its file gives for it; both may be empty."""

    resource: Resource
    address: str = ""


def encounter_identifier(
    reference: object, found: Named, document: Named, title: str
) -> Identifier:
    """Of the encounter that a document refers to, which may stand in the file or not."""
    written = without_version(at(reference, "reference"))
    own = found.resource.get("id")
    name = known(f"Encounter/{own}" if own else tail(written))
    business = _business([*_identifiers(found.resource), at(reference, "identifier")])
    if written.startswith("#") and not business:  # what a document contains is its alone
        named = f"{document.resource.get('resourceType')}/{document.resource.get('id')}{written}"
        return Identifier(named, within=title, former=name)
    return _chosen(business, found.address or near_address(written, document.address), name, title)


def document_identifier(document: Named, title: str) -> Identifier:
    """Of a document, by what stays the same from one version of it to the next."""
    resource = document.resource
    master = resource.get("masterIdentifier")
    name = known(str(resource.get("id") or ""))
    named = f"{resource.get('resourceType')}/{name or at(master, 'value')}"
    if not name:
        business = _business([*_identifiers(resource), master])
        return _chosen(business, "", named if at(master, "value") else "", title)
    # What reports share is the number of their order.
    own = [] if resource.get("resourceType") == "DiagnosticReport" else _identifiers(resource)
    return _chosen(_business(own), document.address, named, title)


def apart(notes: Sequence[FoundNote]) -> Iterator[FoundNote]:
    """Documents of one file that share an identifier are told apart by their ids as well.

    So is one of them that another replaces.
    """
    names = {(note.external_id.value, note.external_id.before) for note in notes}
    shared = {value for value, count in Counter(value for value, _ in names).items() if count > 1}

    def told(name: Identifier) -> Identifier:
        if name.value not in shared or (name.value, name.before) not in names:
            return name
        return replace(name, value=f"{name.value} {name.before}")

    for note in notes:
        yield replace(note, external_id=told(note.external_id), replaces=told(note.replaces))


def replaced_identifier(target: object, found: Named, near: str, title: str) -> Identifier:
    """Of the document that another, at the address ``near``, replaces."""
    if found.resource:
        return document_identifier(found, title)
    written = without_version(at(target, "reference"))
    business = _business([at(target, "identifier")])
    return _chosen(business, near_address(written, near), tail(written), title)


def tail(reference: str) -> str:
    """``Encounter/1`` of ``https://host/fhir/Encounter/1``."""
    return "/".join(reference.rsplit("/", 2)[-2:])


def near_address(reference: str, near: str) -> str:
    """The address of a relative reference in a resource at an address; others as they are.

    >>> near_address("Encounter/1", "https://host/fhir/Composition/7")
    'https://host/fhir/Encounter/1'
    """
    relative = reference.count("/") == 1
    return f"{near.rsplit('/', 2)[0]}/{reference}" if relative and is_address(near) else reference


def is_address(text: str) -> bool:
    return _ADDRESS.match(text) is not None


def without_version(reference: object) -> str:
    return str(reference or "").partition("/_history/")[0]


def _chosen(business: str, address: str, name: str, title: str) -> Identifier:
    """By an identifier with its system, by a server's address, by a UUID, else by the bare name."""
    if business:
        return Identifier(business, former=name)
    if name and is_unique(name):
        return Identifier(name)
    if name and is_address(address):
        return Identifier(address, former=name)
    return Identifier(name, within=title if name else "")


def _business(identifiers: Iterable[Any]) -> str:
    """The first of some identifiers that has a system and is no longer or not yet another's."""
    every = (each for each in identifiers if at(each, "use") not in _GONE)
    told = ((known(at(each, "system")), known(at(each, "value"))) for each in every)
    return next((f"{system}|{value}" for system, value in told if system and value), "")


def _identifiers(resource: Resource) -> Iterator[Any]:
    """Those of a resource; a Composition has one alone."""
    written = resource.get("identifier")
    yield from as_list(written) if isinstance(written, list) else [written]
