"""What the tables of an evaluation say: for the page, the card and the terminal alike.

All codes stand in the first line, the label space of the model after it. Each function takes
what evaluation.json holds and gives a table, or None for what was not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from icd9_review.evaluation.report.explanation_tables import explanations_table
from icd9_review.evaluation.report.layout import Cell, Figures, FigureTable, Row
from icd9_review.evaluation.report.numerals import RULE, UNDEFINED, number, share, yardstick_name

ALL_CODES = "All codes"
_FOUND = ("Core labels found", "False positives a note", "Coverage", *RULE.values())
_FIRST = {f"recall_at_{k}": f"R@{k}" for k in (5, 10, 15)}
_STEADY = ("Notes", "Codes in both lists", "Kept", "Median move", "95th percentile")


def found_table(evaluation: Figures) -> FigureTable:
    """All codes, the label space, the parts of the code book, and the yardsticks."""
    held, rule, notes = evaluation.get("all_codes"), evaluation["rule"], evaluation["data"]["notes"]
    rows = [] if held is None else [_found_row(ALL_CODES, held["all"], main=True)]
    rows.append(_space_row("Within the label space", rule, notes, main=held is None))
    if held is not None:
        if unjudged := held.get("unjudged"):
            rows.append(_found_row("All codes, without the judge", unjudged))
        rows += [_found_row(_capital(part), each) for part, each in held["parts"].items()]
    for key, figures in evaluation["yardsticks"].items():
        rows.append(_over_all(f"{yardstick_name(key)}, all codes", figures, notes))
        rows.append(_space_row(f"{yardstick_name(key)}, within", figures, notes))
    return FigureTable(
        "What is found",
        "",
        _FOUND,
        tuple(rows),
        "Of all the core labels of the notes, whether the model has a code for them or not; a "
        "false positive is a suggestion that matches no label. Coverage is the share of core "
        "labels that the label space can express; within it, the others are left out of recall.",
    )


def frequency_table(evaluation: Figures) -> FigureTable | None:
    """All codes, then by how many training examples a code had."""
    held = evaluation.get("all_codes")
    if held is None or held["frequency"] is None:
        return None
    rows = [_found_row(ALL_CODES, held["all"], main=True)]
    rows += [_found_row(name, each) for name, each in held["frequency"].items()]
    return FigureTable(
        "By frequency",
        f"In {held['counted']}" if held["counted"] else "Examples",
        _FOUND,
        tuple(rows),
        "A label counts where its most frequent code does, a false positive where its code does.",
    )


def ranking_table(evaluation: Figures) -> FigureTable | None:
    """How many core labels are among the first codes of a note, over all codes and apart."""
    held = evaluation.get("all_codes")
    if held is None:
        return None
    frequency = {_seen(name): each for name, each in (held["frequency"] or {}).items()}
    parts = [*held["parts"].items(), *frequency.items()]
    rows = [
        _first_row(ALL_CODES, held["all"]["recall_at"], main=True),
        _first_row("All codes, mean over notes", held["recall_by_note"]),
        _first_row("Within the label space, mean over notes", evaluation["ranking"]),
        *(_first_row(_capital(name), each["recall_at"]) for name, each in parts),
    ]
    return FigureTable(
        "Among the first codes",
        "",
        tuple(_FIRST.values()),
        tuple(rows),
        "The share of core labels with a code among the first 5, 10 or 15 of a note, whatever "
        "the thresholds; all codes of the model are ranked together.",
    )


def certainty_table(evaluation: Figures) -> FigureTable | None:
    """Calibration error and risk against what is kept, over all codes and by frequency."""
    held = evaluation.get("certainty")
    if held is None:
        return None
    kept = {key: f"Surest {100 * float(key):.0f} %" for key in held["all"]["risk"]}

    def row(name: str, each: Figures, *, main: bool = False) -> Row:
        errors = (number(each[key]) for key in ("ece", "ece_suggested", "gap"))
        risks = (number(each["risk"][key]) for key in kept)
        cells = (f"{each['suggested']:,}", *errors, *risks, number(each["risk_area"]))
        return Row(name, tuple(map(Cell, cells)), main)

    rows = [row(ALL_CODES, held["all"], main=True)]
    rows += [row(_seen(name), each) for name, each in (held["frequency"] or {}).items()]
    columns = ("Suggested", "ECE", "ECE, suggested", "Gap", *kept.values(), "Mean risk")
    return FigureTable(
        "Is what is sure right?",
        "",
        columns,
        tuple(rows),
        "Of the probabilities that people are shown. The calibration error (ECE) is over all "
        "pairs of note and code, then over the suggested ones; the gap is between their mean "
        "probability and the share that is right. Then, of the surest suggestions, the share that "
        "is wrong (the risk), and its mean over all shares.",
    )


def steadiness_table(evaluation: Figures) -> FigureTable | None:
    """What stays of a list when the note changes in nothing that matters."""
    held = evaluation.get("steadiness")
    if held is None:
        return None

    def row(name: str, each: Figures, *, main: bool = False) -> Row:
        moves = (Cell(points(each[key])) for key in ("median_move", "high_move"))
        cells = (Cell(f"{each['notes']:,}"), Cell.of(each["share"]), Cell.of(each["kept"]), *moves)
        return Row(name, cells, main)

    struck = held["strikes"]
    moves = (points(struck[key]) for key in ("median_move", "high_move"))
    cells = (f"{struck['strikes']:,}", UNDEFINED, UNDEFINED, *moves)
    return FigureTable(
        "Steadiness",
        "The note with",
        _STEADY,
        (
            row("any of these", held["all"], main=True),
            *(row(change, each) for change, each in held["changes"].items()),
            Row("a sentence struck: codes from elsewhere", tuple(map(Cell, cells))),
        ),
        "The list of a note beside that of the same note, changed in nothing that a coder would "
        "code: codes in both lists per code in either, suggestions of the note that stay, and "
        "how far the shown probability of these codes moves, in points.",
    )


def strikes_sentence(evaluation: Figures) -> str | None:
    """How many codes moved that had nothing to do with a struck sentence."""
    held = evaluation.get("steadiness")
    if held is None:
        return None
    struck = held["strikes"]
    notes, moved = struck.get("notes", held["notes"]), struck["moved"]
    sentence = (
        f"Struck one at a time, {struck['strikes']:,} sentences of {notes:,} notes moved "
        f"{share(moved, struck['codes'])} of the codes from outside them"
    )
    if "turned" in struck:
        return (
            f"{sentence}. Of {struck['turned']:,} more the second judge said otherwise, which "
            f"moves no points; {struck['crossed']:,} came into the list or left it."
        )
    if not moved or "by_verdict" not in struck:
        return f"{sentence}."
    turned = struck["by_verdict"]  # of older records, in which a verdict counted as a move
    return (
        f"{sentence}: {turned:,} by a verdict of the second judge alone, {moved - turned:,} read "
        f"otherwise; {struck['crossed']:,} came into the list or left it."
    )


def pairs_table(evaluation: Figures) -> FigureTable | None:
    """Minimal pairs by cue; those whose wording no training text has stand apart."""
    if not evaluation["pairs"]:
        return None
    apart = evaluation.get("pairs_held_out") or {}
    rows = [_pairs_row("all", _sum(evaluation["pairs"]), main=True)]
    rows += [_pairs_row("all, held-out wording", _sum(apart), main=True)] if apart else []
    rows += [_pairs_row(cue, each) for cue, each in evaluation["pairs"].items()]
    rows += [_pairs_row(f"{cue}, held-out wording", each) for cue, each in apart.items()]
    return FigureTable(
        "Minimal pairs",
        "Cue",
        (
            "Pairs right",
            "Suggested where present",
            "Withheld where absent",
            "Withheld of the recognised",
            "Code that is right instead",
        ),
        tuple(rows),
        "Two short texts that differ in a cue alone, such as “pneumonia” and “no pneumonia”. A "
        "pair is right when the code is suggested for the one and withheld for the other. "
        "Withheld alone is easy: a model that suggests nothing withholds everything; so also of "
        "the pairs whose first text it recognises, the share in which it withholds the other. "
        "Held-out wording: the words of the cue are in no text that the default model learns from.",
    )


FIGURE_TABLES: Mapping[str, Callable[[Figures], FigureTable | None]] = {
    "found": found_table,
    "frequency": frequency_table,
    "ranking": ranking_table,
    "certainty": certainty_table,
    "steadiness": steadiness_table,
    "pairs": pairs_table,
    "explanations": explanations_table,
}
"""The tables by the name under which page, card and terminal ask for them, in their order."""


def measured_tables(evaluation: Figures) -> Iterator[tuple[str, FigureTable]]:
    """Those that there are figures for."""
    for name, table in FIGURE_TABLES.items():
        if (found := table(evaluation)) is not None:
            yield name, found


def points(value: float | None) -> str:
    """A change of a probability in points."""
    return UNDEFINED if value is None else f"{value:.1f}"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _seen(bucket: str) -> str:
    """A bucket where nothing else says what is counted."""
    return f"Seen {bucket} times" if bucket[-1:].isdigit() else bucket


def _found_row(name: str, each: Figures, *, main: bool = False) -> Row:
    return Row(
        name,
        (
            Cell(_share(each["found"], each["core"])),
            Cell.of(each["false_positives"]),
            *(Cell.of(each[key]) for key in ("coverage", *RULE)),
        ),
        main,
    )


def _space_row(name: str, rule: Figures, notes: int, *, main: bool = False) -> Row:
    inside = rule["found"] + rule["missed"]
    cells = (Cell(_share(rule["found"], inside)), Cell(number(rule["wrong"] / notes)))
    rates = (Cell.of(rule[key]) for key in RULE)
    return Row(name, (*cells, Cell.of(rule["coverage"]), *rates), main)


def _over_all(name: str, rule: Figures, notes: int) -> Row:
    """A yardstick over all codes, from its counts alone: without intervals."""
    found, wrong, core = rule["found"], rule["wrong"], rule["core"]
    rates = (
        _divide(found, found + wrong),
        _divide(found, core),
        _divide(2 * found, found + wrong + core),
    )
    cells = (_share(found, core), number(wrong / notes), number(rule["coverage"]["value"]))
    return Row(name, tuple(map(Cell, (*cells, *map(number, rates)))))


def _first_row(name: str, figures: Figures, *, main: bool = False) -> Row:
    return Row(name, tuple(Cell.of(figures.get(key)) for key in _FIRST), main)


def _sum(by_cue: Mapping[str, Figures]) -> Figures:
    rows = list(by_cue.values())
    return {key: sum(row[key] for row in rows) for key in rows[0]}


def _pairs_row(cue: str, row: Figures, *, main: bool = False) -> Row:
    shares = (Cell(_of_known(row[key], row)) for key in ("found", "withheld"))
    bar = row["right"] / row["pairs"] if row["pairs"] else 0.0
    instead = Cell(share(row["instead_found"], row["instead_of"]))
    recognised = Cell(share(row["right"], row["found"]))
    right = Cell(_of_known(row["right"], row), bar=bar)
    return Row(cue, (right, *shares, recognised, instead), main)


def _of_known(part: int, row: Figures) -> str:
    """Of the pairs about codes that the model knows; where it knows none, that is said."""
    if not row["pairs"] and row["unknown"]:
        return f"0 of {row['unknown']:,}, no code known"
    return share(part, row["pairs"])


def _share(part: int, whole: int) -> str:
    """``93 % (28 of 30)``, or that there was nothing to find."""
    return share(part, whole) if whole else "0 of 0"


def _divide(part: int, whole: int) -> float | None:
    return part / whole if whole else None
