"""A benchmark that answers for any configuration, by a model fitted to what is known."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.blackbox_repository.blackbox import Blackbox, FloatArray, ObjectiveFunctionResult
from syne_tune.blackbox_repository.blackbox_offline import BlackboxOffline
from syne_tune.blackbox_repository.features import Features
from syne_tune.blackbox_repository.surrogate_models import NearestNeighborRegressor, Regressor
from syne_tune.config_space import Domain
from syne_tune.errors import OptionError, nearest
from syne_tune.trial import Config

if TYPE_CHECKING:
    import pandas as pd


class BlackboxSurrogate(Blackbox):
    """Predicts by a regression model. Usually made by :func:`add_surrogate`.

    Args:
        X: Hyperparameters, and the fidelity unless ``predict_curves``; one row per evaluation.
        y: Objectives, or whole curves fidelity by fidelity; one row per evaluation. With ``num_seeds > 1``, rows are
            in the order of :meth:`Blackbox.hyperparameter_objectives_values`.
        configuration_space: Name to domain; may be larger than what ``X`` covers.
        objectives_names: Names of the objectives.
        fidelity_space: Name to domain of the fidelity.
        fidelity_values: Shape ``(num_fidelities,)``.
        surrogate: The model, which is copied before it is fitted; default is the nearest neighbour.
        predict_curves: Whether the model predicts a whole curve at once, instead of having the fidelity as an input.
        num_seeds: If larger than 1, so many models are fitted, one per seed.
        fit_differences: Objectives that accumulate over the fidelities, such as elapsed time: their increments are
            fitted. Needs ``predict_curves``.
        max_fit_samples: Largest number of rows a model is fitted to; if there are more, some are drawn.
        name: Shown by ``str``.

    Raises:
        OptionError: If arguments do not match.
    """

    def __init__(  # noqa: PLR0913  # the documented arguments
        self,
        X: pd.DataFrame,  # the documented name
        y: pd.DataFrame,
        configuration_space: Mapping[str, Any],
        objectives_names: Sequence[str],
        fidelity_space: Mapping[str, Any] | None = None,
        fidelity_values: Sequence[float] | NDArray[Any] | None = None,
        surrogate: Regressor | None = None,
        predict_curves: bool = False,
        num_seeds: int = 1,
        fit_differences: Sequence[str] | None = None,
        max_fit_samples: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(configuration_space, fidelity_space, objectives_names)
        self.num_seeds = num_seeds
        self.name = name or "nearest neighbour"
        self.predict_curves = predict_curves
        self._fidelity_values = None if fidelity_values is None else np.asarray(fidelity_values)
        self._differences = self._indices(fit_differences or ())
        if self._differences and not predict_curves:
            raise OptionError("fit_differences: needs predict_curves=True, since increments are those within a curve")
        domains: dict[str, Domain] = dict(self.configuration_space.free)
        if self.fidelity_space is not None and not predict_curves:
            domains.update(self.fidelity_space.free)
        columns = {name: X[name].tolist() for name in domains}
        self._features = Features(domains, columns)
        inputs, targets = self._features(columns), self._targets(y.to_numpy(dtype=float))
        self._models = self._fit(surrogate or NearestNeighborRegressor(), inputs, targets, max_fit_samples)

    # ------------------------------------------------------------------ fitting

    def _indices(self, names: Sequence[str]) -> list[int]:
        for name in names:
            if name not in self.objectives_names:
                raise OptionError(f"fit_differences: unknown {name!r}; {nearest(name, self.objectives_names)}")
        return [self.objectives_names.index(name) for name in names]

    def _targets(self, values: FloatArray) -> FloatArray:
        if not self._differences:
            return values
        curves = values.reshape(len(values), -1, len(self.objectives_names)).copy()
        curves[:, 1:, self._differences] = np.diff(curves[:, :, self._differences], axis=1)
        return curves.reshape(len(values), -1)

    def _fit(
        self, surrogate: Regressor, inputs: FloatArray, targets: FloatArray, max_samples: int | None
    ) -> list[Regressor]:
        """One model per seed, each a copy of its own."""
        random_state = np.random.RandomState(0)
        models = []
        for rows in self._rows_per_seed(len(inputs)):
            if max_samples is not None and len(rows) > max_samples:
                rows = np.sort(random_state.choice(rows, max_samples, replace=False))
            model = copy.deepcopy(surrogate)
            model.fit(inputs[rows], targets[rows])
            models.append(model)
        return models

    def _rows_per_seed(self, num_rows: int) -> NDArray[np.int64]:
        rows = np.arange(num_rows)
        if num_rows % self.num_seeds != 0:
            raise OptionError(f"num_seeds = {self.num_seeds}: must divide the number of evaluations, {num_rows}")
        if self.predict_curves or self._fidelity_values is None:
            return rows.reshape(self.num_seeds, -1)
        by_fidelity = rows.reshape(len(self._fidelity_values), self.num_seeds, -1)
        return by_fidelity.swapaxes(0, 1).reshape(self.num_seeds, -1)

    # ------------------------------------------------------------------ the contract

    @property
    def fidelity_values(self) -> NDArray[Any] | None:
        """All fidelities, shape ``(num_fidelities,)``; ``None`` without fidelities."""
        return self._fidelity_values

    def _objective_function(
        self, configuration: Config, fidelity: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        if fidelity is None:
            curve = self._evaluate([configuration], seed)[0]
            return curve if self._fidelity_values is not None else self._named(curve[0])
        value = fidelity[self.fidelity_name()]
        if not self.predict_curves:
            return self._named(self._predict_at([configuration], [value], seed)[0, 0])
        values = np.asarray(self._fidelity_values)
        if value not in values:
            raise OptionError(f"fidelity = {value!r}: must be one of {values.tolist()}")
        return self._named(self._evaluate([configuration], seed)[0, int(np.argmax(values == value))])

    def _named(self, values: FloatArray) -> dict[str, float]:
        return dict(zip(self.objectives_names, values.tolist(), strict=True))

    def _evaluate(self, configurations: Sequence[Config], seed: int | None) -> FloatArray:
        if self.predict_curves:
            curves = self._predict(self._columns(configurations), seed)
            curves = curves.reshape(len(configurations), -1, len(self.objectives_names))
            curves[:, :, self._differences] = np.cumsum(curves[:, :, self._differences], axis=1)
            return curves
        values = [None] if self._fidelity_values is None else self._fidelity_values.tolist()
        return self._predict_at(configurations, values, seed)

    def _predict_at(self, configurations: Sequence[Config], fidelities: Sequence[Any], seed: int | None) -> FloatArray:
        repeated = [configuration for configuration in configurations for _ in fidelities]
        columns = self._columns(repeated)
        if self.fidelity_space is not None:
            columns[self.fidelity_name()] = [*fidelities] * len(configurations)
        predicted = self._predict(columns, seed)
        return predicted.reshape(len(configurations), len(fidelities), len(self.objectives_names))

    def _columns(self, configurations: Sequence[Config]) -> dict[str, list[Any]]:
        return {
            name: [configuration.get(name) for configuration in configurations]
            for name in self.configuration_space.free
        }

    def _predict(self, columns: Mapping[str, Sequence[Any]], seed: int | None) -> FloatArray:
        model = self._models[seed or 0] if len(self._models) > 1 else self._models[0]
        return np.array(model.predict(self._features(columns)), dtype=float)

    def __str__(self) -> str:
        return f"BlackboxSurrogate({self.name}: {', '.join(self.objectives_names)})"


def add_surrogate(
    blackbox: Blackbox,
    surrogate: Regressor | None = None,
    configuration_space: Mapping[str, Any] | None = None,
    predict_curves: bool | None = None,
    separate_seeds: bool = False,
    fit_differences: Sequence[str] | None = None,
) -> BlackboxSurrogate:
    """Turns a blackbox that knows some configurations into one that answers for any.

    Args:
        blackbox: What is known.
        surrogate: The model, with the interface of scikit-learn; it is copied, not changed. Default: the nearest
            neighbour, which reproduces what is known exactly.
        configuration_space: The new space, with the same names. Default: that of ``blackbox``.
        predict_curves: Whether the model predicts whole curves. Default: it does, unless there are none.
        separate_seeds: Whether to fit one model per seed, as opposed to one to all of them.
        fit_differences: Objectives that accumulate along a curve, whose increments are fitted instead.

    Returns:
        A blackbox with the same objectives and fidelities.

    Raises:
        OptionError: If arguments do not match the blackbox.
    """
    if predict_curves is None:
        predict_curves = not isinstance(blackbox, BlackboxOffline)
    inputs, targets = blackbox.hyperparameter_objectives_values(predict_curves)
    return BlackboxSurrogate(
        X=inputs,
        y=targets,
        configuration_space=blackbox.configuration_space if configuration_space is None else configuration_space,
        objectives_names=blackbox.objectives_names,
        fidelity_space=blackbox.fidelity_space,
        fidelity_values=blackbox.fidelity_values,
        surrogate=surrogate,
        predict_curves=predict_curves,
        num_seeds=blackbox.num_seeds if separate_seeds else 1,
        fit_differences=fit_differences,
        name=None if surrogate is None else type(surrogate).__name__,
    )
