from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxOffline, BlackboxTabular, add_surrogate
from syne_tune.blackbox_repository.blackbox_surrogate import BlackboxSurrogate
from syne_tune.config_space import choice, loguniform, randint, uniform
from syne_tune.errors import OptionError


class Mean:
    """Predicts the mean target; remembers what it was fitted to."""

    def fit(self, inputs: np.ndarray, targets: np.ndarray) -> Mean:
        self.num_rows, self.mean = len(inputs), targets.mean(axis=0)
        return self

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return np.tile(self.mean, (len(inputs), 1))


@pytest.mark.parametrize("predict_curves", [True, False])
@pytest.mark.parametrize("separate_seeds", [True, False])
def test_nearest_neighbour_reproduces_the_table_exactly(
    make: Callable[..., BlackboxTabular], predict_curves: bool, separate_seeds: bool
) -> None:
    table = make(num_seeds=2 if separate_seeds else 1)
    surrogate = add_surrogate(table, predict_curves=predict_curves, separate_seeds=separate_seeds)
    for seed in range(table.num_seeds):
        for config in table.all_configurations():
            assert np.array_equal(surrogate(config, seed=seed), table(config, seed=seed))
            assert surrogate(config, 3, seed) == table(config, 3, seed)
    configs = table.all_configurations()
    assert np.array_equal(surrogate.evaluate(configs, seed=0), table.evaluate(configs, seed=0))


def test_answers_for_any_configuration(table: BlackboxTabular) -> None:
    surrogate = add_surrogate(table)
    curve = surrogate({"lr": 0.05, "units": 60, "act": "relu"})
    assert isinstance(curve, np.ndarray)
    assert curve.shape == (4, 2)


@pytest.mark.parametrize("predict_curves", [True, False])
def test_one_model_per_seed_each_fitted_to_its_own_rows(
    make: Callable[..., BlackboxTabular], predict_curves: bool
) -> None:
    """W-16: as many models as seeds (not fidelities), and no two are one object."""
    table = make(num_seeds=3)
    model = Mean()
    surrogate = add_surrogate(table, model, predict_curves=predict_curves, separate_seeds=True)
    assert surrogate.num_seeds == 3
    assert not hasattr(model, "mean")
    config = table.all_configurations()[0]
    for seed in range(3):
        predicted = surrogate.evaluate([config], seed)[0]
        rows = table.objectives_evaluations[:, seed]
        expected = rows.mean(axis=0) if predict_curves else np.tile(rows.mean(axis=(0, 1)), (4, 1))
        assert np.allclose(predicted, expected)


def test_increments_of_objectives_that_accumulate(table: BlackboxTabular) -> None:
    surrogate = add_surrogate(table, separate_seeds=True, fit_differences=["elapsed"])
    config = table.all_configurations()[4]
    assert np.allclose(surrogate(config), table(config))
    with pytest.raises(OptionError, match="needs predict_curves"):
        add_surrogate(table, predict_curves=False, fit_differences=["elapsed"])
    with pytest.raises(OptionError, match="did you mean 'elapsed'"):
        add_surrogate(table, fit_differences=["elapsd"])


def test_larger_space(table: BlackboxTabular) -> None:
    space = {"lr": loguniform(1e-6, 1), "units": randint(1, 1000), "act": choice(["relu", "tanh"])}
    surrogate = add_surrogate(table, configuration_space=space)
    assert surrogate.configuration_space == space
    assert surrogate.evaluate([{"lr": 1e-6, "units": 1000, "act": "tanh"}]).shape == (1, 4, 2)


def test_list_of_evaluations() -> None:
    df = pd.DataFrame({"x": [0.1, 0.9], "metric_loss": [1.0, 2.0]})
    surrogate = add_surrogate(BlackboxOffline(df, {"x": uniform(0, 1)}))
    assert surrogate({"x": 0.8}) == {"metric_loss": 2.0}
    assert surrogate.fidelity_values is None
    assert "nearest neighbour" in str(surrogate)


def test_limited_number_of_rows(table: BlackboxTabular) -> None:
    x, y = table.hyperparameter_objectives_values()
    options: dict[str, Any] = {"fidelity_space": table.fidelity_space, "fidelity_values": table.fidelity_values}
    names = table.objectives_names
    surrogate = BlackboxSurrogate(
        x, y, table.configuration_space, names, surrogate=Mean(), max_fit_samples=5, **options
    )
    assert surrogate._models[0].num_rows == 5  # type: ignore[attr-defined]
    with pytest.raises(OptionError, match="num_seeds = 7"):
        BlackboxSurrogate(x, y, table.configuration_space, names, num_seeds=7, **options)


def test_unknown_fidelity_is_refused_if_curves_are_predicted(table: BlackboxTabular) -> None:
    config = table.all_configurations()[0]
    with pytest.raises(OptionError, match=r"fidelity = 9: must be one of \[1, 2, 3, 4\]"):
        add_surrogate(table)(config, 9)


def test_model_of_scikit_learn(table: BlackboxTabular) -> None:
    neighbors = pytest.importorskip("sklearn.neighbors")
    surrogate = add_surrogate(table, neighbors.KNeighborsRegressor(n_neighbors=1), separate_seeds=True)
    config = table.all_configurations()[3]
    assert np.allclose(surrogate(config, seed=1), table(config, seed=1))
    assert "KNeighborsRegressor" in str(surrogate)


def test_pickled_surrogate_answers_the_same(table: BlackboxTabular) -> None:
    surrogate = add_surrogate(table)
    config = table.all_configurations()[0]
    assert np.array_equal(pickle.loads(pickle.dumps(surrogate))(config), surrogate(config))
