"""The scripts of a component are joined as a browser would load them, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.ui.scripts import join_scripts, join_styles

ENTRY = "export default function () {}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    return folder / "entry.js"


def test_what_is_taken_comes_before_what_takes_it_and_once(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        entry='import { b } from "./b.js";\nimport { c } from "./c.js";\n\n' + ENTRY,
        b='import { c } from "./c.js";\n\nexport function b() {\n  return c;\n}\n',
        c="export const c = 1;\n",
    )
    joined = join_scripts(entry)
    assert joined.index("const c = 1") < joined.index("function b") < joined.index("export default")
    assert joined.count("const c") == 1
    assert "import" not in joined
    assert joined.count("export") == 1


def test_two_files_may_take_from_each_other(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        entry='import {\n  a,\n} from "./a.js";\n' + ENTRY,
        a='import { b } from "./b.js";\nexport function a() {\n  b();\n}\n',
        b='import { a } from "./a.js";\nexport function b() {\n  a();\n}\n',
    )
    assert join_scripts(entry).index("function b") < join_scripts(entry).index("function a")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a": "function name() {}\n"}, "entry.js takes name, which a.js does not give"),
        ({"a": "export const other = 1;\n"}, "takes name, which a.js does not give"),
        (
            {"a": "export const name = 1;\nfunction own() {}\n"},
            "a.js and entry.js both declare own",
        ),
        ({"a": "export const name = 1;\n" + ENTRY}, "a.js: the entry, and it alone"),
        ({"a": "export { name };\n"}, "what is this. export { name };"),
        ({"a": "export const { name } = {};\n"}, "what is this. export const { name }"),
        ({"a": 'import * as all from "./b.js";\n'}, "what is this. import"),
        ({"a": 'import { b as name } from "./b.js";\n', "b": "export const b = 1;\n"}, "b as name"),
        ({"a": 'import { b } from "https://example.org/b.js";\n'}, "what is this. import"),
        ({"a": 'import "./b.js";\n'}, "what is this. import"),
        ({"a": "export var name = 1;\n"}, "what is this. export var name"),
    ],
)
def test_what_a_browser_would_stumble_over_is_refused(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    taking = 'import { name } from "./a.js";\nfunction own() {}\n' + ENTRY
    with pytest.raises(ValueError, match=message):
        join_scripts(write(tmp_path, entry=taking, **files))


def test_an_entry_without_a_default_function_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the entry, and it alone"):
        join_scripts(write(tmp_path, entry="function own() {}\n"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        join_scripts(write(tmp_path, entry='import { name } from "./gone.js";\n' + ENTRY))


def test_later_styles_come_last(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(f".{name} {{}}", "utf-8")
    assert join_styles(tmp_path / "one", tmp_path / "two") == ".one {}\n.two {}"
