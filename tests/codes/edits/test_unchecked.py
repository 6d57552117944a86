from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits import not_checked
from icd9_review.codes.lists import ListName, Lists, TabularNotes
from tests.codes.edits.charts import BUILT_IN, NONE, every_list, lists, tabular

OFFICIAL = every_list(dict.fromkeys(ListName, "428.0"))


def test_without_any_list_every_rule_that_needs_one_is_named() -> None:
    assert [one.number for one in not_checked(NONE)] == [5, 6, 7, 8, 9, 10, 11, 25, 30]
    assert not any(one.partly for one in not_checked(NONE))


def test_with_every_official_list_none_is_named() -> None:
    every = Lists(OFFICIAL.lists, tabular(TabularNotes("428", "")).tabular)
    assert not_checked(every) == ()


def test_the_tabular_list_is_named_where_only_it_is_not_there() -> None:
    missing = not_checked(OFFICIAL)
    assert [one.number for one in missing] == [9, 10, 11]
    assert {one.needs for one in missing} == {"the tabular list (CDC, FY2012)"}


def test_a_built_in_list_checks_partly() -> None:
    missing = {one.number: one for one in not_checked(lists(BUILT_IN, manifestation="357.2"))}
    assert missing[6].partly
    assert not missing[8].partly
    with_built_in = {one.number: one.partly for one in not_checked(built_in_lists())}
    assert with_built_in[5]
    assert not with_built_in[9]
