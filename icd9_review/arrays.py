"""Arrays by what they hold; their shapes stand where they are used."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Bools: TypeAlias = npt.NDArray[np.bool_]
Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Singles: TypeAlias = npt.NDArray[np.float32]
"""Half the memory of Floats: what is kept for every label or every phrase."""

Reals: TypeAlias = npt.NDArray[np.floating]
"""Of any precision, where only the order of the values counts."""
