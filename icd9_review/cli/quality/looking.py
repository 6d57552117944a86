"""Has the ledger hear of figures that a command prints, as it hears of those of a page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database
    from icd9_review.store.oversight.figure_looks import FiguresPage


def tell_figures_read(
    database: Database, page: FiguresPage, asked: Mapping[str, object] | None = None
) -> None:
    """Before anything is printed; of what was asked that which was given, never names."""
    from icd9_review.store.oversight.figure_looks import record_figures_read
    from icd9_review.store.users import system_user

    given = {name: str(value) for name, value in (asked or {}).items() if value}
    key = f"command-{uuid.uuid4().hex}"
    record_figures_read(database, page, given, actor=system_user(database), key=key)
