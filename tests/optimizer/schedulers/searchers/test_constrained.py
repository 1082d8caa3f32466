from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.schedulers import FIFOScheduler, HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers.constrained import ConstrainedBayesianOptimizationSearcher
from syne_tune.optimizer.schedulers.searchers.registry import searcher_factory

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 3})


def make(constraint_attr="excess", **kwargs):
    return ConstrainedBayesianOptimizationSearcher(
        SPACE, "loss", constraint_attr, **{"random_seed": 1, "points_to_evaluate": [], **kwargs}
    )


def search(searcher, num, evaluate, first=0):
    seen = []
    for number in range(first, first + num):
        config = searcher.get_config(trial_id=str(number))
        searcher.register_pending(str(number), config)
        result = evaluate(config)
        searcher.on_trial_result(str(number), config, result, update=True)
        searcher.cleanup_pending(str(number))
        seen.append((config, result, searcher.explain({})))
    return seen


def product(config):
    """The sum is smallest, 1, at (1/2, 1/2) where the product is at least 1/4."""
    return {"loss": config["x"] + config["y"], "excess": 0.25 - config["x"] * config["y"]}


def best_feasible(seen, *names):
    return min((r["loss"] for _, r, _ in seen if all(r[name] <= 0 for name in names)), default=np.inf)


@pytest.mark.parametrize(("options", "mode"), [({}, "min"), ({"acq_function": "nei"}, "min"), ({}, "max")])
def test_finds_the_best_feasible(options, mode):
    sign = 1 if mode == "min" else -1
    seen = search(make(mode=mode, **options), 25, lambda c: {**product(c), "loss": sign * product(c)["loss"]})
    found = [sign * r["loss"] for _, r, _ in seen if r["excess"] <= 0]
    assert 1.0 <= min(found) < 1.05


def test_constraint_that_is_only_said_to_hold_or_not():
    seen = search(make(), 25, lambda c: {**product(c), "excess": float(product(c)["excess"] > 0)})
    assert best_feasible(seen, "excess") < 1.1


def test_probability_alone_until_something_is_feasible():
    """Only a thin cross of the two strips is feasible; until it is found, the metric plays no role."""

    def narrow(config):
        return {"loss": config["x"], "a": abs(config["x"] - 0.83) - 0.05, "b": abs(config["y"] - 0.2) - 0.05}

    seen = search(make(("a", "b")), 25, narrow)
    reasons = [reason for _, _, (reason, facts) in seen if facts["source"] == "model"]
    assert "nothing feasible is known yet" in reasons[0]
    assert reasons[-1].endswith("the most promising it found")
    assert best_feasible(seen, "a", "b") < 0.8


def test_explains():
    searcher = make()
    search(searcher, 15, product)
    config = searcher.get_config()
    facts = searcher.explain(config)[1]
    assert facts["predicted_excess"] == pytest.approx(product(config)["excess"], abs=0.1)
    assert 0 < facts["probability_excess_holds"] <= 1


@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_units_play_no_role(factor):
    """W6, for metric and constraint."""
    expected = search(make(), 14, product)
    scaled = search(make(), 14, lambda c: {name: factor * value for name, value in product(c).items()})
    for (config, _, _), (other, _, _) in zip(expected, scaled, strict=True):
        assert config == pytest.approx(other, abs=1e-3)


def test_cap_on_the_data_counts():
    """7.5: constrained and cost-aware searchers dropped the cap, so that suggestions became slower and slower."""
    searcher = make(max_size_data_for_model=12, opt_maxiter=5, num_init_candidates=20)
    search(searcher, 30, product)
    facts = searcher.explain(searcher.get_config())[1]
    assert facts["observations"] == 30
    proposer = searcher._proposer
    assert len(proposer._surrogate.indices) <= 12
    assert all(len(aspect._surrogate.indices) <= 12 for aspect in searcher._aspects if hasattr(aspect, "_surrogate"))


def test_constraint_without_a_finite_value_is_a_failure():
    """W14: values that are not finite were ignored, and their trials stayed pending."""
    searcher = make()
    search(searcher, 6, product)
    config = {"x": 0.9, "y": 0.9}
    searcher.register_pending("bad", config)
    searcher.on_trial_result("bad", config, {"loss": 1.0, "excess": float("nan")}, update=True)
    assert searcher.dataset_size() == 6
    assert searcher.should_not_suggest(config)
    searcher.get_config()
    assert searcher.explain({})[1]["pending"] == 0


@pytest.mark.parametrize("update", [True, False])
@pytest.mark.parametrize("result", [{"loss": 1.0}, {"loss": 1.0, "exces": 2.0}, {"loss": 1.0, "excess": "no"}])
def test_report_without_the_constraint(result, update):
    """Refused at the first report, where it is the failure of a trial, and not at the end of the tuner."""
    with pytest.raises(SchedulerError, match="Trial 7 reported excess"):
        make().on_trial_result("7", {"x": 0.1, "y": 0.1}, result, update=update)


def test_forgotten_trials_do_not_count():
    searcher = make()
    search(searcher, 5, product)
    searcher.remove_case("4")
    assert searcher.dataset_size() == 4
    assert all(len(aspect._history) == 4 for aspect in searcher._aspects if hasattr(aspect, "_history"))


def test_by_name():
    searcher = searcher_factory(
        "bayesopt_constrained", config_space=SPACE, metric="loss", constraint_attr="excess", num_init_random=7
    )
    assert isinstance(searcher, ConstrainedBayesianOptimizationSearcher)
    assert searcher.constraint_attrs == ("excess",)
    scheduler = FIFOScheduler(
        SPACE, "loss", searcher="bayesopt_constrained", search_options={"constraint_attr": "excess"}
    )
    assert scheduler.suggest(0) is not None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"'constraint_attr'\] is missing"),
        ({"constraint_attr": "loss"}, "'loss' is the metric"),
        ({"constraint_attr": []}, "must be the name"),
        ({"constraint_attr": ["a", "a"]}, "must be the name"),
        ({"constraint_attr": "c", "acq_function": "lcb"}, "must be 'ei' or 'nei' with constraints"),
        ({"constraint_attr": "c", "num_init_randm": 3}, "did you mean 'num_init_random'"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(OptionError, match=message):
        searcher_factory("bayesopt_constrained", config_space=SPACE, metric="loss", **options)


def test_schedulers_that_compare_trials_early_are_refused():
    options = {"constraint_attr": "c"}
    name = "bayesopt_constrained"
    with pytest.raises(OptionError, match=r"ran to their end only.*'hyperband_stopping'.*use FIFOScheduler"):
        HyperbandScheduler(
            SPACE, "loss", searcher=name, search_options=options, resource_attr="epoch", max_resource_attr="epochs"
        )
