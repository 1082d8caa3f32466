"""The contract of cost models: ``c(x, r) = c0(x) + r c1(x)``.

Notation::

    x     configuration
    r     resource, for example the number of epochs, counted from 1
    c0    cost of starting, before the first unit of the resource
    c1    cost per unit

Call order::

    model.update(data)                          # all costs so far
    model.resample(random_state)                # models of several possible truths choose one
    values = model.sample_joint(candidates)     # c0 and c1 of each candidate, all from the same truth
    model.predict_times(candidates, resources, values)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.trial import Config


class CostValue(NamedTuple):
    """Cost of one configuration.

    Attributes:
        c0: Of starting.
        c1: Per unit of the resource.
    """

    c0: float
    c1: float


@dataclass(frozen=True)
class CostCurves:
    """Costs of several trials, each since its start.

    Attributes:
        configs: One per trial.
        trial: Index of the trial that each cost belongs to, ``(n,)``.
        resources: ``(n,)``.
        costs: ``(n,)``, positive.
    """

    configs: tuple[Config, ...]
    trial: npt.NDArray[np.intp]
    resources: FloatArray
    costs: FloatArray

    @classmethod
    def of(cls, configs: Sequence[Config], curves: Sequence[Mapping[int, float]]) -> CostCurves:
        """From one mapping per trial, from resource to cost."""
        points = [(index, r, cost) for index, curve in enumerate(curves) for r, cost in sorted(curve.items())]
        trial, resources, costs = zip(*points, strict=True) if points else ((), (), ())
        return cls(
            tuple(configs), np.array(trial, dtype=np.intp), np.array(resources, float), np.array(costs, dtype=float)
        )

    def lines(self) -> tuple[FloatArray, FloatArray]:
        """Start and slope ``(t,)`` of the straight line through the costs of each trial; through the origin for one."""
        starts, slopes = np.zeros(len(self.configs)), np.zeros(len(self.configs))
        for index in np.unique(self.trial):
            r, cost = self.resources[self.trial == index], self.costs[self.trial == index]
            if len(r) == 1:
                slopes[index] = cost[0] / r[0]
                continue
            centred = r - r.mean()
            slopes[index] = max(0.0, float(centred @ cost) / float(centred @ centred))
            starts[index] = max(0.0, float(cost.mean() - slopes[index] * r.mean()))
        return starts, slopes


class CostModel(ABC):
    """Base class of cost models; users may derive their own."""

    @abstractmethod
    def update(self, data: CostCurves) -> None:
        """Learns all costs so far, at least one."""

    def resample(self, random_state: np.random.RandomState) -> None:
        """Chooses one of several possible truths; by default there is one, the most likely."""

    @abstractmethod
    def sample_joint(self, candidates: Sequence[Config]) -> list[CostValue]:
        """Costs of configurations, all of them according to the same truth."""

    def predict_times(
        self,
        candidates: Sequence[Config],
        resources: Sequence[float],
        cost_values: Sequence[CostValue] | None = None,
        start_time: float = 0.0,
    ) -> list[float]:
        """When each candidate will have reached its resource.

        Args:
            candidates: Configurations.
            resources: One per candidate.
            cost_values: From :meth:`sample_joint`. Default: called here.
            start_time: When they all start.
        """
        values = self.sample_joint(candidates) if cost_values is None else cost_values
        return [start_time + value.c0 + r * value.c1 for value, r in zip(values, resources, strict=True)]
