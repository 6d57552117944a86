"""Random matrices of notes and codes, with ties and with empty rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from icd9_review.arrays import Bools, Singles


@dataclass(frozen=True)
class Matrices:
    """All of shape (notes, codes); what is masked is not true."""

    truth: Bools
    suggested: Bools
    mask: Bools
    logits: Singles

    @property
    def kept(self) -> Bools:
        return ~self.mask


@st.composite
def matrices(draw: st.DrawFn, *, masked: bool = True) -> Matrices:
    shape = (draw(st.integers(1, 7)), draw(st.integers(1, 6)))
    truth, suggested, mask = (draw(arrays(np.bool_, shape)) for _ in range(3))
    levels = draw(arrays(np.int8, shape, elements=st.integers(-3, 3)))
    logits: Singles = levels.astype(np.float32) / np.float32(2)
    if not masked:
        mask = np.zeros(shape, dtype=np.bool_)
    return Matrices(truth & ~mask, suggested, mask, logits)
