"""The columns of figures: outcomes of a code and model version, and agreement."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from icd9_review.export.columns.cells import title_of
from icd9_review.export.columns.column import Column
from icd9_review.export.formats import CellType
from icd9_review.quality.outcomes.figures import CodeOutcomes, is_enough
from icd9_review.quality.outcomes.periods import write_month
from icd9_review.quality.outcomes.rows import OutcomeRow
from icd9_review.statistics.proportions import Proportion
from icd9_review.values import AgreementRow
from icd9_review.values.quality.exporting import Ends

_ENDS: Final = (("", ""), ("_low", ", lower end of the 95 % interval"), ("_high", ", upper end"))


def _count(name: str, meaning: str) -> Column[OutcomeRow]:
    def value(row: OutcomeRow) -> int:
        return int(getattr(row.figures, name))

    return Column(name, meaning, value, type=CellType.INTEGER)


def _share(
    name: str, meaning: str, of: Callable[[CodeOutcomes], Proportion]
) -> tuple[Column[OutcomeRow], ...]:
    def end(place: int) -> Callable[[OutcomeRow], float | None]:
        def value(row: OutcomeRow) -> float | None:
            share = of(row.figures)
            return (share.value, share.low, share.high)[place] if is_enough(share) else None

        return value

    return tuple(
        Column(f"{name}{tail}", f"{meaning}{words}", end(place), type=CellType.NUMBER)
        for place, (tail, words) in enumerate(_ENDS)
    )


def _counted(name: str, meaning: str) -> Column[OutcomeRow]:
    """What came how often, in one cell: ``428.21:7 428.0:2``."""

    def value(row: OutcomeRow) -> str | None:
        held: tuple[tuple[str, int], ...] = getattr(row.figures, name)
        return " ".join(f"{each or 'unknown'}:{count}" for each, count in held) or None

    return Column(name, meaning, value)


OUTCOME_COLUMNS: Final[tuple[Column[OutcomeRow], ...]] = (
    Column("first_month", "First month that is counted", lambda row: write_month(row.period.first)),
    Column("last_month", "Last month", lambda row: write_month(row.period.last)),
    Column(
        "model",
        "Name of the model, empty where it is stored no more or none was there",
        lambda row: row.model,
    ),
    Column(
        "model_version",
        "SHA-256 of the model, empty for what was decided without one",
        lambda row: row.version or None,
    ),
    Column("code", "ICD-9-CM code with its dot, as text", lambda row: row.figures.code),
    Column(
        "kind",
        "diagnosis or procedure",
        lambda row: row.figures.kind.value if row.figures.kind else None,
    ),
    Column(
        "title",
        "Long title of the code, empty where version 32 has none",
        lambda row: title_of((row.figures.kind, row.figures.code) if row.figures.kind else None),
    ),
    _count("shown", "Encounters in which it was suggested"),
    _count("decided", "Of these with a verdict"),
    _count("accepted", "Accepted"),
    _count("replaced", "Another code took its place"),
    _count("rejected", "Rejected"),
    _count("untouched", "Left without a verdict when the chart was signed"),
    _count("waiting", "Without a verdict in a chart that is not signed"),
    _count("direct", "Typed although it was suggested"),
    _count("below", "Accepted although it was not suggested: demoted, or below its threshold"),
    _count("edited", "Took the place of another code"),
    _count("on_text", "Added with words of a note, without having been suggested"),
    _count("off_text", "Added without words, without having been suggested"),
    _count("added", "The last two together"),
    _count("final", "Encounters whose chart has it"),
    _count("final_suggested", "Of these suggested"),
    *_share("acceptance", "Share accepted of decided", lambda figures: figures.acceptance),
    *_share("ignored", "Share untouched of untouched and decided", lambda figures: figures.ignored),
    *_share("capture", "Share final_suggested of final", lambda figures: figures.capture),
    _counted("replaced_by", "Which codes took its place how often, separated by spaces"),
    _counted("edited_from", "The place of which codes it took how often"),
    _counted("reasons", "Why it was rejected how often"),
)
"""One row per code and model version."""


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _ends(
    name: str, meaning: str, of: Callable[[AgreementRow], Ends | None]
) -> tuple[Column[AgreementRow], ...]:
    def end(place: int) -> Callable[[AgreementRow], float | None]:
        return lambda row: None if (held := of(row)) is None else _number(held[place])

    return tuple(
        Column(f"{name}{tail}", f"{meaning}{words}", end(place), type=CellType.NUMBER)
        for place, (tail, words) in enumerate(_ENDS)
    )


AGREEMENT_COLUMNS: Final[tuple[Column[AgreementRow], ...]] = (
    Column(
        "level",
        "How many characters of a code count: full, 4 or 3 (the category)",
        lambda row: row.level,
    ),
    Column(
        "about",
        "all (members together), pair, code, or confused (a code with another)",
        lambda row: row.about,
    ),
    Column("first", "A member of the pair: a person or a model", lambda row: row.first),
    Column("second", "The other member", lambda row: row.second),
    Column(
        "code",
        "ICD-9-CM code with its dot, as text; of a level its first characters",
        lambda row: row.key[1] if row.key else None,
    ),
    Column("kind", "diagnosis or procedure", lambda row: row.key[0].value if row.key else None),
    Column("title", "Long title of the code", lambda row: title_of(row.key)),
    Column(
        "other_code",
        "The code that it is taken for",
        lambda row: row.other[1] if row.other else None,
    ),
    Column(
        "encounters",
        "Encounters that were compared",
        lambda row: row.encounters,
        type=CellType.INTEGER,
    ),
    Column(
        "signed",
        "Of all members together: encounters that were signed in the days asked for; of more than "
        "1,000 the newest were read, and days before them give the others",
        lambda row: row.signed,
        type=CellType.INTEGER,
    ),
    Column(
        "cases",
        "How often one member has one code and another the other",
        lambda row: row.cases,
        type=CellType.INTEGER,
    ),
    *_ends("alpha", "Krippendorff's alpha with MASI distance", lambda row: row.alpha),
    *_ends("jaccard", "Mean Jaccard index", lambda row: row.jaccard),
    *_ends("credit", "Mean hierarchical credit; of a pair without interval", lambda r: r.credit),
    Column(
        "both",
        "Pairs of codings of one encounter in which both have the code",
        lambda row: row.both,
        type=CellType.INTEGER,
    ),
    Column("one", "In which one has it", lambda row: row.one, type=CellType.INTEGER),
    Column("neither", "In which none has it", lambda row: row.neither, type=CellType.INTEGER),
    *_ends("positive", "Positive agreement", lambda row: row.positive),
    *_ends(
        "kappa",
        "Kappa; of more than two members their mean, without interval",
        lambda row: row.kappa,
    ),
    Column("ac1", "Gwet's AC1", lambda row: _number(row.ac1), type=CellType.NUMBER),
    Column(
        "negative", "Negative agreement", lambda row: _number(row.negative), type=CellType.NUMBER
    ),
)
"""One row for all together, one per pair, per code, and per two codes that are confused."""
