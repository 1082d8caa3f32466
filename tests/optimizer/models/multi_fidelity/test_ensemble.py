from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.surrogate import SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.multi_fidelity.ensemble import (
    LevelMixture,
    bracket_weights,
    level_weights,
    ranking_losses,
)
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.surrogates import (
    MultiFidelityModelOptions,
    MultiFidelitySurrogate,
    multi_fidelity_surrogate,
)
from syne_tune.optimizer.models.predictor import DifferentiablePredictor, JointPredictor
from syne_tune.optimizer.models.surrogate import with_resource

LEVELS = (1, 3, 9)
LINE = InputLayout.of([Scalar(), Scalar()])


def make(model: str = "gp_independent") -> MultiFidelitySurrogate[Any]:
    spend = SurrogateOptions(transform="standardize", warping=False)
    options = MultiFidelityModelOptions(LEVELS, "matern52", surrogate=spend)
    return multi_fidelity_surrogate(model, LINE, options, np.random.RandomState(0))


def data(low_is_useful: bool, counts: tuple[int, int, int] = (20, 9, 7)) -> tuple[np.ndarray, np.ndarray]:
    """The same function at all levels, or one that is upside down below the last."""
    random_state = np.random.RandomState(0)
    configurations = random_state.random_sample((max(counts), 1))
    x = np.vstack([with_resource(configurations[:n], r, 9) for n, r in zip(counts, LEVELS, strict=True)])
    sign = 1.0 if low_is_useful else np.where(x[:, 1] < 1, -1.0, 1.0)
    return x, sign * np.sin(5 * x[:, 0]) + 3 * (1 - x[:, 1])


def test_ranking_losses_count_pairs_in_the_wrong_order() -> None:
    targets = np.array([1.0, 2.0, 3.0, 3.0])
    samples = np.array([[1.0, 3.0, 0.0], [2.0, 2.0, 1.0], [3.0, 1.0, 0.5], [3.5, 0.0, 0.7]])
    assert ranking_losses(samples, targets).tolist() == pytest.approx([0.0, 1.0, 2 / 5])


def test_no_pairs_no_loss() -> None:
    assert ranking_losses(np.zeros((1, 3)), np.zeros(1)).tolist() == [0.0, 0.0, 0.0]
    assert ranking_losses(np.zeros((4, 2)), np.zeros(4)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("model", ["gp_independent", "gp_multitask", "gp_expdecay", "gp_issm"])
def test_weights_are_a_distribution(model: str) -> None:
    surrogate = make(model)
    surrogate.update(*data(low_is_useful=True))
    theta = level_weights(surrogate, 30, np.random.RandomState(0))
    assert theta.shape == (3,)
    assert theta.sum() == pytest.approx(1.0)
    assert np.all(theta >= 0)


class Told:
    """A model whose samples are known: twice the same at each level, of the configuration or of its negative."""

    def __init__(self, x: np.ndarray, targets: np.ndarray) -> None:
        self.x, self.targets = x, targets
        self.last, self.levels = self, ResourceLevels(LEVELS)

    def given(self, rows: np.ndarray) -> Told:
        return self

    def sample_joint(self, x: np.ndarray, num_samples: int, random_state: np.random.RandomState) -> np.ndarray:
        right, wrong = x[:, 0], -x[:, 0]
        both = {LEVELS[0]: (right, wrong), LEVELS[1]: (wrong, right), LEVELS[2]: (right, wrong)}
        return np.column_stack(both[round(9 * x[0, 1])])


def test_weights_are_the_shares_of_samples_in_which_a_level_ranks_best() -> None:
    """Section 4.2 of the paper, by hand: levels 1 and 9 share the first sample, level 3 wins the second one."""
    x = np.column_stack([np.tile(np.arange(6.0), 3), np.repeat(np.array(LEVELS) / 9, 6)])
    theta = level_weights(Told(x, x[:, 0]), 2, np.random.RandomState(0))  # type: ignore[arg-type]
    assert theta.tolist() == [0.25, 0.5, 0.25]


def test_low_levels_are_trusted_if_they_rank_well_and_only_then() -> None:
    weights = []
    for low_is_useful in (True, False):
        surrogate = make()
        surrogate.update(*data(low_is_useful))
        weights.append(level_weights(surrogate, 50, np.random.RandomState(0)))
    useful, useless = weights
    assert useful[:2].sum() > 0.5
    assert useless[2] > 0.9


def test_levels_without_enough_values_have_no_weight() -> None:
    surrogate = make()
    surrogate.update(*data(low_is_useful=True, counts=(20, 8, 5)))
    assert level_weights(surrogate, 20, np.random.RandomState(0))[2] == 0
    surrogate = make()
    surrogate.update(*data(low_is_useful=True, counts=(20, 2, 1)))
    assert level_weights(surrogate, 20, np.random.RandomState(0)).tolist() == [1, 0, 0]
    surrogate = make()
    surrogate.update(*data(low_is_useful=True, counts=(2, 1, 1)))
    assert level_weights(surrogate, 20, np.random.RandomState(0)).tolist() == [1, 0, 0]


def test_same_seed_same_weights() -> None:
    surrogate = make()
    surrogate.update(*data(low_is_useful=True))
    first, second = (level_weights(surrogate, 20, np.random.RandomState(3)) for _ in range(2))
    assert np.array_equal(first, second)


def test_bracket_weights_are_theta_over_resource() -> None:
    weights = bracket_weights(np.array([0.2, 0.3, 0.5]), LEVELS, np.full(3, 1 / 3))
    expected = np.array([0.2, 0.1, 0.5 / 9])
    assert weights == pytest.approx(expected / expected.sum())


def test_brackets_that_cannot_be_judged_keep_their_default() -> None:
    weights = bracket_weights(np.array([0.25, 0.75, 0.0]), LEVELS, np.array([0.5, 0.3, 0.2]))
    assert weights == pytest.approx([0.4, 0.4, 0.2])


def test_a_single_bracket() -> None:
    assert bracket_weights(np.array([0.0, 1.0, 0.0]), LEVELS, np.ones(1)).tolist() == [1.0]


def mixture(theta: tuple[float, float, float], target: int = 2, columns: int = 0) -> LevelMixture:
    surrogate = make()
    x, y = data(low_is_useful=True)
    posterior = surrogate.update(x, y)
    if columns:
        pending = np.array([[0.35, 1.0]])
        posterior = posterior.append(pending, np.random.RandomState(0).standard_normal((1, columns)))
    return LevelMixture(posterior, surrogate.levels.shares, np.array(theta), target)


def test_mixture_is_a_predictor_with_gradients_and_samples() -> None:
    mixed = mixture((0.2, 0.3, 0.5))
    assert isinstance(mixed, DifferentiablePredictor)
    assert isinstance(mixed, JointPredictor)


def test_mixture_of_the_target_alone_is_the_model_there() -> None:
    surrogate = make()
    posterior = surrogate.update(*data(low_is_useful=True))
    x = np.linspace(0, 1, 5)[:, None]
    mixed = LevelMixture(posterior, surrogate.levels.shares, np.array([0.0, 0.0, 1.0]), 2).predict(x)
    plain = posterior.predict(with_resource(x, 9, 9))
    assert mixed.mean == pytest.approx(plain.mean)
    assert mixed.std == pytest.approx(plain.std)


@pytest.mark.parametrize("columns", [0, 3])
def test_mixture_at_no_configurations(columns: int) -> None:
    mixed, nowhere = mixture((0.2, 0.3, 0.5), columns=columns), np.empty((0, 1))
    mean, std = mixed.predict(nowhere)
    assert mean.shape == mixed.predict_mean(nowhere).shape == ((0, columns) if columns else (0,))
    assert std.shape == (0,)
    (_, pullback) = mixed.predict_with_pullback(nowhere)
    assert pullback(mean, std).shape == (0, 1)


def test_other_levels_are_moved_to_the_units_of_the_target() -> None:
    """The first level is three units worse: a mixture with it alone predicts values of the last level all the same."""
    x = np.linspace(0, 1, 30)[:, None]
    error = mixture((1.0, 0.0, 0.0)).predict_mean(x) - mixture((0.0, 0.0, 1.0)).predict_mean(x)
    assert abs(error.mean()) < 0.5


@pytest.mark.parametrize("columns", [0, 3])
def test_pullback_of_a_mixture_matches_finite_differences(columns: int) -> None:
    mixed, x = mixture((0.2, 0.3, 0.5), columns=columns), np.array([[0.11], [0.52], [0.93]])
    prediction, pullback = mixed.predict_with_pullback(x)
    random_state = np.random.RandomState(1)
    by_mean, by_std = random_state.standard_normal(prediction.mean.shape), random_state.standard_normal(3)
    assert prediction.mean == pytest.approx(mixed.predict_mean(x))

    def outcome(x: np.ndarray) -> float:
        mean, std = mixed.predict(x)
        return float(np.sum(mean * by_mean) + std @ by_std)

    gradient = pullback(by_mean, by_std)
    for i in range(3):
        shift = np.zeros_like(x)
        shift[i, 0] = 1e-6
        numeric = (outcome(x + shift) - outcome(x - shift)) / 2e-6
        assert gradient[i, 0] == pytest.approx(numeric, rel=1e-4, abs=1e-5)


def test_samples_of_a_mixture_have_its_moments() -> None:
    mixed, x = mixture((0.2, 0.3, 0.5)), np.array([[0.1], [0.6]])
    samples = mixed.sample_joint(x, 20_000, np.random.RandomState(0))
    prediction = mixed.predict(x)
    assert samples.mean(axis=1) == pytest.approx(prediction.mean, abs=0.03)
    assert samples.std(axis=1) == pytest.approx(prediction.std, abs=0.03)
