"""How candidates are judged by a model over several resources: :class:`LevelView`, and what Hyper-Tune puts there."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from syne_tune.optimizer.models.at_resource import AtResource
from syne_tune.optimizer.models.multi_fidelity.ensemble import LevelMixture, level_weights
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.surrogates import MultiFidelitySurrogate
from syne_tune.optimizer.models.predictor import DifferentiablePredictor, FloatArray
from syne_tune.optimizer.models.surrogate import Conditioned


class Seen(DifferentiablePredictor, Protocol):
    """A model of configurations alone."""

    def predict_mean(self, x: FloatArray) -> FloatArray:
        """Mean only, ``(m,)`` or ``(m, f)``."""
        ...


class LevelView(Protocol):
    """Makes a model of configurations out of one of configurations and resources."""

    def update(self, num_changes: int) -> None:
        """The model has been updated; ``num_changes`` grows with the data."""
        ...

    def at(self, model: Conditioned, level: int) -> Seen:
        """What ``model`` says of configurations in terms of the metric at resource ``level``."""
        ...


class OneLevel:
    """The prediction at the resource itself.

    Args:
        max_resource: The largest resource.
    """

    def __init__(self, max_resource: int) -> None:
        self._max_resource = max_resource

    def update(self, num_changes: int) -> None:
        """Nothing to do."""

    def at(self, model: Conditioned, level: int) -> Seen:
        """The model, its last column fixed."""
        return AtResource(model, level / self._max_resource)


class WeighedLevels:
    """Mixes the predictions of all levels, weighed by how well each ranks the values of the highest one.

    Li et al. 2022, "Hyper-Tune: towards efficient hyper-parameter tuning at scale" (arXiv:2201.06834), section 4.

    Args:
        surrogate: The model.
        num_samples: Draws by which levels are weighed.
        random_state: Makes them.

    Attributes:
        theta: Weights of the levels ``(k,)``; ``None`` before the first update.
    """

    def __init__(
        self, surrogate: MultiFidelitySurrogate[Any], num_samples: int, random_state: np.random.RandomState
    ) -> None:
        self._surrogate = surrogate
        self._num_samples = num_samples
        self._random_state = random_state
        self._weighed_at = -1
        self.theta: FloatArray | None = None

    @property
    def _levels(self) -> ResourceLevels:
        return self._surrogate.levels

    def update(self, num_changes: int) -> None:
        """Weighs levels anew if the data have changed."""
        if num_changes != self._weighed_at:
            self.theta = level_weights(self._surrogate, self._num_samples, self._random_state)
            self._weighed_at = num_changes

    def at(self, model: Conditioned, level: int) -> Seen:
        """The mixture, in units of the metric at ``level``."""
        assert self.theta is not None, "update comes first"
        target = int(self._levels.index(np.array([level / self._levels.max_resource]))[0])
        return LevelMixture(model, self._levels.shares, self.theta, target)
