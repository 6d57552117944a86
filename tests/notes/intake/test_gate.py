import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import NoteError
from icd9_review.notes import NOTE_LIMIT, read_note
from icd9_review.notes.intake.gate import clean_title
from icd9_review.notes.text.disguised import find_disguised

texts = st.text(
    st.one_of(st.characters(), st.sampled_from("\r\n\x00\ud800\udfff\ufeff\u2028\x85 é😀ا"))
)


def as_documented(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("�" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in lines)


@given(texts)
def test_a_text_that_is_let_in_changes_only_as_documented(text: str) -> None:
    try:
        intake = read_note("word " + text, "note")
    except NoteError:
        pytest.fail("a text with a word in it was refused")
    assert intake.note.text == as_documented("word " + text)
    replaced = intake.note.text.count("�") > text.count("�")
    assert len(intake.notices) == replaced + (find_disguised(intake.note.text) is not None)


@given(texts)
def test_what_is_stored_can_be_stored_and_read_again_unchanged(text: str) -> None:
    stored = read_note("word " + text, "note").note.text
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert "\0" not in stored
    assert "\r" not in stored
    again = read_note(stored, "note")
    assert again.note.text == stored
    assert len(again.notices) == (find_disguised(stored) is not None)


@given(texts, st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])), texts)
def test_the_offsets_of_a_phrase_reslice_it(before: str, phrase: str, after: str) -> None:
    stored = read_note(f"word {before}\n{phrase}\n{after}", "note").note.text
    start = len(as_documented(f"word {before}\n"))
    assert stored[start : start + len(phrase)] == phrase


def test_combining_forms_and_invisible_characters_are_not_normalised() -> None:
    text = "\ufeff  cafe\u0301 ﬁbrosis\u200b ½\x0c\u2028 \ttail \n"
    assert read_note(text, "note").note.text == text


def test_hostile_markup_is_text_like_any_other() -> None:
    text = "<script>alert(1)</script> **b** =HYPERLINK(1) \u202eabc"
    assert read_note(text, "note").note.text == text


def test_a_text_that_reads_otherwise_than_it_looks_is_stored_and_said() -> None:
    intake = read_note("No \u202eainomuenp\u202c seen. P\u0430in.", "Night note")
    assert intake.note.text == "No \u202eainomuenp\u202c seen. P\u0430in."
    assert intake.notices == (
        '"Night note": 3 places read otherwise than they look (characters that show nothing or '
        "turn the order of words, letters of another alphabet in a word), the first at position 4; "
        "compare with the original.",
    )


@pytest.mark.parametrize("text", ["CHF", "😀", "\u0627", "."])
def test_one_word_or_sign_is_a_note(text: str) -> None:
    assert read_note(text, "note").note.text == text


@pytest.mark.parametrize(
    "text", ["", " ", "\r\n\t", "\xa0\u3000", "\u200b\ufeff", "\0\0", "\ud800", "\x07"]
)
def test_a_note_without_a_visible_character_is_refused(text: str) -> None:
    with pytest.raises(NoteError, match='"Progress note" is empty; paste'):
        read_note(text, "Progress note")


def test_a_notice_counts_what_was_replaced_and_says_where_it_begins() -> None:
    intake = read_note("ab\r\nc\0d\ud800", "Progress note")
    assert intake.note.text == "ab\nc�d�"
    (notice,) = intake.notices
    assert '"Progress note": 2 characters' in notice
    assert "position 5" in notice


def test_a_note_of_the_limit_is_let_in_and_one_character_more_is_not() -> None:
    assert len(read_note("😀" * NOTE_LIMIT, "note").note.text) == NOTE_LIMIT
    with pytest.raises(NoteError, match="200,001 characters, the limit is 200,000; split"):
        read_note("x" * (NOTE_LIMIT + 1), "note")


def test_line_ends_count_once_towards_the_limit() -> None:
    text = "x\r\n" * (NOTE_LIMIT // 2)
    assert len(read_note(text, "note").note.text) == NOTE_LIMIT


def test_a_note_of_three_megabytes_is_refused_with_its_size() -> None:
    with pytest.raises(NoteError, match="3,000,000 characters, the limit is 200,000"):
        read_note("word " * 600_000, "note")


def test_a_refusal_never_quotes_the_note() -> None:
    with pytest.raises(NoteError) as refusal:
        read_note("secret " * NOTE_LIMIT, "note")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Discharge summary", "Discharge summary"),
        ("  H/P\t3/12\n", "H/P 3/12"),
        ("", "Untitled note"),
        (" \n ", "Untitled note"),
        ("\u202etxt.exe", "�txt.exe"),
        ("a\0b\ud800", "a�b�"),
    ],
)
def test_a_title_becomes_one_visible_line(title: str, expected: str) -> None:
    assert read_note("word", title).note.title == expected


@given(st.text(st.characters(), max_size=300))
def test_any_title_is_one_short_printable_line(title: str) -> None:
    clean = clean_title(title)
    assert 0 < len(clean) <= 120
    assert clean.isprintable()
    assert clean_title(clean) == clean
