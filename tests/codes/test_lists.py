"""Lists with releases over them, and what people are told about their sources."""

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import (
    CodeList,
    IndexEntry,
    ListName,
    ListOrigin,
    Lists,
    ListSource,
    Provenance,
    Release,
    SourceName,
    TabularNotes,
    describe_sources,
    sources_payload,
)
from icd9_review.store.ledger import encode
from icd9_review.values import Kind

BUILT_IN = Provenance(ListOrigin.BUILT_IN, "made here", "a" * 64)
OFFICIAL = Provenance(ListOrigin.OFFICIAL, "MCE version 32", "b" * 64)
FEVER = (Kind.DIAGNOSIS, "780.60")
LISTS = Lists(
    {
        name: CodeList(name, frozenset({FEVER}), BUILT_IN)
        for name in (ListName.UNSPECIFIED, ListName.MALE)
    }
)
MCE = Release(
    SourceName.MCE,
    OFFICIAL,
    {ListName.MALE: frozenset(), ListName.FEMALE: frozenset({FEVER})},
)


def test_an_official_list_takes_the_place_of_the_built_in_one_and_the_others_stay() -> None:
    merged = LISTS.with_release(MCE)
    assert not merged.holds(ListName.MALE, "780.60")
    assert merged.is_official(ListName.MALE)
    assert merged.holds(ListName.FEMALE, "780.60")
    assert not merged.holds(ListName.FEMALE, "780.60", Kind.PROCEDURE)
    assert merged.lists[ListName.UNSPECIFIED] == LISTS.lists[ListName.UNSPECIFIED]
    assert LISTS.holds(ListName.MALE, "780.60")


def test_tabular_list_and_index_do_not_touch_the_lists_or_one_another() -> None:
    tabular = Release(SourceName.TABULAR, OFFICIAL, tabular={"001": TabularNotes("001", "Cholera")})
    index = Release(SourceName.INDEX, OFFICIAL, index=(IndexEntry("Cholera", "001.9"),))
    merged = LISTS.with_release(tabular).with_release(index)
    assert merged.lists == LISTS.lists
    assert (merged.tabular, merged.index) == (tabular.tabular, index.index)
    assert merged.sources == {"tabular": OFFICIAL, "index": OFFICIAL}


def test_sources_are_described_with_what_they_hold() -> None:
    tabular = Release(SourceName.TABULAR, OFFICIAL, tabular={"001": TabularNotes("001", "Cholera")})
    described = describe_sources(LISTS.with_release(MCE).with_release(tabular))
    assert described == (
        ListSource("female", ListOrigin.OFFICIAL, "MCE version 32", "b" * 64, 1),
        ListSource("male", ListOrigin.OFFICIAL, "MCE version 32", "b" * 64, 0),
        ListSource("unspecified", ListOrigin.BUILT_IN, "made here", "a" * 64, 1),
        ListSource("tabular", ListOrigin.OFFICIAL, "MCE version 32", "b" * 64, 1),
    )


def test_the_payload_for_the_ledger_is_short_and_can_be_stored() -> None:
    payload = sources_payload(LISTS.with_release(MCE))
    assert payload["male"] == ["official", "MCE version 32", "b" * 12]
    assert encode({"lists": sources_payload(built_in_lists())})
