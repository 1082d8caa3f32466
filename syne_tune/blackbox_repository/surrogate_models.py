"""Regression models for surrogate blackboxes: the default, and those of scikit-learn by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from syne_tune.blackbox_repository.blackbox import FloatArray
from syne_tune.errors import OptionError, nearest
from syne_tune.optional import require

if TYPE_CHECKING:
    from scipy.spatial import KDTree

_MODULES = {
    "KNeighborsRegressor": "sklearn.neighbors",
    "MLPRegressor": "sklearn.neural_network",
    "RandomForestRegressor": "sklearn.ensemble",
    "XGBRegressor": "xgboost",
}


class Regressor(Protocol):
    """What a model must be able to do: the interface of scikit-learn."""

    def fit(self, X: FloatArray, y: FloatArray) -> Any:  # scikit-learn's name
        """Learns from inputs of shape ``(n, d)`` and targets of shape ``(n, k)``."""

    def predict(self, X: FloatArray) -> FloatArray:
        """Targets, shape ``(m, k)`` (or ``(m,)`` if ``k = 1``), for inputs of shape ``(m, d)``."""


class NearestNeighborRegressor:
    """The targets of the nearest input; at the inputs it was fitted to, exactly theirs."""

    def __init__(self) -> None:
        self._tree: KDTree | None = None
        self._targets: FloatArray = np.zeros((0, 0))

    def fit(self, X: FloatArray, y: FloatArray) -> NearestNeighborRegressor:
        """Remembers inputs ``(n, d)`` and targets ``(n, k)``."""
        from scipy.spatial import KDTree  # takes long to import, and not every blackbox needs it

        self._tree, self._targets = KDTree(X), y
        return self

    def predict(self, X: FloatArray) -> FloatArray:
        """Targets of the nearest inputs, shape ``(m, k)``.

        Raises:
            OptionError: If the model has not been fitted.
        """
        if self._tree is None:
            raise OptionError("NearestNeighborRegressor: call fit first")
        nearest_rows = self._tree.query(X)[1]
        return np.asarray(self._targets[nearest_rows], dtype=float)


def make_surrogate(surrogate: str | None = None, surrogate_kwargs: Mapping[str, Any] | None = None) -> Regressor:
    """A model by name.

    Args:
        surrogate: ``"KNeighborsRegressor"``, ``"MLPRegressor"``, ``"RandomForestRegressor"`` (scikit-learn) or
            ``"XGBRegressor"`` (xgboost). Default: :class:`NearestNeighborRegressor`, which needs neither.
        surrogate_kwargs: Arguments of its constructor.

    Raises:
        OptionError: If there is no model of this name.
        MissingExtraError: If its package is not installed.
    """
    if surrogate is None:
        return NearestNeighborRegressor()
    if surrogate not in _MODULES:
        raise OptionError(f"surrogate = {surrogate!r}: no such model; {nearest(surrogate, _MODULES)}")
    module = require(_MODULES[surrogate], extra="blackbox-repository")
    model: Regressor = getattr(module, surrogate)(**(surrogate_kwargs or {}))
    return model
