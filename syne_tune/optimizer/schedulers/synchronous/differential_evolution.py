"""The steps of differential evolution on encoded configurations. Pure.

Storn and Price, *Differential Evolution*, Journal of Global Optimization 11, 1997, in the form of Awad, Mallik, Hutter,
*DEHB: Evolutionary Hyberband for Scalable, Robust and Efficient Hyperparameter Optimization*, IJCAI 2021, section 4.1.

Notation::

    d   number of encoded coordinates, all in [0, 1]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray

NUM_PARENTS = 3


def mutate(parents: FloatArray, mutation_factor: float, random_state: np.random.RandomState) -> FloatArray:
    """The mutation rand/1: ``p0 + F (p1 - p2)``; coordinates that leave [0, 1] are drawn anew.

    Args:
        parents: ``(3, d)``.
        mutation_factor: F.
        random_state: Source of randomness.

    Returns:
        ``(d,)``.
    """
    mutant = parents[0] + mutation_factor * (parents[1] - parents[2])
    anew = random_state.uniform(size=mutant.shape)
    return np.asarray(np.where((mutant < 0) | (mutant > 1), anew, mutant))


def crossover(
    target: FloatArray,
    mutant: FloatArray,
    blocks: Sequence[tuple[int, int]],
    probability: float,
    random_state: np.random.RandomState,
) -> FloatArray:
    """Binomial crossover: each hyperparameter comes from the mutant with a probability, one of them in any case.

    Args:
        target: ``(d,)``.
        mutant: ``(d,)``.
        blocks: First column and end of each hyperparameter; its columns stay together.
        probability: Of the mutant.
        random_state: Source of randomness.

    Returns:
        ``(d,)``.
    """
    chosen = random_state.uniform(size=len(blocks)) < probability
    chosen[random_state.randint(len(blocks))] = True
    offspring = target.copy()
    for (start, end), from_mutant in zip(blocks, chosen, strict=True):
        if from_mutant:
            offspring[start:end] = mutant[start:end]
    return offspring
