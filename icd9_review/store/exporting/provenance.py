"""Whose word each final code is, as far as more than one person coded a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from icd9_review.values import CodeKey, CodeProvenance

Provenances = Mapping[tuple[str, CodeKey], CodeProvenance]
"""By encounter and code; what is not named is one coder's word."""


def code_provenances(session: Session, encounters: Sequence[str]) -> Provenances:
    """Those of the codes of some encounters. Nobody codes a chart a second time yet: none."""
    del session, encounters
    return {}
