"""The report as a whole: drift by what a cell holds, and sentences for each figure."""

from __future__ import annotations

from icd9_review.quality.outcomes import sentences
from icd9_review.quality.outcomes.periods import Period
from icd9_review.quality.outcomes.report import OutcomeCounts, PeriodCounts, outcome_report
from icd9_review.quality.outcomes.written import as_record
from icd9_review.values import Kind

HEART, BLOOD = (Kind.DIAGNOSIS, "428.0"), (Kind.PROCEDURE, "99.04")


def counts(month: int, scores: dict[str, int], heart: int, unfamiliar: int = 0) -> PeriodCounts:
    lengths = {"under 2,000": 400, "2,000–4,999": 600}
    codes = {HEART: heart, BLOOD: 200}
    words = {"2–2.9 %": 900 - unfamiliar, "5–9.9 %": unfamiliar, "unknown": 100}
    return PeriodCounts(Period(month, month), 1000, scores, lengths, codes, words)


def test_what_changed_is_told_by_distribution_and_by_code() -> None:
    before = counts(202601, {"3": 500, "18": 500}, 100)
    after = counts(202602, {"3": 100, "18": 900, "-1": 7}, 300, 600)
    report = outcome_report(OutcomeCounts(Period(202602, 202602), before=before, after=after))
    drift = report.drift
    assert drift is not None
    scores, lengths, words, codes = drift.distributions
    assert [cell for cell, first, _ in scores.cells if first] == ["15–20 %", "90–95 %"]
    assert (scores.before, scores.after, lengths.psi) == (1000, 1000, 0.0)
    assert codes.psi is not None
    assert (words.before, words.after, drift.without_words) == (900, 900, (100, 100))
    assert "Words were not counted in 100 and 100 of them" in sentences.describe_compared(drift)
    assert [each.key for each in drift.moved] == [HEART]
    said = sentences.describe_drift(drift)
    assert said.startswith("2026-02 beside 2026-01: scores much changed (PSI 0.8")
    assert "length of the notes hardly changed" in said
    assert "unfamiliar words much changed" in said
    assert as_record(report, {})["drift"]["psi"]["unfamiliar words"] == words.psi
    assert as_record(report, {})["drift"]["moved"][0]["code"] == "428.0"


def test_of_nothing_each_figure_says_so() -> None:
    report = outcome_report(OutcomeCounts(None))
    assert sentences.describe_drift(report.drift) == "There is no earlier period to compare with."
    assert "0 suggestions have a verdict" in sentences.describe_whole(report.whole)
    assert "too few" in sentences.describe_reliability(report.reliability)
    assert "too few" in sentences.describe_risk(report.risk)
    assert as_record(report, {})["period"] is None
