"""What can be exported: which rows, under which columns, and in which words it is offered.

A new table is an entry of ``CODING_TABLES``, ``QUALITY_TABLES`` or ``OMOP_TABLES``: the page, the
command and the dictionary of columns take all they say of it from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from icd9_review.export.coding_tables import CODING_TABLES
from icd9_review.export.export_table import ExportTable
from icd9_review.export.omop_tables import OMOP_TABLES
from icd9_review.export.quality_tables import QUALITY_TABLES

TABLES: Final[Mapping[str, ExportTable]] = MappingProxyType(
    {each.name: each for each in (*CODING_TABLES, *QUALITY_TABLES, *OMOP_TABLES)}
)
