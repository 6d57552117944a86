"""Audits by command: the list, the figures, and the rows worked out again."""

from __future__ import annotations

from icd9_review.quality.accuracy import FORMULAS
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.steps import close_audit
from icd9_review.store.database.engine import Database
from tests.cli.quality.test_sample import database, run
from tests.cli.running import Run
from tests.encounters import coders
from tests.store.auditing.auditing import begin, new_key
from tests.store.auditing.signing import add_signed, auditor

__all__ = ["database", "run"]


def test_the_list_and_the_figures_are_those_of_the_store(database: Database, run: Run) -> None:
    who = auditor(database)
    assert run("figures", noun="audit") == (0, "No audit is final yet.\n", "")
    found = begin(database)
    close_audit(database, found.id, reopen=False, actor=who, key=new_key())
    blind = add_signed(database, coder=coders(database)[1])
    open_audit(database, blind.id, actor=who, key=new_key(), blind=True)
    code, out, err = run("list", noun="audit")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "A-00002\tE-00006\twith the auditor\tblind\tDevelopment auditor\t0 differences",
        "A-00001\tE-00005\tfinal\tDevelopment coder\tDevelopment auditor\t0 differences",
    ]
    assert run("list", "--status", "final", noun="audit")[1].count("\n") == 1
    _, out, _ = run("figures", "--target", "0.9", "--formulas", noun="audit")
    assert out.startswith("Development coder\n    audits: 1, codes of the reviewer: 2\n")
    assert out.splitlines()[8:10] == ["    0 differences", "all coders: 0 differences"]
    assert "case over case: 100.0 % (20.7–100.0), too few audits to say" in out
    assert all(formula in out for formula in FORMULAS.values())
    assert run("rebuild", noun="audit") == (0, "audits: 2\n", "")
