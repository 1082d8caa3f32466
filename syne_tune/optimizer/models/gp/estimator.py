"""A Gaussian process in the form of models that users bring: :class:`GaussianProcessEstimator`."""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.gp.target_transforms import TargetTransform, prediction_of_values
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.sklearn_model import SKLearnEstimator, SKLearnPredictor


class GaussianProcessPredictor(SKLearnPredictor):
    """A Gaussian process that has been fitted; predicts in units of the values.

    Args:
        posterior: Of transformed values.
        transform: From values to what it predicts.
    """

    def __init__(self, posterior: Posterior, transform: TargetTransform) -> None:
        self.posterior = posterior
        self.transform = transform

    def predict(self, X: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Means, and half of what lies within one standard deviation, ``(m,)`` each."""
        return prediction_of_values(self.transform, *self.posterior.predict(X))


class GaussianProcessEstimator(SKLearnEstimator):
    """The Gaussian process of Bayesian optimisation.

    Args:
        layout: Meaning of the input columns.
        options: How time is spent, and how values are transformed.
        random_state: Draws the starting points of fits.
    """

    def __init__(self, layout: InputLayout, options: SurrogateOptions, random_state: np.random.RandomState) -> None:
        self._surrogate = GaussianProcessSurrogate(layout, options, random_state)

    def fit(self, X: FloatArray, y: FloatArray, update_params: bool) -> GaussianProcessPredictor:
        """Fits the process; without ``update_params``, observations beyond those of the last fit are only appended."""
        if update_params:
            self._posterior, self._num_known = self._surrogate.update(X, y), len(y)
            return GaussianProcessPredictor(self._posterior, self._surrogate.transform)
        targets = self._surrogate.transform.forward(y[self._num_known :])
        posterior = self._posterior.append(X[self._num_known :], targets)
        return GaussianProcessPredictor(posterior, self._surrogate.transform)
