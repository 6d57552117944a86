"""What the browser gets of an audit, besides the chart that its codes make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedView:
    """A code as it was signed: ``number`` is its place among its kind, ``beside`` says in words
    what else is known of it (principal, POA, fast), ``differs`` what the auditor has otherwise."""

    key: str
    code: str
    title: str
    number: int
    beside: str
    differs: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """An audit on the workbench. ``notice`` says what is worked on and what it is blind to;
    ``differs`` is by the key of an auditor's code what it has otherwise than the coder's."""

    label: str
    notice: str
    signed: tuple[SignedView, ...]
    differs: Mapping[str, str]
    differences: int
