"""All cost models: ``c(x, r) = c0(x) + r c1(x)`` from data that are exactly so."""

from __future__ import annotations

import numpy as np
import pytest

from syne_tune.errors import ConfigSpaceError, OptionError
from syne_tune.optimizer.models.cost import (
    BiasOnlyLinearCostModel,
    CostCurves,
    CostModel,
    CostValue,
    FixedLayersMLPCostModel,
    MLPLinearCostModel,
    NASBench201LinearCostModel,
    ScikitLearnCostModel,
    UnivariateSplineCostModel,
)
from syne_tune.optimizer.models.cost.log_cost import LogCostPredictor

EDGES = ("e1", "e2", "e3")


def mlp_config(rs):
    sizes = {"n_units_1": int(rs.randint(8, 256)), "n_units_2": int(rs.randint(8, 256))}
    return {**sizes, "batch_size": int(rs.choice([16, 64, 128])), "layers": int(rs.randint(1, 4)), "width": 32}


def nas_config(rs):
    return {
        edge: str(rs.choice(["none", "skip_connect", "avg_pool_3x3", "nor_conv_1x1", "nor_conv_3x3"])) for edge in EDGES
    }


def multiplications(config):
    return 10 * config["n_units_1"] + config["n_units_1"] * config["n_units_2"] + config["n_units_2"] * 2


CASES = {
    "bias": (BiasOnlyLinearCostModel, mlp_config, lambda c: (3.0, 2.0)),
    "fixed layers": (
        lambda: FixedLayersMLPCostModel(10, 2, c0_mlp_feature=True, extra_mlp=True),
        mlp_config,
        lambda c: (1.0 + 1e-4 * multiplications(c), 0.5 + 1e-3 * multiplications(c) + 40 / c["batch_size"]),
    ),
    "equal layers": (
        lambda: MLPLinearCostModel(10, 2, "layers", "width", "batch_size", expected_hidden_layer_width=50),
        mlp_config,
        lambda c: (1.0, 1.0 + 1e-3 * (12 * 32 + (c["layers"] - 1) * 32 * 32)),
    ),
    "cells": (
        lambda: NASBench201LinearCostModel(EDGES),
        nas_config,
        lambda c: (2.0, 1.0 + sum({"nor_conv_3x3": 9.0, "nor_conv_1x1": 2.0}.get(c[e], 0.0) for e in EDGES)),
    ),
    "cells, one feature for convolutions": (
        lambda: NASBench201LinearCostModel(EDGES, conv_separate_features=False, count_sum=False),
        nas_config,
        lambda c: (2.0, 1.0 + {"nor_conv_3x3": 9.0, "nor_conv_1x1": 1.0}.get(c["e2"], 0.0)),
    ),
    "spline": (
        lambda: UnivariateSplineCostModel("n_units_1", (8, 256)),
        mlp_config,
        lambda c: (1.0, 2.0 + (c["n_units_1"] / 100) ** 2),
    ),
}


def curves(configs, true_cost, resources=(1, 3, 9)):
    lines = [true_cost(config) for config in configs]
    return CostCurves.of(configs, [{r: c0 + r * c1 for r in resources} for c0, c1 in lines])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_recovers_what_it_can_represent(case):
    make, draw, true_cost = case
    rs = np.random.RandomState(0)
    configs, fresh = [draw(rs) for _ in range(40)], [draw(rs) for _ in range(10)]
    model = make()
    model.update(curves(configs, true_cost))
    model.resample(rs)
    times = model.predict_times(fresh, [27] * 10, start_time=100.0)
    expected = [100 + c0 + 27 * c1 for c0, c1 in map(true_cost, fresh)]
    assert times == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("model_type", ["random_forest", "gradient_boosting"])
def test_scikit_learn(model_type):
    pytest.importorskip("sklearn")
    rs = np.random.RandomState(0)
    configs = [{**mlp_config(rs), "kind": str(rs.choice(["a", "b"]))} for _ in range(60)]

    def true_cost(config):
        return (1.0, 5.0 if config["kind"] == "a" else 1.0)

    model = ScikitLearnCostModel(model_type)
    model.update(curves(configs, true_cost))
    values = model.sample_joint([{**configs[0], "kind": "a"}, {**configs[0], "kind": "b"}])
    assert [value.c1 for value in values] == pytest.approx([5.0, 1.0], rel=0.1)
    assert [value.c0 for value in values] == pytest.approx([1.0, 1.0], rel=0.1)


def test_lines_through_costs():
    data = CostCurves.of([{}, {}, {}], [{1: 3.0, 2: 5.0, 4: 9.0}, {4: 8.0}, {}])
    starts, slopes = data.lines()
    assert starts == pytest.approx([1.0, 0.0, 0.0])
    assert slopes == pytest.approx([2.0, 2.0, 0.0])


class TestLogCostPredictor:
    class Falling(CostModel):
        """Predicts nonsense for large x, as a regression may."""

        def update(self, data):
            pass

        def sample_joint(self, candidates):
            return [CostValue(2.0, -config["x"]) for config in candidates]

    def predictor(self):
        return LogCostPredictor(self.Falling(), lambda x: [{"x": value} for value in x[:, 0]], resource=1)

    def test_negative_costs_do_not_explode(self):
        """W19: the check for negative costs never fired, and improvement per cost exploded there."""
        mean, std = self.predictor().predict(np.array([[0.0], [1.0], [5.0]]))
        assert np.exp(mean) == pytest.approx([2.0, 1.0, 0.01])
        assert np.all(std > 0)

    def test_rows_do_not_depend_on_each_other_after_the_first_call(self):
        predictor, x = self.predictor(), np.array([[0.0], [1.0], [5.0]])
        whole = predictor.predict(x).mean
        assert [predictor.predict(row[None]).mean[0] for row in x] == pytest.approx(whole)

    def test_derivatives_are_zero(self):
        _, pullback = self.predictor().predict_with_pullback(np.zeros((2, 1)))
        assert not pullback(np.ones(2), np.ones(2)).any()


@pytest.mark.parametrize("make", [case[0] for case in CASES.values()], ids=CASES)
def test_nothing_learned_yet(make):
    with pytest.raises(OptionError, match="call update"):
        make().sample_joint([{}])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MLPLinearCostModel(0, 2, 1, 8, 16), "num_inputs"),
        (lambda: UnivariateSplineCostModel("x", (1, 1)), "input_range"),
        (lambda: UnivariateSplineCostModel("x", (0, 1), 0), "spline_degree"),
        (lambda: ScikitLearnCostModel("random_forrest"), "did you mean 'random_forest'"),
        (lambda: NASBench201LinearCostModel(EDGES, {"a": "conv"}), "map_config_values"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(OptionError, match=message):
        make()


def test_missing_entries_of_a_configuration():
    with pytest.raises(ConfigSpaceError, match="n_units_2 = None"):
        FixedLayersMLPCostModel(10, 2).features([{"n_units_1": 3, "batch_size": 8}])
    with pytest.raises(ConfigSpaceError, match="e1 = 'conv' is no operation"):
        NASBench201LinearCostModel(EDGES).features([{"e1": "conv", "e2": "none", "e3": "none"}])
