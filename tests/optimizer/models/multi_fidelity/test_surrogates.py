"""Surrogates over (configuration, resource), by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.fantasies import believe, fantasize
from syne_tune.optimizer.models.at_resource import AtResource
from syne_tune.optimizer.models.gp.surrogate import SurrogateOptions
from syne_tune.optimizer.models.multi_fidelity.processes import RESOURCE_KERNELS
from syne_tune.optimizer.models.multi_fidelity.surrogates import (
    MODELS,
    MultiFidelityModelOptions,
    MultiFidelitySurrogate,
    multi_fidelity_surrogate,
)
from syne_tune.optimizer.models.surrogate import Surrogate, with_resource

LEVELS = (1, 2, 4, 9)
FEW_MODELS = pytest.mark.parametrize(
    ("model", "kernel"),
    [
        ("gp_multitask", "matern52-res-warp"),
        ("gp_multitask", "exp-decay-combined"),
        ("gp_independent", "matern52"),
        ("gp_issm", "matern52"),
    ],
)
EVERY_MODEL = pytest.mark.parametrize(
    ("model", "kernel"),
    [("gp_multitask", kernel) for kernel in RESOURCE_KERNELS]
    + [(model, "matern52") for model in MODELS if model != "gp_multitask"],
)


def make(curves: Any, model: str, kernel: str = "matern52-res-warp", **options: Any) -> MultiFidelitySurrogate[Any]:
    spend = SurrogateOptions(**{"transform": "standardize", "warping": False, **options})
    given = MultiFidelityModelOptions(LEVELS, kernel, surrogate=spend)
    return multi_fidelity_surrogate(model, curves.layout, given, np.random.RandomState(0))


@EVERY_MODEL
def test_ranks_new_configurations_at_the_last_level(curves: Any, model: str, kernel: str) -> None:
    """C7: every model works, gp_issm and gp_expdecay too."""
    surrogate: Surrogate = make(curves, model, kernel)
    posterior = surrogate.update(*curves.halving(24, seed=0))
    new = with_resource(curves.configurations(60, seed=1), 9, 9)
    assert spearmanr(posterior.predict(new).mean, curves.values(new))[0] > 0.6


@EVERY_MODEL
def test_says_how_far_configurations_have_to_move(curves: Any, model: str, kernel: str) -> None:
    posterior = make(curves, model, kernel).update(*curves.halving(8, seed=0))
    scales = AtResource(posterior, 1.0).length_scales
    assert scales is not None
    assert scales.shape == (curves.layout.num_columns - 1,)
    assert np.all(scales > 0)


@FEW_MODELS
def test_units_of_the_metric_do_not_matter(curves: Any, model: str, kernel: str) -> None:
    """W6 and acceptance check 2: predictions of a metric in other units are the same, but for where fits stop."""
    x, y = curves.halving(8, seed=0)
    new = with_resource(curves.configurations(20, seed=1), 9, 9)
    one, other = make(curves, model, kernel), make(curves, model, kernel)
    first, second = one.update(x, y).predict(new).mean, other.update(x, 1e-6 * y + 3.0).predict(new).mean
    assert spearmanr(first, second)[0] > 0.999
    assert second == pytest.approx(first, abs=0.1)


@EVERY_MODEL
@pytest.mark.parametrize(
    "case", ["one observation", "one level", "constant", "duplicate rows", "huge", "between levels", "top level only"]
)
def test_awkward_data(curves: Any, model: str, kernel: str, case: str) -> None:
    x, y = curves.halving(8, seed=0)
    if case == "one observation":
        x, y = x[:1], y[:1]
    elif case == "one level":
        x, y = x[:8], y[:8]
    elif case == "top level only":
        x = with_resource(x[:, :-1], 9, 9)
    elif case == "constant":
        y = np.full(len(y), 3.0)
    elif case == "duplicate rows":
        x, y = np.vstack([x, x, x[:2]]), np.concatenate([y, y, y[:2]])
    elif case == "huge":
        y = 1e12 * y
    else:
        x = np.vstack([x, with_resource(x[:3, :-1], 3, 9)])
        y = np.append(y, y[:3])
    surrogate = make(curves, model, kernel)
    posterior = surrogate.update(x, y)
    new = with_resource(curves.configurations(6, seed=1), [1, 2, 4, 9, 9, 5], 9)
    prediction, pullback = believe(posterior, new[:2]).predict_with_pullback(new)
    assert np.all(np.isfinite(surrogate.transform.inverse(prediction.mean)))
    assert np.all(prediction.std > 0)
    assert np.all(np.isfinite(pullback(np.ones(6), np.ones(6))))
    assert np.all(np.isfinite(posterior.sample_joint(new, 3, np.random.RandomState(0))))


@EVERY_MODEL
def test_pending_evaluations_by_belief_and_by_fantasies(curves: Any, model: str, kernel: str) -> None:
    surrogate = make(curves, model, kernel)
    x, y = curves.halving(8, seed=0)
    posterior = surrogate.update(x, y)
    pending = with_resource(np.vstack([x[:1, :-1], curves.configurations(1, seed=4)]), [9, 1], 9)
    believed, before = believe(posterior, pending).predict(pending), posterior.predict(pending)
    assert believed.mean == pytest.approx(before.mean, abs=1e-5)
    assert np.all(believed.std <= before.std + 1e-9)
    assert fantasize(posterior, pending, 4, np.random.RandomState(0)).predict(pending).mean.shape == (2, 4)


@pytest.mark.parametrize("model", MODELS)
def test_appending_equals_conditioning_at_the_same_parameters(curves: Any, model: str) -> None:
    x, y = curves.halving(24, seed=0)
    surrogate = make(curves, model, always_refit_below=10)
    new = with_resource(curves.configurations(5, seed=1), 9, 9)
    for n in range(len(y) - 4, len(y) + 1):
        posterior = surrogate.update(x[:n], y[:n])
        fresh = surrogate.given(np.arange(n))
        assert posterior.predict(new).mean == pytest.approx(fresh.predict(new).mean, abs=1e-6)
        assert posterior.predict(new).std == pytest.approx(fresh.predict(new).std, abs=1e-6)


def test_same_data_and_seed_give_the_same_model(curves: Any) -> None:
    first, second = (make(curves, "gp_multitask").update(*curves.halving(12, seed=0)).theta for _ in range(2))
    assert np.array_equal(first, second)


def test_levels_have_units_of_their_own(curves: Any) -> None:
    """W6 within a run: values at the first level that are a hundred times as large do not drown those at the last."""
    x, y = curves.halving(32, seed=0)
    new = with_resource(curves.configurations(60, seed=1), 9, 9)
    stretched = np.where(x[:, -1] < 0.2, 100 * y + 300, y)
    for model in ("gp_multitask", "gp_independent"):
        posterior = make(curves, model).update(x, stretched)
        assert spearmanr(posterior.predict(new).mean, curves.values(new))[0] > 0.5


class TestDataCap:
    """Performance rows and W7: cost is bounded, and what got furthest stays in the model."""

    def test_configurations_that_got_furthest_stay(self, curves: Any) -> None:
        x, y = curves.halving(64, seed=0)
        surrogate = make(curves, "gp_multitask", max_observations=60, subset_size=40)
        assert len(surrogate.update(x, y).x) == 40
        assert set(np.flatnonzero(x[:, -1] == 1)) <= set(surrogate.indices)

    def test_whole_curves_are_counted_as_one(self, curves: Any) -> None:
        x, y = curves.halving(48, seed=0)
        for subset_size, expected in ((60, 48), (40, 38)):
            surrogate = make(curves, "gp_issm", max_observations=60, subset_size=subset_size)
            kept = surrogate.update(x, y).x
            assert len(np.unique(np.nan_to_num(kept[:, :-1]), axis=0)) == expected

    def test_long_curves_can_be_thinned_out(self, curves: Any) -> None:
        x = np.vstack([with_resource(curves.configurations(12, seed=0), resource, 9) for resource in range(1, 10)])
        spend = SurrogateOptions(max_observations=60, subset_size=50, transform="standardize", warping=False)
        options = MultiFidelityModelOptions(LEVELS, thin_curves=True, surrogate=spend)
        surrogate = multi_fidelity_surrogate("gp_multitask", curves.layout, options, np.random.RandomState(0))
        surrogate.update(x, curves.values(x))
        early = surrogate.indices[surrogate.indices < 104]
        assert set(np.round(9 * x[early, -1]).astype(int)) <= {2, 8, 9}


def test_misspelt_names() -> None:
    with pytest.raises(OptionError, match="did you mean 'exp-decay-sum'"):
        MultiFidelityModelOptions(LEVELS, "exp_decay_sum")
    with pytest.raises(OptionError, match="increasing"):
        MultiFidelityModelOptions((9, 1))


def test_misspelt_model(curves: Any) -> None:
    with pytest.raises(OptionError, match="did you mean 'gp_multitask'"):
        make(curves, "gp_multi_task")


def test_nothing_is_known_before_the_first_update(curves: Any) -> None:
    with pytest.raises(OptionError, match="update"):
        _ = make(curves, "gp_issm").last
