"""Who may what: each cell of the table."""

from __future__ import annotations

import pytest

from icd9_review.errors import PermissionDenied
from icd9_review.store.people.permissions import PERMISSIONS, Act, check_may, may
from icd9_review.values import Role, User

TABLE = """
            coder  clinician  auditor  administrator  system
read        x      x          x        x              .
take_in     x      .          .        x              x
open        x      .          x        x              .
code        x      .          .        x              .
assign      .      .          .        x              .
comment     x      x          x        x              .
ask         x      .          x        x              .
answer      .      x          .        .              .
try_out     x      x          .        x              .
export      x      .          x        x              x
audit       .      .          x        x              x
sample      .      .          x        x              x
review      .      .          x        x              .
keep_gold   .      .          x        x              x
compare     .      .          x        x              x
administer  .      .          .        x              x
"""
ROLES, *ROWS = (line.split() for line in TABLE.strip().splitlines())
CELLS = [
    (Role(role), Act(act), mark == "x")
    for act, *marks in ROWS
    for role, mark in zip(ROLES, marks, strict=True)
]


@pytest.mark.parametrize(("role", "act", "allowed"), CELLS)
def test_a_role_may_what_the_table_says(role: Role, act: Act, allowed: bool) -> None:
    person = User(7, "Ana", role)
    assert may(person, act) is allowed
    if allowed:
        check_may(person, act)
        return
    with pytest.raises(PermissionDenied, match=f"^The role {role.value} does not "):
        check_may(person, act)


def test_the_table_has_every_role_and_every_act() -> None:
    assert {role for role, _, _ in CELLS} == set(Role)
    assert {act for _, act, _ in CELLS} == set(Act) == set(PERMISSIONS)
