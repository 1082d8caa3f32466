"""Cost by tree ensembles of scikit-learn: :class:`ScikitLearnCostModel`."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.models.cost.cost_model import CostCurves, CostModel, CostValue
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optional import require
from syne_tune.trial import Config

_CLASSES = {"random_forest": "RandomForestRegressor", "gradient_boosting": "GradientBoostingRegressor"}


class ScikitLearnCostModel(CostModel):
    """One regressor for ``c0`` and one for ``c1``, from the line through the costs of each trial.

    Numbers are features as they are; other values are indicators of the values seen so far.

    Args:
        model_type: ``"random_forest"`` or ``"gradient_boosting"``.
        random_seed: Of the regressors.

    Raises:
        OptionError: If ``model_type`` is something else.
        MissingExtraError: If scikit-learn is not installed.
    """

    def __init__(self, model_type: str = "random_forest", random_seed: int = 0) -> None:
        if model_type not in _CLASSES:
            raise OptionError(f"model_type = {model_type!r}: {nearest(model_type, _CLASSES)}")
        ensemble = require("sklearn.ensemble", extra="sklearn")
        self._models = [getattr(ensemble, _CLASSES[model_type])(random_state=random_seed) for _ in CostValue._fields]
        self._columns: list[tuple[str, Any]] = []

    def update(self, data: CostCurves) -> None:
        """Fits both regressors."""
        self._columns = _columns(data.configs)
        features = self._features(data.configs)
        for model, targets in zip(self._models, data.lines(), strict=True):
            model.fit(features, targets)

    def sample_joint(self, candidates: Sequence[Config]) -> list[CostValue]:
        """The predicted costs.

        Raises:
            OptionError: If nothing has been learned yet.
        """
        if not self._columns:
            raise OptionError(f"{type(self).__name__}: call update with at least one cost first")
        features = self._features(candidates)
        c0, c1 = (model.predict(features).tolist() for model in self._models)
        return [CostValue(*pair) for pair in zip(c0, c1, strict=True)]

    def _features(self, configs: Sequence[Config]) -> FloatArray:
        rows = [[_feature(config.get(name), value) for name, value in self._columns] for config in configs]
        return np.array(rows, dtype=float).reshape(len(configs), len(self._columns))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _columns(configs: Sequence[Config]) -> list[tuple[str, Any]]:
    """Name and ``None`` for a number; name and value for an indicator."""
    found: dict[tuple[str, Any], None] = {}
    for config in configs:
        for name, value in config.items():
            found[name, None if _is_number(value) else str(value)] = None
    return sorted(found, key=str)


def _feature(value: object, indicated: str | None) -> float:
    if indicated is not None:
        return float(not _is_number(value) and str(value) == indicated)
    return float(value) if isinstance(value, Real) else -1.0
