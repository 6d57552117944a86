"""Attributions made by hand and at random, for tests of what is chosen and shown of them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from icd9_review.values import Attribution, Window, WordWeight

NOTE = (
    "HISTORY OF PRESENT ILLNESS:\nShe has atrial fibrillation 😀 on Coumadin. No chest pain.\n"
    "\nPLAN\nALLERGIES: Penicillin\nNKDA\n"
)


def attribution(
    *weights: tuple[str, float], text: str = NOTE, delta: float = 0.02, holds: bool = True
) -> Attribution:
    words = (
        WordWeight(text.index(word), text.index(word) + len(word), weight)
        for word, weight in weights
    )
    return Attribution(
        code="427.31",
        window=Window(0, 0, len(text)),
        words=tuple(sorted(words, key=lambda word: word.start)),
        method="integrated gradients",
        baseline="pad",
        steps=32,
        delta=delta,
        holds=holds,
    )


@st.composite
def texts_with_attributions(draw: st.DrawFn) -> tuple[str, list[Attribution]]:
    text = draw(st.text(max_size=60) | st.text(alphabet="AB: \n😀e\u0301\u202e", max_size=60))
    place = st.integers(0, len(text))
    weight = st.floats(allow_nan=True, allow_infinity=True)
    attributions = []
    for ends in draw(st.lists(st.lists(st.tuples(place, weight), max_size=6), max_size=3)):
        points = sorted({point for point, _ in ends})
        words = [
            WordWeight(start, end, weight)
            for (start, end), (_, weight) in zip(pairwise(points), ends, strict=False)
        ]
        attributions.append(
            Attribution("1", Window(0, 0, len(text)), tuple(words), "m", "b", 1, 0.0, True)
        )
    return text, attributions
