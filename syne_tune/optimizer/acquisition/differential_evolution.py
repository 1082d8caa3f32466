"""Differential evolution over all legal points: :func:`evolve`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.predictor import FloatArray

Objective: TypeAlias = Callable[[FloatArray], FloatArray]
"""From masked points (m, d) to values (m,), to be maximised."""

_MUTATION, _CROSSOVER = 0.5, 0.7


def evolve(
    objective: Objective,
    domain: SearchDomain,
    random_state: np.random.RandomState,
    num_evaluations: int,
    population_size: int = 10,
) -> FloatArray:
    """Searches for points where the objective is high.

    Storn and Price, *Differential Evolution*, 1997, scheme rand/1/bin: each member competes with a mixture of itself
    and ``a + 0.5 (b - c)``, where a, b, c are members drawn at random. Mixing is per column; points are rounded to
    legal levels and categories, and illegal ones never win.

    Args:
        objective: To be maximised.
        domain: Where.
        random_state: Source of randomness.
        num_evaluations: Number of points that are evaluated, about.
        population_size: Number of members, at least 4.

    Returns:
        All points that were evaluated ``(m, d)``, full points; m is 0 if legal points are too rare to be found.
    """
    population = domain.sample(population_size, random_state)
    if len(population) < population_size:
        return population
    values = objective(domain.mask(population))
    seen = [population]
    for _ in range(max(0, num_evaluations // population_size - 1)):
        trial = domain.round(_mix(population, random_state))
        legal = domain.is_legal(trial)
        reached = np.where(legal, objective(domain.mask(trial)), -np.inf)
        better = reached >= values
        population = np.where(better[:, None], trial, population)
        values = np.where(better, reached, values)
        seen.append(trial[legal])
    return np.vstack(seen)


def _mix(population: FloatArray, random_state: np.random.RandomState) -> FloatArray:
    size, num_columns = population.shape
    a, b, c = (population[random_state.permutation(size)] for _ in range(3))
    changes = random_state.random_sample(population.shape) < _CROSSOVER
    changes[np.arange(size), random_state.randint(num_columns, size=size)] = True
    mutant = a + _MUTATION * (b - c)
    mutant = 1 - np.abs(1 - np.abs(mutant))
    return np.where(changes, mutant, population)
