from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout, Scalar

LINE = InputLayout.of([Scalar()])


def make(layout: InputLayout, seed: int = 0, **options: Any) -> GaussianProcessSurrogate:
    return GaussianProcessSurrogate(layout, SurrogateOptions(**options), np.random.RandomState(seed))


def line_data(n: int) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.RandomState(0).random_sample((n, 1))
    return x, np.sin(6 * x[:, 0])


def assert_same(one: Posterior, other: Posterior, x: np.ndarray) -> None:
    assert one.predict(x).mean == pytest.approx(other.predict(x).mean, abs=1e-8)
    assert one.predict(x).std == pytest.approx(other.predict(x).std, abs=1e-8)


def test_learns(mixed: Any) -> None:
    surrogate, new = make(mixed.layout), mixed.sample(50, seed=1)
    x = mixed.sample(60, seed=0)
    posterior = surrogate.update(x, mixed.function(x))
    predicted = surrogate.transform.inverse(posterior.predict(new).mean)
    assert np.corrcoef(predicted, mixed.function(new))[0, 1] > 0.98


@pytest.mark.parametrize("n", [1, 2, 7, 8])
def test_few_observations(mixed: Any, n: int) -> None:
    x = mixed.sample(n, seed=0)
    posterior = make(mixed.layout).update(x, mixed.function(x))
    assert np.all(np.isfinite(posterior.predict(mixed.sample(5, seed=1)).mean))


def test_appending_equals_conditioning_at_the_same_parameters() -> None:
    x, y = line_data(60)
    surrogate = make(LINE)
    for n in range(30, 61):
        posterior = surrogate.update(x[:n], y[:n])
        fresh = Posterior(posterior.process, posterior.theta, x[:n], surrogate.transform.forward(y[:n]))
        assert_same(posterior, fresh, x)


def test_refits_become_rare_but_do_not_stop() -> None:
    x, y = line_data(120)
    surrogate = make(LINE)
    fitted_at = []
    for n in range(1, 121):
        surrogate.update(x[:n], y[:n])
        fitted_at.append(surrogate.state.fitted_at)
    assert fitted_at[:39] == list(range(1, 40))
    late = np.diff(np.unique(fitted_at[60:]))
    assert np.median(late) >= 4
    assert np.all(late <= 8)


def test_unchanged_data_change_nothing() -> None:
    x, y = line_data(20)
    surrogate = make(LINE)
    first, state = surrogate.update(x, y), surrogate.state
    assert_same(surrogate.update(x, y), first, x)
    assert surrogate.state is state


def test_changed_data_are_noticed() -> None:
    x, y = line_data(41)
    surrogate = make(LINE)
    surrogate.update(x[:40], y[:40])
    others = surrogate.update(x[1:], y[1:])
    fresh = Posterior(others.process, others.theta, x[1:], surrogate.transform.forward(y[1:]))
    assert_same(others, fresh, x)


def test_same_data_and_seed_give_the_same_model(mixed: Any) -> None:
    x = mixed.sample(30, seed=0)
    first, second = (make(mixed.layout, seed=3).update(x, mixed.function(x)).theta for _ in range(2))
    assert np.array_equal(first, second)


def test_units_of_the_metric_do_not_matter(mixed: Any) -> None:
    """W6: the model of a metric in other units is the same model."""
    x = mixed.sample(30, seed=0)
    y = mixed.function(x)
    new = mixed.sample(9, seed=1)
    one, other = make(mixed.layout), make(mixed.layout)
    for n in (8, 12, 25, 30):
        first, second = one.update(x[:n], y[:n]), other.update(x[:n], 1e-6 * y[:n] + 1e-4)
        assert one.state.choice == other.state.choice
    assert second.predict(new).mean == pytest.approx(first.predict(new).mean, abs=1e-3)


def test_state_continues_elsewhere(mixed: Any) -> None:
    x = mixed.sample(60, seed=0)
    y = mixed.function(x)
    one = make(mixed.layout)
    for n in range(1, 58):
        one.update(x[:n], y[:n])
    other = make(mixed.layout, seed=5)
    other.state = one.state
    assert_same(one.update(x[:58], y[:58]), other.update(x[:58], y[:58]), x)


def test_skewed_metric_is_transformed() -> None:
    x = np.random.RandomState(0).random_sample((60, 1))
    surrogate = make(LINE)
    surrogate.update(x, np.exp(10 * x[:, 0]))
    assert surrogate.state.choice.transform != "standardize"


def test_well_behaved_metric_is_left_alone() -> None:
    surrogate = make(LINE)
    surrogate.update(*line_data(40))
    assert surrogate.state.choice == ("standardize", False)


@pytest.mark.parametrize("transform", ["standardize", "yeo_johnson", "rank_gaussian", "box_cox"])
def test_choices_of_the_user_are_respected(mixed: Any, transform: str) -> None:
    surrogate = make(mixed.layout, transform=transform, warping=True)
    x = mixed.sample(30, seed=0)
    surrogate.update(x, np.exp(mixed.function(x)))
    assert surrogate.state.choice == (transform, True)


class TestDataCap:
    """W7 and the performance rows: beyond the cap, cost per update is bounded, and the best stay in the model."""

    OPTIONS: ClassVar[dict[str, Any]] = {"max_observations": 60, "subset_size": 40}

    def test_size_is_bounded_and_the_best_and_the_newest_are_in(self) -> None:
        x, y = line_data(200)
        surrogate = make(LINE, **self.OPTIONS)
        for n in range(50, 201, 7):
            posterior = surrogate.update(x[:n], y[:n])
            assert len(posterior.x) == len(surrogate.indices)
            assert len(posterior.x) <= (60 if n <= 60 else 40)
            assert {np.argmin(y[:n]), n - 1} <= set(surrogate.indices)

    def test_no_cap(self) -> None:
        surrogate = make(LINE, max_observations=None)
        assert len(surrogate.update(*line_data(550)).x) == 550

    def test_append_beyond_the_cap_equals_conditioning(self) -> None:
        x, y = line_data(120)
        surrogate = make(LINE, **self.OPTIONS)
        for n in range(100, 121):
            posterior = surrogate.update(x[:n], y[:n])
            kept = surrogate.indices
            fresh = Posterior(posterior.process, posterior.theta, x[kept], surrogate.transform.forward(y[kept]))
            assert_same(posterior, fresh, x)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_never_enter(bad: float) -> None:
    with pytest.raises(OptionError, match="finite"):
        make(LINE).update(np.zeros((2, 1)), np.array([0.0, bad]))


def test_no_observations() -> None:
    with pytest.raises(OptionError, match="at least one"):
        make(LINE).update(np.zeros((0, 1)), np.zeros(0))


def test_misspelt_transform() -> None:
    with pytest.raises(OptionError, match="did you mean 'yeo_johnson'"):
        SurrogateOptions(transform="yeo-johnson")


def test_sizes_are_checked() -> None:
    with pytest.raises(OptionError, match="fit_size"):
        SurrogateOptions(fit_size=0)
