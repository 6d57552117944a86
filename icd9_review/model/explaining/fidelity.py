"""Infidelity and sensitivity of explanations, as Captum computes them.

Yeh et al., On the (In)fidelity and Sensitivity of Explanations, NeurIPS 2019: infidelity is
definition 2.1, sensitivity definition 3.1. The perturbations are said here and in
docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from captum.metrics import infidelity, sensitivity_max

from icd9_review.model.explaining.masked_window import MaskedWindow
from icd9_review.model.explaining.window_method import ExplainedWindow, WindowMethod

CHOICES = 20
"""Choices of words taken away for one infidelity: twice what Captum takes."""

NEIGHBOURS = 5
"""Disturbed windows for one sensitivity: half of what Captum takes, each is an explanation more."""

RADIUS = 0.1
"""How far a number of an embedding may move, in standard deviations of the embeddings.

The noise is then a twenty-fifth of the distance between two pieces drawn at random, so that
every piece stays by far the nearest to itself."""


def measure_infidelity(
    method: WindowMethod,
    window: ExplainedWindow,
    label: int,
    weights: Sequence[Sequence[float]],
    seed: int,
) -> tuple[float, ...]:
    """For each list of word weights, how far it is from what words taken away cost the logit.

    The mean of ``(sum of the weights of the words taken away - loss of the logit)²`` over
    CHOICES choices: how many words, from one to all, and which are drawn by lot, others for
    each list. NaN where the window has no words.
    """
    if not window.words:
        return (math.nan,) * len(weights)
    chance = torch.Generator().manual_seed(seed)

    def take_away(there: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        rows, words = there.shape
        order = torch.rand(rows, words, generator=chance).argsort(dim=1)
        count = torch.randint(1, words + 1, (rows, 1), generator=chance)
        taken = (order < count).to(there.dtype)
        return taken, there - taken

    attributions = torch.tensor(weights, dtype=torch.float64)
    found: torch.Tensor = infidelity(
        MaskedWindow(method.reader, window),
        take_away,
        torch.ones_like(attributions),
        attributions,
        target=label,
        n_perturb_samples=CHOICES,
    )
    return tuple(found.tolist())


def measure_sensitivity(
    method: WindowMethod, window: ExplainedWindow, label: int, seed: int
) -> float:
    """How far the weights move at most where the embeddings move a little.

    The largest ``|weights of a neighbour - weights| / |weights|`` of NEIGHBOURS neighbours:
    every number of the embeddings of the pieces is moved by up to RADIUS standard
    deviations, that of the special pieces is not. NaN where the window has no words.
    """
    if not window.words:
        return math.nan
    chance = torch.Generator().manual_seed(seed)

    def explain(embedded: torch.Tensor | tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        rows = embedded[0] if isinstance(embedded, tuple) else embedded
        return (torch.tensor([_weights(method, window, label, row) for row in rows]),)

    def disturb(embedded: torch.Tensor, radius: float) -> torch.Tensor:
        places = list(window.path.content)
        content = embedded[:, places]
        noise = 2 * torch.rand(content.shape, generator=chance) - 1
        moved = embedded.clone()
        moved[:, places] += radius * noise.to(embedded.device)
        return moved

    found: torch.Tensor = sensitivity_max(
        explain,
        window.path.end[None],
        perturb_func=disturb,
        perturb_radius=RADIUS * method.reader.spread,
        n_perturb_samples=NEIGHBOURS,
    )
    return float(found[0])


def _weights(
    method: WindowMethod, window: ExplainedWindow, label: int, embedded: torch.Tensor
) -> tuple[float, ...]:
    """The weights of the window's words, had its pieces these embeddings."""
    disturbed = replace(window, path=replace(window.path, end=embedded))
    return method.weigh(disturbed, (label,))[label].weights
