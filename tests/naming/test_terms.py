import pytest

from icd9_review.codes.lists import IndexEntry, Lists, SourceName, TabularNotes
from icd9_review.naming.terms import (
    FEWEST_LETTERS,
    MOST_MEANINGS,
    Term,
    build_phrases,
    fold_words,
    title_variants,
)
from icd9_review.notes.text.phrases import Phrases
from icd9_review.values import Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE


@pytest.fixture(scope="module")
def built_in() -> Phrases[Term]:
    return build_phrases(Lists({}))


def named(phrases: Phrases[Term], text: str) -> tuple[str, ...]:
    term = phrases.get(fold_words(text))
    return () if term is None else tuple(code for _, code in term.keys)


@pytest.mark.parametrize(
    ("title", "variants"),
    [
        ("Spondylolisthesis", [("Spondylolisthesis", 0)]),
        ("Unspecified cataract", [("cataract", 1)]),
        ("Congestive heart failure, unspecified", [("Congestive heart failure", 1)]),
        ("Pneumonia, organism unspecified", [("Pneumonia", 1)]),
        ("Other and unspecified hyperlipidemia", [("hyperlipidemia", 1)]),
        ("Fracture of calcaneus, closed", [("closed Fracture of calcaneus", 1)]),
        ("Varicella without mention of complication", [("Varicella", 1)]),
        (
            "Inguinal hernia, without mention of gangrene, unilateral or unspecified, recurrent",
            [("recurrent Inguinal hernia", 1)],
        ),
        ("Asthma, unspecified type, unspecified", [("Asthma", 1)]),
        ("Osteoarthrosis, localized, secondary, site unspecified", []),
        ("Other disturbances of aromatic amino-acid metabolism", []),
        ("Chills (without fever)", []),
    ],
)
def test_a_title_is_written_as_notes_write_it(title: str, variants: list[tuple[str, int]]) -> None:
    assert list(title_variants(title)) == variants


def test_words_are_compared_without_case_plural_possessive_and_british_spelling() -> None:
    assert fold_words("Crohn’s Fractures, anaemia") == fold_words("crohn fracture anemia")
    assert fold_words("diagnosis abscess virus gas") == ("diagnosis", "abscess", "virus", "gas")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("spondylolisthesis", ("756.12",)),
        ("lateral epicondylitis", ("726.32",)),
        ("pneumonia", ("486",)),
        ("inguinal hernia", ("550.90",)),
        ("diabetes mellitus", ("250.00",)),
        ("Essential hypertension", ("401.9",)),
        ("hemodialysis", ("39.95",)),
        ("Meckel diverticulum", ("751.0",)),
    ],
)
def test_titles_name_their_codes(
    built_in: Phrases[Term], text: str, codes: tuple[str, ...]
) -> None:
    assert named(built_in, text) == codes


@pytest.mark.parametrize(
    "text",
    ["female", "chronic", "swelling", "fall", "tear", "wound", "atelectasis", "chills", "leg"],
)
def test_words_with_many_senses_name_nothing(built_in: Phrases[Term], text: str) -> None:
    assert named(built_in, text) == ()


def test_no_term_is_short_or_stands_for_many_codes(built_in: Phrases[Term]) -> None:
    for phrase in built_in:
        term = built_in.get(phrase)
        assert term is not None
        assert 1 <= len(term.keys) <= MOST_MEANINGS
        assert len("".join(phrase)) >= FEWEST_LETTERS


def test_external_causes_and_diagnostic_procedures_are_left_out(built_in: Phrases[Term]) -> None:
    keys = {key for phrase in built_in for key in (built_in.get(phrase) or Term(())).keys}
    assert not any(kind is DIAGNOSIS and code.startswith("E") for kind, code in keys)
    assert not any(kind is PROCEDURE and code.startswith("89") for kind, code in keys)


def test_official_terms_are_added_where_they_name_a_condition() -> None:
    lists = Lists(
        {},
        tabular={
            "706.2": TabularNotes("706.2", "Sebaceous cyst", inclusion=("Wen disease", "wen cyst")),
            "922.4": TabularNotes("922.4", "Contusion", inclusion=("Testis", "Vulvitis:")),
            "172.0": TabularNotes("172.0", "Melanoma of lip", inclusion=("Hamartoma of lip",)),
            "706": TabularNotes("706", "Category", inclusion=("Glandular disease",)),
        },
        indexes={
            SourceName.INDEX: (
                IndexEntry("Failure, heart, congestive", "428.0"),
                IndexEntry("Radiculopathy", "729.2"),
                IndexEntry("Cyst, due to, parasite", "706.2"),
            )
        },
    )
    phrases = build_phrases(lists)
    assert named(phrases, "wen disease") == ("706.2",)
    assert named(phrases, "congestive heart failure") == ("428.0",)
    assert named(phrases, "radiculopathies") == ()
    assert named(phrases, "radiculopathy") == ("729.2",)
    assert named(phrases, "cyst due to parasite") == ("706.2",)
    for text in ("wen cyst", "testis", "vulvitis", "hamartoma of lip", "glandular disease"):
        assert named(phrases, text) == (), text


def test_causes_and_procedures_of_the_indexes_are_named_by_no_note() -> None:
    lists = Lists(
        {},
        indexes={
            SourceName.EXTERNAL_CAUSES: (IndexEntry("Attack by zebra", "E906.8"),),
            SourceName.PROCEDURE_INDEX: (IndexEntry("Fistula closure Y", "46.79", Kind.PROCEDURE),),
        },
    )
    phrases = build_phrases(lists)
    assert named(phrases, "attack by zebra") == named(phrases, "fistula closure y") == ()


def test_the_wording_closest_to_a_title_counts() -> None:
    lists = Lists({}, indexes={SourceName.INDEX: (IndexEntry("Pneumonia", "480.9"),)})
    assert named(build_phrases(lists), "pneumonia") == ("486",)
