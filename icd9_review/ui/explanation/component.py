"""The component that shows a sheet; all of it reaches the page as text nodes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from icd9_review.ui.component_files import component_of_files
from icd9_review.ui.explanation.sheet import Sheet
from icd9_review.ui.scripts import SHARED, join_scripts, join_styles

_FOLDER = Path(__file__).parent / "browser"
PAGE_STYLE = _FOLDER / "page.css"
_sheet = component_of_files(
    "icd9_review.explanation",
    css=join_styles(SHARED / "marks.css", _FOLDER / "sheet.css"),
    js=join_scripts(_FOLDER / "sheet.js"),
)


def show_sheet(sheet: Sheet, *, key: str) -> None:
    """Show one code, in the place of what was shown under this key before."""
    _sheet(key=key, data=asdict(sheet))
