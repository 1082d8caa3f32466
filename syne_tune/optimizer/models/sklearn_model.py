"""The contract of models in the style of scikit-learn that users bring: :class:`SKLearnEstimator`.

A worked example, Bayesian ridge regression::

    class Ridge(SKLearnPredictor):
        def __init__(self, ridge):
            self.ridge = ridge

        def predict(self, X):
            return self.ridge.predict(X, return_std=True)

    class RidgeEstimator(SKLearnEstimator):
        def fit(self, X, y, update_params):
            return Ridge(BayesianRidge().fit(X, y))
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from syne_tune.optimizer.models.predictor import FloatArray


class SKLearnPredictor(ABC):
    """A model that has been fitted."""

    @abstractmethod
    def predict(self, X: FloatArray) -> tuple[FloatArray, FloatArray]:  # documented name
        """Predicts.

        Args:
            X: Encoded configurations ``(m, d)`` in ``[0, 1]``.

        Returns:
            Means and standard deviations, ``(m,)`` each.
        """


class SKLearnEstimator(ABC):
    """Makes predictors from data."""

    @abstractmethod
    def fit(self, X: FloatArray, y: FloatArray, update_params: bool) -> SKLearnPredictor:  # documented name
        """Fits a model to all data.

        Args:
            X: Encoded configurations ``(n, d)`` in ``[0, 1]``; inactive hyperparameters are in the middle of
                their range.
            y: Values ``(n,)``, to be minimised.
            update_params: Whether parameters of the estimator itself may change; otherwise the data are only assumed.
        """

    @property
    def normalize_targets(self) -> bool:
        """Whether values shall have mean 0 and variance 1 when they are passed to :meth:`fit`. Default: no."""
        return False

    def get_params(self) -> dict[str, Any]:
        """Parameters that :meth:`fit` may change; none by default."""
        return {}

    def set_params(self, param_dict: Mapping[str, Any]) -> None:
        """Puts back what :meth:`get_params` returned; does nothing by default."""
