"""What each figure shows, in a sentence for whoever does not read the plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icd9_review.quality.outcomes.certainty_bins import BucketRisk, DecisionReliability
from icd9_review.quality.outcomes.coders import FEWEST_CHARTS, CoderFigures
from icd9_review.quality.outcomes.drift import FEWEST_COMPARED, LITTLE, MUCH, Stability
from icd9_review.quality.outcomes.figures import LEAST, CodeOutcomes, is_enough
from icd9_review.quality.outcomes.report import Drift
from icd9_review.quality.outcomes.subgroups import SMALLEST, Subgroup
from icd9_review.statistics.proportions import Proportion


def describe_share(share: Proportion) -> str:
    """A rate with its interval, or of how few none is shown.

    >>> describe_share(Proportion(80, 100)), describe_share(Proportion(1, 2))
    ('80 % (71–87)', 'too few (2)')
    """
    if not is_enough(share):
        return f"too few ({share.whole:,})"
    low, high = round(100 * share.low), round(100 * share.high)
    return f"{round(100 * share.value)} % ({low}–{high})"


def describe_duration(seconds: float) -> str:
    """Seconds as minutes and seconds.

    >>> describe_duration(95), describe_duration(4.4)
    ('1 min 35 s', '4 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def describe_whole(whole: CodeOutcomes) -> str:
    """What became of all suggestions."""
    if not is_enough(whole.acceptance):
        return (
            f"{whole.decided:,} suggestions have a verdict; from {LEAST} on a rate is shown, so "
            "that nobody reads anything into a few."
        )
    return (
        f"Of {whole.decided:,} suggestions with a verdict {describe_share(whole.acceptance)} were "
        f"accepted. {whole.added:,} codes were added without having been suggested."
    )


def describe_reliability(found: DecisionReliability) -> str:
    """Whether people accept what is suggested as often as its probability says."""
    if found.decisions < LEAST or found.ece is None or found.brier is None:
        return f"{found.decisions:,} decisions are too few to say how far probabilities hold."
    held = [each for each in found.bins if each.count]
    over = sum(each.count * (each.mean_probability - each.share_positive) for each in held)
    way = "less" if over > 0 else "more"
    return (
        f"Over {found.decisions:,} decisions, shown probability and share accepted are "
        f"{100 * found.ece:.1f} points apart on average (ECE); suggestions are accepted {way} "
        f"often than their probability says. Brier score {found.brier:.3f}."
    )


def describe_risk(buckets: Sequence[BucketRisk]) -> str:
    """For which codes a queue by probability is worth having."""
    falling = [each.bucket for each in buckets if each.falls]
    level = [each.bucket for each in buckets if each.falls is False]
    if not falling and not level:
        return "There are too few decisions to say whether surer suggestions are wrong less often."
    said = []
    if falling:
        said.append(
            f"For codes with {_listed(falling)} the surer half of the suggestions is wrong less "
            "often than the rest, beyond chance: there a queue by probability sorts."
        )
    if level:
        said.append(
            f"For codes with {_listed(level)} it is not: there a queue by probability would only "
            "look as if it sorted."
        )
    return " ".join(said)


def describe_coders(coders: Sequence[CoderFigures], names: Mapping[int, str]) -> str:
    """Whose charts are worth a look, as coaching."""
    if not coders:
        return "No chart has been signed in this period."
    if len(coders) == 1:
        return "One coder alone has signed charts, so there is nobody to compare with."
    look = [names.get(each.coder, "somebody") for each in coders if each.look]
    if look:
        return (
            f"A talk may be worthwhile with {_listed(look)}: nearly everything accepted in less "
            "than half the time of the others. The charts may have been easy; look at a few "
            "together before thinking anything of it."
        )
    if all(each.look is None for each in coders):
        return f"Nobody is compared before two have {FEWEST_CHARTS} signed charts each."
    return "Nobody accepts nearly everything in less than half the time of the others."


def describe_drift(drift: Drift | None) -> str:
    """What has changed between two periods."""
    if drift is None:
        return "There is no earlier period to compare with."
    told = [describe_stability(each) for each in drift.distributions]
    return f"{drift.after} beside {drift.before}: {'; '.join(told)}."


def describe_compared(drift: Drift) -> str:
    """How many encounters are compared, and of how many nobody counted the words."""
    said = f"Encounters: {drift.cases[0]:,} before, {drift.cases[1]:,} after."
    if not any(drift.without_words):
        return said
    without = " and ".join(f"{count:,}" for count in drift.without_words)
    return (
        f"{said} Words were not counted in {without} of them: a former version had read them, or "
        "they were coded without a model."
    )


def describe_stability(found: Stability) -> str:
    """How much one distribution has changed."""
    if found.psi is None:
        return f"{found.name}: too few to compare (from {FEWEST_COMPARED} in each period)"
    how = "hardly" if found.psi < LITTLE else "somewhat" if found.psi < MUCH else "much"
    return f"{found.name} {how} changed (PSI {found.psi:.2f})"


def describe_groups(groups: Sequence[Subgroup]) -> str:
    """Between which groups acceptance differs most."""
    shown = [g for g in groups if g.acceptance is not None and is_enough(g.acceptance)]
    gaps = [(a, b) for a in shown for b in shown if a.axis is b.axis and _above(a, b)]
    hidden = any(each.suppressed for each in groups)
    small = f" Groups of fewer than {SMALLEST} encounters are not shown." if hidden else ""
    if not gaps:
        return f"No two groups differ in acceptance beyond chance.{small}"
    high, low = max(gaps, key=lambda pair: _gap(*pair))
    return (
        f"The widest gap beyond chance is in {high.axis.value}: {_named(high)} beside "
        f"{_named(low)}.{small}"
    )


def _above(first: Subgroup, second: Subgroup) -> bool:
    if first.acceptance is None or second.acceptance is None:
        return False
    return first.acceptance.low > second.acceptance.high


def _gap(first: Subgroup, second: Subgroup) -> float:
    if first.acceptance is None or second.acceptance is None:
        return 0.0
    return first.acceptance.value - second.acceptance.value


def _named(group: Subgroup) -> str:
    return f"{group.value} {describe_share(group.acceptance)}" if group.acceptance else group.value


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
