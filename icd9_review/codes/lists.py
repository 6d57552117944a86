"""The lists that edits and search consult, and where each came from.

There are two sources with the same shape: built in, made from titles and written facts,
and official, imported from the releases a hospital downloads. An official list takes
the place of the built-in one; notes of the tabular list and entries of the index exist
only when they were imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from icd9_review.values import CodeKey, Kind


class ListName(StrEnum):
    """What a code can be on; the first ten are lists of the Medicare Code Editor."""

    NEWBORN = "newborn"
    PEDIATRIC = "pediatric"
    MATERNITY = "maternity"
    ADULT = "adult"
    FEMALE = "female"
    MALE = "male"
    MANIFESTATION = "manifestation"
    UNACCEPTABLE_PRINCIPAL = "unacceptable_principal"
    QUESTIONABLE_ADMISSION = "questionable_admission"
    EXTERNAL_CAUSE = "external_cause"
    NONCOVERED = "noncovered"
    NONCOVERED_OVER_60 = "noncovered_over_60"
    LIMITED_COVERAGE = "limited_coverage"
    WRONG_PROCEDURE = "wrong_procedure"
    LENGTH_OF_STAY = "length_of_stay"
    POA_EXEMPT = "poa_exempt"
    UNSPECIFIED = "unspecified"
    MCC = "mcc"
    CC = "cc"


class ListOrigin(StrEnum):
    BUILT_IN = "built in"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a list came from: ``version`` in words, ``sha256`` of the file it was read from."""

    origin: ListOrigin
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes on one list, of either kind."""

    name: ListName
    keys: frozenset[CodeKey]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class TabularNotes:
    """What a tabular list says under one heading: a chapter range, category or code.

    ``code_also`` and ``omit_code`` stand in the list of procedures alone: what is coded beside
    it, and what is part of another operation and not coded at all.
    """

    heading: str
    title: str
    includes: tuple[str, ...] = ()
    inclusion: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    code_first: tuple[str, ...] = ()
    use_additional: tuple[str, ...] = ()
    code_also: tuple[str, ...] = ()
    omit_code: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line of an alphabetic index as one phrase, and the code it leads to."""

    phrase: str
    code: str
    kind: Kind = Kind.DIAGNOSIS


@dataclass(frozen=True, slots=True)
class Substance:
    """A row of the table of drugs and chemicals.

    ``poisoning`` is the code of a wrong dose or substance, the others are the external causes by
    what happened; a code is empty where the table has none.
    """

    name: str
    poisoning: str
    accident: str
    therapeutic: str
    suicide: str
    assault: str
    undetermined: str


class SourceName(StrEnum):
    """What a hospital can import; one release of each is in force.

    "tabular" is the tabular list of diseases, "procedures" that of procedures. A name has at most
    16 characters, as many as its column.
    """

    MCE = "mce"
    POA = "poa"
    TABULAR = "tabular"
    INDEX = "index"
    EXTERNAL_CAUSES = "external_causes"
    PROCEDURE_INDEX = "procedure_index"
    PROCEDURES = "procedures"
    DRUGS = "drugs"
    MCC = "mcc"
    CC = "cc"


INDEX_NAMES = (SourceName.INDEX, SourceName.EXTERNAL_CAUSES, SourceName.PROCEDURE_INDEX)
"""The alphabetic indexes, in the order of the volumes."""
_NOTED = (SourceName.TABULAR, SourceName.PROCEDURES, *INDEX_NAMES, SourceName.DRUGS)


@dataclass(frozen=True, slots=True)
class Release:
    """What one official file holds: code lists, or a tabular list, an index, or the drug table."""

    name: SourceName
    provenance: Provenance
    lists: Mapping[ListName, frozenset[CodeKey]] = field(default_factory=dict)
    tabular: Mapping[str, TabularNotes] = field(default_factory=dict)
    index: tuple[IndexEntry, ...] = ()
    drugs: tuple[Substance, ...] = ()

    @property
    def count(self) -> int:
        """How many codes, headings, entries or rows it has; a code on two lists counts twice."""
        codes = sum(map(len, self.lists.values()))
        return codes + len(self.tabular) + len(self.index) + len(self.drugs)


@dataclass(frozen=True, slots=True)
class Lists:
    """Everything in force at one moment.

    ``tabular`` (of diseases) and ``procedures`` are keyed by heading, ``indexes`` by their names.
    ``sources`` names the provenance of what is not a list, when it was imported.
    """

    lists: Mapping[ListName, CodeList]
    tabular: Mapping[str, TabularNotes] = field(default_factory=dict)
    indexes: Mapping[SourceName, tuple[IndexEntry, ...]] = field(default_factory=dict)
    sources: Mapping[str, Provenance] = field(default_factory=dict)
    procedures: Mapping[str, TabularNotes] = field(default_factory=dict)
    drugs: tuple[Substance, ...] = ()

    def notes_of(self, kind: Kind) -> Mapping[str, TabularNotes]:
        """The tabular list of one volume, by heading; empty where it was not imported."""
        return self.tabular if kind is Kind.DIAGNOSIS else self.procedures

    @property
    def index(self) -> tuple[IndexEntry, ...]:
        """The entries of every index that was imported."""
        return tuple(entry for name in INDEX_NAMES for entry in self.indexes.get(name, ()))

    def holds(self, name: ListName, code: str, kind: Kind = Kind.DIAGNOSIS) -> bool:
        """Whether a code is on a list; a list that is not there holds nothing."""
        found = self.lists.get(name)
        return found is not None and (kind, code) in found.keys

    def comorbidity(self, kind: Kind, code: str) -> tuple[str, str]:
        """``MCC`` or ``CC`` with the release that says so; two empty texts for any other code.

        It is what a code counts for as a secondary diagnosis under Medicare, but for exclusions by
        the principal diagnosis.
        """
        for name in (ListName.MCC, ListName.CC):
            if self.holds(name, code, kind):
                return name.value.upper(), self.lists[name].provenance.version
        return "", ""

    def is_official(self, name: ListName) -> bool:
        """Whether the list in force was imported from an official release."""
        found = self.lists.get(name)
        return found is not None and found.provenance.origin is ListOrigin.OFFICIAL

    def with_release(self, release: Release) -> Lists:
        """These lists with those of an official release in place of their namesakes.

        >>> origin = Provenance(ListOrigin.OFFICIAL, "POA exempt list, FY2015", "")
        >>> exempt = {ListName.POA_EXEMPT: frozenset({(Kind.DIAGNOSIS, "V45.81")})}
        >>> lists = Lists({}).with_release(Release(SourceName.POA, origin, exempt))
        >>> lists.holds(ListName.POA_EXEMPT, "V45.81"), lists.is_official(ListName.POA_EXEMPT)
        (True, True)
        """
        lists = {
            name: CodeList(name, keys, release.provenance) for name, keys in release.lists.items()
        }
        indexes = {release.name: release.index} if release.index else {}
        held = {release.name: release.tabular}
        noted = release.name in _NOTED
        return Lists(
            {**self.lists, **lists},
            held.get(SourceName.TABULAR, self.tabular),
            {**self.indexes, **indexes},
            {**self.sources, release.name.value: release.provenance} if noted else self.sources,
            held.get(SourceName.PROCEDURES, self.procedures),
            release.drugs or self.drugs,
        )


@dataclass(frozen=True, slots=True)
class ListSource:
    """Where something in force came from, as people are shown it; ``count`` of what it has."""

    name: str
    origin: ListOrigin
    version: str
    sha256: str
    count: int


def describe_sources(lists: Lists) -> tuple[ListSource, ...]:
    """Every list in force, then tabular lists, indexes and drug table where imported.

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> newborn = describe_sources(built_in_lists())[0]
    >>> newborn.name, newborn.origin.value, newborn.version
    ('newborn', 'built in', 'built in, made from v32 titles')
    """
    counts = {
        SourceName.TABULAR: len(lists.tabular),
        SourceName.PROCEDURES: len(lists.procedures),
        **{name: len(lists.indexes.get(name, ())) for name in INDEX_NAMES},
        SourceName.DRUGS: len(lists.drugs),
    }
    found = [
        (name.value, lists.lists[name].provenance, len(lists.lists[name].keys))
        for name in ListName
        if name in lists.lists
    ] + [
        (name.value, lists.sources[name], count)
        for name, count in counts.items()
        if name in lists.sources
    ]
    return tuple(
        ListSource(name, origin.origin, origin.version, origin.sha256, count)
        for name, origin, count in found
    )


def sources_payload(lists: Lists) -> dict[str, list[str]]:
    """The same for an event of the ledger: name to origin, version and start of the hash."""
    return {
        source.name: [source.origin.value, source.version, source.sha256[:12]]
        for source in describe_sources(lists)
    }
