"""A model over (configuration, resource), seen at one resource: :class:`AtResource`."""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray, Prediction, Pullback, shortest_length_scales
from syne_tune.optimizer.models.surrogate import Conditioned


class AtResource:
    """Predicts the metric at one resource; inputs are configurations alone.

    This is how acquisition functions and candidate search, which know nothing of resources, use a model that does.

    Args:
        conditioned: Model whose inputs have the resource as last column.
        resource: ``r / r_max``, in (0, 1].
    """

    def __init__(self, conditioned: Conditioned, resource: float) -> None:
        self._conditioned = conditioned
        self._resource = resource

    @property
    def length_scales(self) -> FloatArray | None:
        """Those of the configuration, by column ``(d,)``, if the model knows them."""
        scales = shortest_length_scales(self._conditioned)
        return None if scales is None else scales[:-1]

    def _extend(self, x: FloatArray) -> FloatArray:
        return np.column_stack([x, np.full(len(x), self._resource)])

    def predict(self, x: FloatArray) -> Prediction:
        """Mean and standard deviation at encoded configurations ``(m, d)``."""
        return self._conditioned.predict(self._extend(x))

    def predict_mean(self, x: FloatArray) -> FloatArray:
        """Mean only, ``(m,)`` or ``(m, f)``."""
        return self._conditioned.predict_mean(self._extend(x))

    def predict_with_pullback(self, x: FloatArray) -> tuple[Prediction, Pullback]:
        """As :meth:`predict`, and the way back to the ``d`` columns of the configuration."""
        prediction, pullback = self._conditioned.predict_with_pullback(self._extend(x))
        return prediction, lambda by_mean, by_std: pullback(by_mean, by_std)[:, :-1]

    def sample_joint(self, x: FloatArray, num_samples: int, random_state: np.random.RandomState) -> FloatArray:
        """Functions ``(m, s)`` drawn at encoded configurations ``(m, d)``."""
        return self._conditioned.sample_joint(self._extend(x), num_samples, random_state)
