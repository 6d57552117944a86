import pytest

from icd9_review.codes.edits.tabular.tabular_notes import instructions, references
from icd9_review.codes.lists import TabularNotes
from tests.codes.edits.charts import ERROR, HINT, NONE, WARNING, chart, found, lists, tabular, told

RETINOPATHY = TabularNotes("362.0", "", code_first=("Code first diabetes (249.5, 250.5)",))
STAGE = TabularNotes("707.2", "", code_first=("Code first site of pressure ulcer (707.00-707.09)",))
KIDNEY = TabularNotes(
    "585", "", code_first=("Code first hypertensive disease, if applicable (403.00-403.91)",)
)
NEUROPATHY = TabularNotes(
    "357.4",
    "",
    code_first=("Code first underlying disease, as: amyloidosis (277.30-277.39); uremia (585.9)",),
)
UNDERLYING = TabularNotes("785.4", "", code_first=("Code first underlying condition",))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("rheumatic (398.91)", ["398.91"], ["398.90"]),
        ("secondary diabetes (249.0-249.9)", ["249.91"], ["250.00"]),
        ("diabetes (249.6, 250.6)", ["249.60", "250.62"], ["250.70"]),
        ("chronic obstructive asthma 493.2", ["493.20"], ["493.00"]),
        ("renovascular (405.0-405.9 with fifth-digit 1)", ["405.91"], ["405.99"]),
        ("abortion (634-638 with .7, 639.8)", ["634.70", "639.8"], ["634.60", "639.3"]),
        ("abortion (634-638 with.7, 639.8)", ["637.71"], ["637.61"]),
        ("failure first (402.0-402.9) with fifth-digit 1 or 3)", ["402.91"], ["402.90"]),
        ("psychoses classifiable to 295-298 in the senium", ["295.30", "298.9"], ["299.00"]),
        ("elsewhere except as in 711.1-711.8, 712", [], ["711.10", "712.30"]),
        ("aftercare (V51–V58.9)", ["V58.61"], ["V59.01"]),
        ("injury, except asphyxia, caused by food (E915)", ["E915"], ["E916"]),
        ("in 250 of 300 patients", [], ["250.00", "300.00"]),
        ("no reference (see above)", [], ["001.0"]),
    ],
)
def test_the_codes_a_note_names(text: str, inside: list[str], outside: list[str]) -> None:
    held = references((text,))
    assert [code in held for code in inside] == [True] * len(inside)
    assert [code in held for code in outside] == [False] * len(outside)


def test_a_note_may_be_one_line_or_several() -> None:
    one = instructions(("Code first underlying disease, as: amyloidosis (277.3); gout (274.1)",))
    several = instructions(("Code first underlying disease, as:", "amyloidosis (277.3)", "(274.1)"))
    assert [note.words for note in one] == ["Code first underlying disease, as"]
    for (note,) in (one, several):
        assert note.examples
        assert not note.conditional
        assert "277.30" in note.codes
        assert "274.10" in note.codes


def test_an_if_makes_a_note_conditional() -> None:
    (note,) = instructions(KIDNEY.code_first)
    assert note.conditional
    assert not note.examples


def test_a_firm_note_in_the_wrong_order_is_an_error() -> None:
    held = tabular(STAGE)
    assert told(9, "428.0 707.23 707.03", held) == [(ERROR, "707.23")]
    assert found(9, "428.0 707.23 707.03", held)[0].others == ("707.03",)
    assert told(9, "428.0 707.03 707.23", held) == []


def test_a_firm_note_without_its_code_is_a_warning() -> None:
    assert told(9, "428.0 707.23", tabular(STAGE)) == [(WARNING, "707.23")]


def test_a_conditional_note_speaks_of_order_only() -> None:
    held = tabular(KIDNEY)
    assert told(9, "585.6 403.91", held) == [(WARNING, "585.6")]
    assert told(9, "403.91 585.6", held) == []
    assert told(9, "585.6", held) == []


def test_examples_do_not_block_and_missing_ones_are_a_hint() -> None:
    held = tabular(NEUROPATHY)
    assert told(9, "428.0 357.4 585.9", held) == [(WARNING, "357.4")]
    assert told(9, "428.0 357.4", held) == [(HINT, "357.4")]
    assert told(9, "585.9 357.4", held) == []


def test_a_note_without_codes_speaks_in_first_place_only() -> None:
    held = tabular(UNDERLYING)
    assert told(9, "785.4 443.9", held) == [(WARNING, "785.4")]
    assert told(9, "443.9 785.4", held) == []


def test_diabetes_and_listed_manifestations_are_left_to_their_rules() -> None:
    assert told(9, "362.01 250.50", tabular(RETINOPATHY)) == []
    manifest = lists(manifestation="357.4")
    both = type(manifest)(manifest.lists, tabular(NEUROPATHY).tabular)
    assert told(9, "357.4 585.9", both) == []
    assert told(6, "357.4 585.9", both) == [(ERROR, "357.4")]


def test_use_additional_is_a_hint_where_every_case_has_one() -> None:
    organism = TabularNotes(
        "510", "", use_additional=("Use additional code to identify infectious organism (041.0)",)
    )
    gangrene = TabularNotes(
        "443.0", "", use_additional=("Use additional code to identify gangrene (785.4)",)
    )
    held = tabular(organism, gangrene)
    assert told(10, "510.9", held) == [(HINT, "510.9")]
    assert told(10, "510.9 041.02", held) == []
    assert told(10, "443.0", held) == []


def test_use_additional_with_an_if_or_with_examples_is_silent() -> None:
    for text in (
        "Use additional code, if applicable, to identify organism (041.0)",
        "Use additional code to identify organism, such as Staphylococcus (041.1)",
        "Use additional code to identify the organism",
    ):
        held = tabular(TabularNotes("510", "", use_additional=(text,)))
        assert told(10, "510.9", held) == []


@pytest.mark.parametrize(
    ("heading", "severity"), [("537.89", WARNING), ("537.8", WARNING), ("537", HINT)]
)
def test_an_excludes_note_never_blocks_and_is_weaker_from_afar(
    heading: str, severity: object
) -> None:
    held = tabular(TabularNotes(heading, "", excludes=("hemorrhage (578.0-578.9)",)))
    assert told(11, "537.89 578.9", held) == [(severity, "537.89")]
    assert told(11, "537.89 401.9", held) == []


def test_two_codes_that_exclude_each_other_are_told_once() -> None:
    held = tabular(
        TabularNotes("537.89", "", excludes=("(578.9)",)),
        TabularNotes("578.9", "", excludes=("(537.89)",)),
    )
    assert len(told(11, "537.89 578.9", held)) == 1


def test_sections_and_ranges_of_categories_do_not_exclude() -> None:
    section = tabular(TabularNotes("530-539", "", excludes=("(578.9)",)))
    wide = tabular(TabularNotes("537", "", excludes=("complications (570-579.9)",)))
    assert told(11, "537.89 578.9", section) == []
    assert told(11, "537.89 578.9", wide) == []


def test_a_section_note_to_code_first_applies_below_it() -> None:
    held = tabular(TabularNotes("530-539", "", code_first=("Code first cause (042)",)))
    assert told(9, "428.0 537.89", held) == [(WARNING, "537.89")]
    assert told(9, "428.0 540.9", held) == []


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        (TabularNotes("401", "", excludes=("eye (362.11)",)), "362.11 401.9"),
        (TabularNotes("403", "", excludes=("acute (584.5-584.9)",)), "584.9 403.90 585.9"),
        (TabularNotes("V58.6", "", excludes=("drug abuse (305.00-305.93)",)), "428.0 V58.61 305.1"),
        (TabularNotes("197", "", excludes=("lymph node (196.0-196.9)",)), "197.0 196.1"),
    ],
)
def test_codes_that_belong_together_are_no_excludes(note: TabularNotes, codes: str) -> None:
    assert told(11, codes, tabular(note)) == []


def test_without_the_tabular_list_its_rules_are_silent() -> None:
    every = chart("362.01 250.50 707.23 707.03 510.9 537.89 578.9")
    assert [told(number, every, NONE) for number in (9, 10, 11)] == [[], [], []]
