import gzip
import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import NoteError
from icd9_review.notes import FILE_LIMIT, decode_file, read_note
from icd9_review.notes.text.disguised import find_disguised

NOTE = "Ménière’s disease, T 38°.\nNo evidence of pneumonia.\n"

storable = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
    .map(lambda text: "word " + text)
    .filter(lambda text: find_disguised(text) is None)  # what reads otherwise gets a notice
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@given(text=storable)
def test_a_unicode_file_is_read_as_it_was_written(encoding: str, text: str) -> None:
    intake = decode_file(text.encode(encoding), "note.txt")
    assert intake.note == read_note(text, "note.txt").note
    assert intake.notices == ()


def test_big_endian_utf_16_is_told_by_its_mark() -> None:
    data = b"\xfe\xff" + NOTE.encode("utf-16-be")
    assert decode_file(data, "note.txt").note.text == NOTE


def test_a_file_in_windows_1252_is_read_with_a_notice() -> None:
    intake = decode_file(NOTE.encode("cp1252"), "note.txt")
    assert intake.note.text == NOTE
    assert intake.notices == (
        '"note.txt" is not UTF-8; read as Windows-1252. Check letters with accents.',
    )


def test_a_file_with_bytes_undefined_in_windows_1252_is_read_as_latin_1() -> None:
    text = "Ménière's disease \x81 and nothing else that is special"
    intake = decode_file(text.encode("latin-1"), "note.txt")
    assert intake.note.text == text
    assert "read as Latin-1" in intake.notices[0]


@given(st.text(st.characters(max_codepoint=0xFF, exclude_characters="\0"), max_size=40))
def test_latin_1_text_keeps_every_printable_character(text: str) -> None:
    western = "A note in plain words, long enough to be told from binary data. " * 4 + "é "
    data = (western + "".join(c for c in text if c.isprintable())).encode("latin-1")
    assert decode_file(data, "note.txt").note.text == data.decode("latin-1")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_every_kind_of_line_end_becomes_a_line_feed(end: str, encoding: str) -> None:
    data = NOTE.replace("\n", end).encode(encoding)
    assert decode_file(data, "note.txt").note.text == NOTE


def test_a_few_nul_bytes_are_replaced_with_a_notice() -> None:
    intake = decode_file(b"CHF\0 and\0 AF", "note.txt")
    assert intake.note.text == "CHF� and� AF"
    assert "2 characters that cannot be stored" in intake.notices[0]


def test_half_a_surrogate_pair_in_utf_16_is_replaced_with_a_notice() -> None:
    intake = decode_file(b"\xff\xfe" + "CHF \ud83d".encode("utf-16-le", "surrogatepass"), "n.txt")
    assert intake.note.text == "CHF �"
    assert "1 character that cannot be stored" in intake.notices[0]


def test_notices_of_decoding_and_of_intake_come_together() -> None:
    assert len(decode_file("Ménière\0 and more words".encode("cp1252"), "n.txt").notices) == 2


def zip_bytes() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:t>text</w:t>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (zip_bytes(), "Office document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "Office document"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "a PDF"),
        (b"{\\rtf1\\ansi CHF}", "rich text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (gzip.compress(b"CHF"), "gzip"),
        ("CHF".encode("utf-32"), "UTF-32"),
        (b"\x7fELF\x02\x01\x01" + bytes(57), "binary data"),
        (bytes(128) + b"DICM" + bytes(range(32)) * 8, "binary data"),
        ("CHF and AF, on Coumadin".encode("utf-16-le"), "binary data"),
    ],
)
def test_binary_content_renamed_txt_is_refused_with_the_way_out(data: bytes, named: str) -> None:
    remedy = r'^"scan\.txt" .*(?:plain text \(UTF-8\)|name; paste the text)'
    with pytest.raises(NoteError, match=remedy) as refusal:
        decode_file(data, "scan.txt")
    assert named in str(refusal.value)


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_refused(seed: int) -> None:
    with pytest.raises(NoteError, match=r'^"scan\.txt" '):
        decode_file(random.Random(seed).randbytes(1_000), "scan.txt")  # noqa: S311


def test_text_of_another_alphabet_is_refused_instead_of_read_as_nonsense() -> None:
    data = "Хроническая сердечная недостаточность".encode("cp1251")
    with pytest.raises(NoteError, match="neither UTF-8 nor text in a Western European encoding"):
        decode_file(data, "note.txt")


@pytest.mark.parametrize("data", [b"\xef", b"\xef\xbb"])
def test_a_mark_that_breaks_off_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(NoteError, match=r'"note\.txt" is neither UTF-8 nor'):
        decode_file(data, "note.txt")


def test_utf_16_that_breaks_off_is_refused_with_its_place() -> None:
    with pytest.raises(NoteError, match="breaks off at byte 9"):
        decode_file(b"\xff\xfe" + "CHF".encode("utf-16-le") + b"x", "note.txt")


@pytest.mark.parametrize("data", [b"", b" \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError, match=r'"note\.txt" is empty'):
        decode_file(data, "note.txt")


def test_a_file_of_three_megabytes_is_refused_with_its_size_and_the_limit() -> None:
    message = r"3\.1 MB \(3,145,728 bytes\), the limit is 1 MB \(1,000,000 bytes\)"
    with pytest.raises(NoteError, match=message):
        decode_file(b"x" * (3 * 1024 * 1024), "note.txt")


def test_a_file_of_the_limit_is_only_held_to_the_limit_of_a_note() -> None:
    with pytest.raises(NoteError, match="1,000,000 characters, the limit is 200,000"):
        decode_file(b"x" * FILE_LIMIT, "note.txt")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("note.txt", "note.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\note.txt", "note.txt"),
        ("folder/", "Untitled note"),
        ("", "Untitled note"),
        ("a\nb\x1b[31m.txt", "a b�[31m.txt"),
        ("x" * 300 + ".txt", "x" * 119 + "…"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
    ],
)
def test_a_hostile_file_name_becomes_a_short_base_name(name: str, title: str) -> None:
    assert decode_file(b"CHF", name).note.title == title


@given(st.binary(max_size=400), st.text(st.characters()))
def test_any_bytes_give_a_storable_note_or_a_refusal_of_one_line(data: bytes, name: str) -> None:
    try:
        shown = decode_file(data, name).note.text
    except NoteError as refusal:
        shown = str(refusal)
        lines = shown.splitlines()
    else:
        lines = [shown]
    assert len(lines) == 1
    assert "\0" not in shown
    assert shown.encode("utf-8")
