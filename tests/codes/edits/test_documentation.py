import re
from pathlib import Path

import icd9_review.codes.edits as edits_package

PAGE = Path(__file__).parents[3] / "docs" / "edits.md"
_NUMBER = re.compile(r"(?:Edit\(\s*|_edit\()(?P<number>[0-9]{1,2}),")


def test_the_page_lists_every_rule_once_and_no_other() -> None:
    listed = re.findall(r"^\| ([0-9]+) \| [^|]*[a-z]", PAGE.read_text(encoding="utf-8"), re.M)
    folder = Path(edits_package.__file__).parent
    coded = {
        int(match["number"])
        for file in folder.rglob("*.py")
        for match in _NUMBER.finditer(file.read_text(encoding="utf-8"))
    }
    assert sorted(coded) == [int(number) for number in listed] == list(range(1, 32))
