"""Classifiers of scikit-learn and XGBoost: :func:`external_classifier`."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.models.classifiers.classifier import ClassProbability
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optional import require

_EXTRA = "bore"
_HOMES: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "gp": ("sklearn.gaussian_process", "GaussianProcessClassifier", {}),
    "logreg": ("sklearn.linear_model", "LogisticRegression", {}),
    "mlp": ("sklearn.neural_network", "MLPClassifier", {"hidden_layer_sizes": (32, 32), "solver": "lbfgs"}),
    "rf": ("sklearn.ensemble", "RandomForestClassifier", {}),
    "xgboost": ("xgboost", "XGBClassifier", {"n_jobs": 1}),
}
"""Name to module, class and arguments that differ from its defaults."""

EXTERNAL_CLASSIFIERS = tuple(_HOMES)
_FEWEST_PER_FOLD = 2


@dataclass(frozen=True)
class ExternalClassifier:
    """A classifier with ``fit`` and ``predict_proba``; inactive hyperparameters are in the middle of their range.

    Args:
        layout: Meaning of the columns.
        make: Makes a new classifier from a seed.
        calibrate: Whether probabilities are calibrated by cross-validation, once there are enough data for it.
    """

    layout: InputLayout
    make: Callable[[int], Any]
    calibrate: bool = False

    def fit(self, x: FloatArray, labels: FloatArray, random_state: np.random.RandomState) -> ClassProbability:
        """See :class:`~.classifier.Classifier`."""
        model = self.make(int(random_state.randint(2**31 - 1)))
        num_folds = int(min(5, np.sum(labels), np.sum(1 - labels)))
        if self.calibrate and num_folds >= _FEWEST_PER_FOLD:
            model = require("sklearn.calibration", _EXTRA).CalibratedClassifierCV(model, cv=num_folds)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an optimiser that stops early still gives a usable model
            model.fit(self._fill(x), labels.astype(int))
        good = list(model.classes_).index(1)

        def probability(points: FloatArray) -> FloatArray:
            return np.asarray(model.predict_proba(self._fill(points))[:, good], dtype=np.float64)

        return probability

    def _fill(self, x: FloatArray) -> FloatArray:
        return np.where(np.isnan(x), self.layout.centre, x)


def external_classifier(
    name: str, layout: InputLayout, options: Mapping[str, Any], calibrate: bool = False
) -> ExternalClassifier:
    """A classifier by name.

    Args:
        name: One of :data:`EXTERNAL_CLASSIFIERS`.
        layout: Meaning of the columns.
        options: Arguments of the constructor in scikit-learn or XGBoost.
        calibrate: See :class:`ExternalClassifier`.

    Raises:
        MissingExtraError: If the package is not installed.
        OptionError: If the constructor has no such argument.
    """
    module, class_name, defaults = _HOMES[name]
    create = getattr(require(module, _EXTRA), class_name)
    legal = list(create().get_params())
    for option in options:
        if option not in legal:
            raise OptionError(f"classifier_kwargs[{option!r}]: {class_name} has none; {nearest(option, legal)}")
    arguments = {**defaults, **options}

    def make(seed: int) -> Any:
        takes_seed = "random_state" in inspect.signature(create).parameters or "random_state" in legal
        return create(**({"random_state": seed} if takes_seed else {}), **arguments)

    return ExternalClassifier(layout, make, calibrate)
