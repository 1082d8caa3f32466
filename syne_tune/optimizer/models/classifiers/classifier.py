"""The contract of classifiers: :class:`Classifier` learns from labels and makes a :class:`ClassProbability`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray

ClassProbability: TypeAlias = Callable[[FloatArray], FloatArray]
"""From inputs (m, d), nan where inactive, to probabilities (m,) of being good."""


class Classifier(Protocol):
    """Learns which inputs are good."""

    def fit(self, x: FloatArray, labels: FloatArray, random_state: np.random.RandomState) -> ClassProbability:
        """Learns from all data anew.

        Args:
            x: Inputs ``(n, d)``, ``nan`` where inactive.
            labels: 1 for good ones, 0 for others, ``(n,)``; both occur.
            random_state: The only source of randomness.
        """
        ...
