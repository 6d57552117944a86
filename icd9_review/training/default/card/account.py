"""What the card of the embedded model tells of its figures beyond the tables of the measured notes.

Each part is worked out from evaluations, as evaluation.json holds them, so that the card says
what was measured and not what was once written of it. Aims stand beside what was reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from icd9_review.evaluation.judge_fitting import LENIENCE
from icd9_review.evaluation.report.numerals import (
    number,
    share,
    with_interval,
    yardstick_name,
)
from icd9_review.evaluation.report.tables import (
    certainty_table,
    found_table,
    frequency_table,
    ranking_table,
)
from icd9_review.training.default.card.aims import aims_table
from icd9_review.training.default.card.before import before_table

MEASURED = "measured"
CODIESP = "codiesp"
BOTH_KINDS = "procedures"

_Evaluations = Mapping[str, Mapping[str, Any]]

_SETS = {
    MEASURED: "the measured notes",
    CODIESP: "CodiEsp",
    BOTH_KINDS: "the notes with procedures",
}
_FEWER, _RECALL = 0.30, 0.02  # the aim of the judge: false positives less, and recall lost at most
_LARGEST_ERROR = 0.10  # the aim of calibration in a bucket
_LEAST_SUGGESTED = 30  # codes from which on a bucket's calibration error is judged

_NOT_APART = (
    "### What was tried and is not in it\n\n"
    "A larger share of excludes at the start of the outputs: an excluded phrase led less often to "
    "a code that excludes it, and unseen index phrases were found less often. The name of a "
    "section in front of its sentences: {prefix} What labels of read notes and phrases are worth "
    "was measured on a fifth of the schedule. docs/training.md has the figures."
)
_PREFIX = (
    "tried on the measured notes with these weights, which have not learned from such names, it "
    "was not better (docs/training.md)."
)


def tell_figures(
    fitted: Mapping[str, Any], found: _Evaluations, before: _Evaluations | None = None
) -> str:
    """What was fitted, what the aims were, and the figures on the other corpora, as Markdown.

    ``found`` holds the evaluations by name, ``before`` those of the model before.
    """
    parts = [_of_fitting(fitted)]
    if CODIESP in found:
        parts += [aims_table(found)]
        parts += [_of_judge(found), _of_certainty(found), _of_external_causes(found)]
        parts += [
            _of_procedures(found[BOTH_KINDS], (found[MEASURED]["pairs"] or {}).get("procedure")),
            _of_codiesp(found[CODIESP]),
        ]
        parts += [before_table(_SETS, before, found)] if before else []
        parts.append(_NOT_APART.format(prefix=_PREFIX))
    return "\n\n".join(parts)


def _of_fitting(fitted: Mapping[str, Any]) -> str:
    text = (
        f"Threshold {fitted['global_threshold']:.2f} and calibration were fitted on "
        f"{fitted['split']}: micro-F1 {fitted['micro_f1']:.3f} there, which flatters."
    )
    judge = fitted.get("judge")
    if judge is None:
        return text
    return (
        f"{text} Then thresholds were lowered by {LENIENCE} of the logit, and a second judge was "
        f"fitted on the same notes: of the {judge['candidates']:,} codes that reached them "
        f"{_demoted(judge)} (cross-validated by note).{_of_judged_procedures(judge)} Fitting and "
        "measuring came after the training and are not in its time."
    )


def _of_judged_procedures(judge: Mapping[str, Any]) -> str:
    own = judge.get("procedures")
    return (
        f" Procedures keep their thresholds and have weights of their own: of the "
        f"{own['candidates']:,} that reached them {_demoted(own)}."
        if own
        else ""
    )


def _demoted(judge: Mapping[str, Any]) -> str:
    return (
        f"{judge['right']:,} were right; it demoted {judge['demoted']:,}, of which "
        f"{judge['demoted_right']:,} were right"
    )


def _of_judge(found: _Evaluations) -> str:
    lines = [_judged(name, found[name]["all_codes"]) for name in _SETS if name in found]
    first = found[MEASURED]["all_codes"]
    fewer = 1 - first["all"]["wrong"] / first["unjudged"]["wrong"]
    lost = first["unjudged"]["recall"]["value"] - first["all"]["recall"]["value"]
    met = "met" if fewer >= _FEWER and lost <= _RECALL else "missed"
    return (
        "### What the second judge takes away\n\n"
        f"Without it and with it, at the same thresholds: {'; '.join(lines)}. Aim: "
        f"{_FEWER:.0%} fewer false positives for at most {100 * _RECALL:.0f} points of recall on "
        f"the measured notes; {met}.".replace("30%", "30 %")
    )


def _judged(name: str, held: Mapping[str, Any]) -> str:
    with_it, without = held["all"], held["unjudged"]
    fewer = 100 * (1 - with_it["wrong"] / without["wrong"])
    lost = 100 * (without["recall"]["value"] - with_it["recall"]["value"])
    return (
        f"on {_SETS[name]} false positives −{fewer:.0f} % ({without['wrong']:,} to "
        f"{with_it['wrong']:,}), recall −{lost:.1f} points ({number(without['recall']['value'])} "
        f"to {number(with_it['recall']['value'])}), micro-F1 {number(without['f1']['value'])} to "
        f"{number(with_it['f1']['value'])}"
    )


def _of_certainty(found: _Evaluations) -> str:
    lines = []
    for name, called in _SETS.items():
        judged = dict(_judgeable(found[name]))
        above = {bucket: error for bucket, error in judged.items() if error > _LARGEST_ERROR}
        told = ", ".join(f"seen {bucket} times {error:.3f}" for bucket, error in above.items())
        lines.append(f"on {called} {len(above)} of {len(judged)}{f' ({told})' if told else ''}")
    met = "met" if not any("(" in line for line in lines) else "missed"
    return (
        "### How far shown probabilities are off, by frequency\n\n"
        f"Of the buckets in which {_LEAST_SUGGESTED} codes or more are suggested, so many have a "
        f"calibration error of the suggested ones above {100 * _LARGEST_ERROR:.0f} points: "
        f"{'; '.join(lines)}. Aim: none; {met}."
    )


def _judgeable(evaluation: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    held = evaluation["certainty"]
    for bucket, each in ((held or {}).get("frequency") or {}).items():
        if each["suggested"] >= _LEAST_SUGGESTED:
            yield bucket, each["ece_suggested"]


def _of_external_causes(found: _Evaluations) -> str:
    parts = {name: found[name]["all_codes"]["parts"]["E codes"] for name in (MEASURED, CODIESP)}
    shares = (f"{share(e['found'], e['core'])} on {_SETS[name]}" for name, e in parts.items())
    return (
        "### External causes, drugs and poisonings\n\n"
        f"E codes are hardly proposed: found are {', '.join(shares)}. The drug of a poisoning or "
        "of an adverse effect is found in the table of drugs and chemicals when a code is added; "
        "cause and place of an injury are proposed only where a sentence says them as dictations "
        "do."
    )


def _of_procedures(evaluation: Mapping[str, Any], pairs: Mapping[str, Any] | None) -> str:
    both, notes = evaluation["all_codes"], evaluation["data"]["notes"]
    part = both["parts"]["procedures"]
    return (
        f"### With procedures\n\nOn {notes} operative notes, discharge summaries and "
        "emergency notes that were labelled with procedures too: micro-F1 over all codes "
        f"{with_interval(both['all']['f1'])}; of procedures alone {with_interval(part['f1'])}, "
        f"precision {with_interval(part['precision'])}, recall {with_interval(part['recall'])}, "
        f"recall at 15 {with_interval(part['recall_at']['recall_at_15'])}. "
        f"{_beside(evaluation['yardsticks'])}{_of_pairs(pairs)}\n\n{_tables(evaluation)}"
    )


def _of_pairs(pairs: Mapping[str, Any] | None) -> str:
    if not pairs:
        return ""
    right, found = (share(pairs[key], pairs["pairs"]) for key in ("right", "found"))
    return (
        " Of the pairs of sentences about a procedure that was done and one that was not, "
        f"{right} are right: only {found} of the procedures that were done are recognised in such "
        "sentences."
    )


def _of_codiesp(evaluation: Mapping[str, Any]) -> str:
    rule, ranking = evaluation["rule"], evaluation["ranking"]["recall_at_10"]
    together = evaluation["all_codes"]["all"]["recall_at"]["recall_at_10"]
    return (
        f"### On another corpus\n\nOn the {evaluation['data']['notes']} notes of CodiEsp's "
        "development split (English machine translation, codes mapped from ICD-10-CM): micro-F1 "
        f"{with_interval(rule['f1'])}, precision {with_interval(rule['precision'])}, recall "
        f"{with_interval(rule['recall'])}, coverage {with_interval(rule['coverage'])}. Recall at "
        f"10 is {with_interval(together)} of all labels together and {with_interval(ranking)} as "
        f"a mean over notes. {_beside(evaluation['yardsticks'])}\n\n{_tables(evaluation)}"
    )


def _tables(evaluation: Mapping[str, Any]) -> str:
    """What is found, by frequency, among the first codes, and how sure it is."""
    tables = (found_table, frequency_table, ranking_table, certainty_table)
    held = (table(evaluation) for table in tables)
    return "\n\n".join(f"**{each.title}**\n\n{each.to_markdown()}" for each in held if each)


def _beside(yardsticks: Mapping[str, Any]) -> str:
    """The yardsticks with their micro-F1, the best first."""
    names = sorted(yardsticks, key=lambda key: -yardsticks[key]["f1"]["value"])
    told = (f"{yardstick_name(name)} {with_interval(yardsticks[name]['f1'])}" for name in names)
    return f"Beside it micro-F1 of: {'; '.join(told)}."
