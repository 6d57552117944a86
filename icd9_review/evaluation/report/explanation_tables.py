"""What the table of explanations says: each method, and beside it words by lot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from icd9_review.evaluation.report.layout import Cell, Figures, FigureTable, Row
from icd9_review.evaluation.report.numerals import UNDEFINED, share

_PLAUSIBLE = {
    "hit_rate": "Hit rate",
    "judgeable_hit_rate": "Hit rate, judgeable",
    "precision": "Precision, top words",
}
_FAITHFUL = {"comprehensiveness": "Comprehensiveness", "sufficiency": "Sufficiency"}
_FIDELITY = {"infidelity": "Infidelity", "sensitivity_max": "Sensitivity"}
_NOT_MEASURED: Figures = {}  # by an older program


def explanations_table(evaluation: Figures) -> FigureTable | None:
    """Plausibility, faithfulness with NAOPC beside it, fidelity, and how many words are shown."""
    found = evaluation["explanations"]
    if not found:
        return None
    faithful = (each for name in _FAITHFUL.values() for each in (name, f"{name}, NAOPC"))
    return FigureTable(
        "Explanations",
        "Method",
        (*_PLAUSIBLE.values(), *faithful, *_FIDELITY.values(), "Words"),
        tuple(_rows(found)),
        "For each code that was found and whose evidence somebody marked: does the best "
        "highlighted span touch it (hit rate), and how many of the top words are marked ones? "
        "Comprehensiveness is how much probability goes when the highlighted words are taken out "
        "(more is better), sufficiency how much goes when only they are left (less is better). "
        "NAOPC takes all words out, heaviest or lightest first, and says where the loss lies "
        "between the least and the largest that any order reaches: that can be compared between "
        "models. Infidelity is how far the weights are from what taking words away costs the "
        "output, in squared logits; sensitivity how far the weights move when the text's "
        "embeddings move a little, as a share of the weights (less of both is better). Beside "
        "each method stand words drawn by lot, for infidelity the same weights on other words; a "
        "method that is not clearly better explains nothing.",
    )


def checks_sentences(evaluation: Figures) -> Iterator[str]:
    """How often random words raised a probability in the deletion check, by method."""
    for name, method in (evaluation["explanations"] or {"methods": {}})["methods"].items():
        if (checks := method.get("random_words")) is not None:
            yield (
                f"{name}: random words raised the probability by more than 5 points in "
                f"{share(checks['raised'], checks['checks'])} deletion checks."
            )


def _rows(explanations: Figures) -> Iterator[Row]:
    for name, method in explanations["methods"].items():
        normal = method.get("naopc", _NOT_MEASURED)
        cells = (
            *_cells(method["plausibility"], _PLAUSIBLE),
            *_beside(method["faithfulness"], {key: normal.get(key) for key in _FAITHFUL}),
            *_cells(method, _FIDELITY),
            Cell(UNDEFINED if method["words"] is None else f"{method['words']:.1f}"),
        )
        yield Row(name, cells, main=True)
        chance = {key: normal.get("chance") for key in _FAITHFUL}
        fidelity = {key: method.get(f"{key}_of_chance") for key in _FIDELITY}
        cells = (
            *_cells(method["plausibility_of_chance"], _PLAUSIBLE),
            *_beside(method["faithfulness_of_chance"], chance),
            *_cells(fidelity, _FIDELITY),
            Cell(UNDEFINED),
        )
        yield Row("as many words by lot", cells)
    if matched := explanations["dictionary"]:
        nothing = (Cell(UNDEFINED),) * (2 * len(_FAITHFUL) + len(_FIDELITY) + 1)
        yield Row("the dictionary's match", (*_cells(matched, _PLAUSIBLE), *nothing))


def _cells(figures: Figures, names: Mapping[str, str]) -> tuple[Cell, ...]:
    return tuple(Cell.of(figures.get(name)) for name in names)


def _beside(losses: Figures, normal: Figures) -> tuple[Cell, ...]:
    return tuple(cell for key in _FAITHFUL for cell in (Cell.of(losses[key]), Cell.of(normal[key])))
