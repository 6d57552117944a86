"""Official files: recognised by what they hold, taken whole or refused."""

import io
import zipfile
from pathlib import Path

import pytest

from icd9_review.codes.lists import ListName, ListOrigin, SourceName
from icd9_review.codes.official import read_release, release
from icd9_review.errors import CodeListError
from icd9_review.values import Kind
from tests.releases import INDEX, MCE, TABULAR, as_mce, as_poa, as_rtf, as_zip, write_releases


def written(folder: Path, content: bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_each_release_is_recognised_by_its_content(tmp_path: Path) -> None:
    found = [read_release(path) for path in write_releases(tmp_path)]
    assert [each.name for each in found] == list(SourceName)
    assert {each.provenance.origin for each in found} == {ListOrigin.OFFICIAL}
    assert [each.count for each in found] == [len(MCE), 3, 3, 2, 2, 3, 3, 3, 3, 3]
    assert found[2].provenance.version == found[3].provenance.version == "Written (FY12)"


def test_lists_hold_codes_of_both_kinds_with_their_dots(tmp_path: Path) -> None:
    lists = read_release(written(tmp_path, as_mce())).lists
    assert lists[ListName.FEMALE] == {(Kind.DIAGNOSIS, "614.0"), (Kind.PROCEDURE, "68.51")}
    assert lists[ListName.WRONG_PROCEDURE] == {(Kind.DIAGNOSIS, "E876.5")}


@pytest.mark.parametrize(
    "content",
    [
        as_poa().replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + as_poa(),
        as_poa().replace(b"A title", b"M\xe9ni\x8fre"),
        as_poa().rstrip(b"\n"),
    ],
)
def test_line_ends_marks_and_odd_titles_change_nothing(tmp_path: Path, content: bytes) -> None:
    assert read_release(written(tmp_path, content)).lists == {
        ListName.POA_EXEMPT: {(Kind.DIAGNOSIS, code) for code in ("137.0", "E000.0", "V91.00")}
    }


@pytest.mark.parametrize(
    ("name", "version"),
    [("POA_FY2015.txt", "POA exempt list, FY2015"), ("poa", "POA exempt list, year not stated")],
)
def test_the_year_of_a_list_that_states_none_is_that_of_its_file_name(
    tmp_path: Path, name: str, version: str
) -> None:
    assert read_release(written(tmp_path, as_poa(), name)).provenance.version == version


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "header of no known list"),
        (b"code,title\n428.0,Heart failure\n", "header of no known list"),
        (as_poa().decode().encode("utf-16"), "UTF-16"),
        (as_mce(version="31"), "line 2 is of MCE version 31"),
        (as_mce([*MCE, ("Male_Only", "D", "276.5")]), "line 18 has '2765', which is no diagnosis"),
        (as_mce([*MCE, ("Male_Only", "D", "=1+1")]), "which is no diagnosis"),
        (as_mce([*MCE, ("Rich_Only", "D", "428.0")]), "line 18 has an unknown edit"),
        (as_mce([*MCE, ("Male_Only", "X", "428.0")]), "unknown edit or kind"),
        (as_mce(MCE[:-1]), "no Noncovered_LOS_96hr; it seems to be cut off"),
        (as_mce()[:-20], "line 17 has 6 columns in place of 8"),
        (as_poa()[:-20], "cut off"),
        (as_poa(["137.0"]), "ends before category V91"),
        (rb"{\rtf1 TABULAR LIST OF PROCEDURES\par}", "no title of these"),
        (rb"{\rtf1}", "no title of these"),
        (as_rtf(TABULAR)[:-40], "cut off"),
        (as_rtf(INDEX)[:-40], "cut off"),
        (as_rtf(TABULAR[:1]), "no heading"),
        (as_zip(as_rtf(TABULAR))[:-30], "zip is cut off"),
        (as_zip(as_rtf(TABULAR))[:40], "zip is cut off"),
        (as_zip(b"text", "readme.txt"), "0 RTF files"),
        (as_zip(as_mce()), "holds no RTF"),
    ],
)
def test_what_is_not_a_whole_release_is_refused_by_name(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(CodeListError, match=message) as refused:
        read_release(written(tmp_path, content, "list.bin"))
    assert str(refused.value).startswith("list.bin: ")
    assert "expected is the list of MCE version 32" in str(refused.value)


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    data = bytearray(as_zip(as_rtf(TABULAR)))
    data[80] ^= 0xFF
    with pytest.raises(CodeListError, match="damaged"):
        read_release(written(tmp_path, bytes(data)))


def test_a_zip_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "_LARGEST", 1024 * 1024)
    bomb = as_zip(rb"{\rtf1 " + b"0" * 20_000_000)
    assert len(bomb) < 1024 * 1024
    with pytest.raises(CodeListError, match="unpacks to more than 1 MB"):
        read_release(written(tmp_path, bomb))


def test_a_zip_with_several_rtf_files_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.rtf", as_rtf(TABULAR))
        archive.writestr("b.RTF", as_rtf(INDEX))
    with pytest.raises(CodeListError, match="2 RTF files in place of one"):
        read_release(written(tmp_path, buffer.getvalue()))


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "_LARGEST", 0)
    with pytest.raises(CodeListError, match="has more than 0 MB"):
        read_release(written(tmp_path, as_mce()))


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(CodeListError, match=r"cannot be read: (No such file|Is a directory)"):
        read_release(tmp_path / name)
