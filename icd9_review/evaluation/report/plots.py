"""The plots of an evaluation as inline SVG, for light and dark pages alike.

Text and axes take the colour of the page (``currentColor``), the rest is in mid tones on no
background. Nothing is read from or written to the disk but matplotlib's own fonts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from icd9_review.evaluation.report.numerals import yardstick_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK = "#010203"  # stands for the colour of the page's text until the SVG is written
_BLUE, _ORANGE, _GREY = "#3d8bd4", "#d9822b", "#8b929c"
_SETTINGS: Any = {  # matplotlib's type for it is a list of all its names
    "svg.fonttype": "none",
    "svg.hashsalt": "icd9-review",  # the same figures give the same file
    "font.family": "sans-serif",
    "font.size": 10,
    "text.parse_math": False,  # names of groups are text, also with a dollar sign
    "text.color": _INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.labelcolor": _INK,
    "axes.edgecolor": _GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "grid.color": _GREY,
    "grid.alpha": 0.25,
    "axes.grid": True,
    "axes.axisbelow": True,
    "legend.frameon": False,
}
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.S)
_NAMED = re.compile(r'(\bid="|href="#|url\(#)')


def plot_curve(evaluation: Mapping[str, Any]) -> str:
    """Precision over recall for every global threshold, with what is suggested marked in it."""

    def draw(axes: Axes) -> None:
        points = evaluation["curve"]
        recalls = [point["recall"] for point in points]
        axes.plot(recalls, [p["precision"] for p in points], color=_BLUE, lw=2, label="Model")
        _mark(axes, evaluation["micro"], "Model at its thresholds", _BLUE, "o")
        styles = [(colour, mark) for mark in "sD^v" for colour in (_ORANGE, _GREY)]
        for number, (key, rates) in enumerate(evaluation["yardsticks"].items()):
            _mark(axes, rates, yardstick_name(key), *styles[number % len(styles)])
        _unit(axes, "Recall", "Precision")
        axes.legend(loc="best")

    return _svg("curve", draw, (6.4, 4.2))


def plot_reliability(bins: Sequence[Mapping[str, Any]], name: str) -> str:
    """How often codes of a probability were right; the larger a point, the more pairs."""

    def draw(axes: Axes) -> None:
        held = [each for each in bins if each["count"]]
        most = max((each["count"] for each in held), default=1)
        x = [each["mean_probability"] for each in held]
        y = [each["share_positive"] for each in held]
        sizes = [25 + 90 * (each["count"] / most) ** 0.25 for each in held]
        axes.plot([0, 1], [0, 1], color=_GREY, ls="--", lw=1)
        axes.plot(x, y, color=_BLUE, lw=1.5)
        axes.scatter(x, y, s=sizes, color=_BLUE, zorder=3)
        _unit(axes, "Probability given", "Share that was right")

    return _svg(name, draw, (4.4, 3.9))


def plot_risk(certainty: Mapping[str, Any]) -> str:
    """The share of wrong suggestions among the surest, over the share kept, by frequency."""

    def draw(axes: Axes) -> None:
        lines = {"all codes": certainty["all"], **(certainty["frequency"] or {})}
        styles = ("-", "--", ":", "-.")
        for number, (name, held) in enumerate(lines.items()):
            kept = [point["kept"] for point in held["curve"]]
            risks = [point["risk"] for point in held["curve"]]
            colour = (_BLUE, _ORANGE, _GREY)[number % 3]
            style = styles[number // 3 % len(styles)]
            axes.plot(kept, risks, color=colour, ls=style, lw=2 if number == 0 else 1.2, label=name)
        _unit(axes, "Share of the surest suggestions kept", "Share of them that is wrong")
        axes.legend(loc="best")

    return _svg("risk", draw, (6.4, 4.2))


def plot_groups(groups: Sequence[Mapping[str, Any]], overall: float | None) -> str:
    """Micro-F1 of every group that is shown, with its interval, beside that of all notes."""

    def draw(axes: Axes) -> None:
        for place, group in enumerate(groups):
            figure = group["f1"]
            if figure["low"] is not None and figure["high"] is not None:
                axes.hlines(place, figure["low"], figure["high"], color=_BLUE, lw=2)
            if figure["value"] is not None:
                axes.plot(figure["value"], place, "o", color=_BLUE, ms=7)
        if overall is not None:
            axes.axvline(overall, color=_ORANGE, lw=1.2, ls="--", label="all notes")
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0)
        names = [f"{g['factor']}: {g['value']} ({g['notes']:,})"[:60] for g in groups]
        axes.set_yticks(range(len(groups)), names)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xlabel("Micro-F1, 95 % interval")

    return _svg("groups", draw, (8.4, 1.3 + 0.34 * len(groups)))


def _mark(axes: Axes, rates: Mapping[str, Any], name: str, colour: str, shape: str) -> None:
    recall, precision = rates["recall"]["value"], rates["precision"]["value"]
    if recall is not None and precision is not None:
        axes.plot(recall, precision, shape, color=colour, ms=9, label=name, zorder=4)


def _unit(axes: Axes, x: str, y: str) -> None:
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04), xlabel=x, ylabel=y)


def _svg(name: str, draw: Callable[[Axes], None], size: tuple[float, float]) -> str:
    """The drawing without metadata; its ids begin with the name, unique in the page."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_SETTINGS):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot())
        written = StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    svg = written.getvalue()
    svg = _METADATA.sub("", svg[svg.index("<svg") :]).replace(_INK, "currentColor")
    return _NAMED.sub(rf"\1{name}-", svg)
