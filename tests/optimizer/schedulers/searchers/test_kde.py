from __future__ import annotations

import pytest

from syne_tune.config_space import Space, choice, loguniform, ordinal, randint, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.searchers import searcher_factory
from syne_tune.optimizer.schedulers.searchers.kde import KernelDensityEstimator, MultiFidelityKernelDensityEstimator

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1)})


def make(space=SPACE, **kwargs):
    return KernelDensityEstimator(space, "loss", **{"random_seed": 1, **kwargs})


def tell(searcher, objective, num, first=0):
    for number in range(first, first + num):
        config = searcher.get_config(trial_id=str(number))
        searcher.on_trial_result(str(number), config, {"loss": objective(config)}, update=True)


def test_scales_and_bounds_of_parameters():
    """W8: log scales were ignored, integers scaled wrongly and never at their upper bound, ordinals unordered."""
    space = Space(
        {"lr": loguniform(1e-6, 1), "n": randint(10, 20), "o": ordinal([1, 2, 4, 8]), "c": choice(["a", "b", "c"])}
    )
    searcher = make(space)

    def objective(config):
        return abs(config["lr"] - 1e-5) * 1e3 + (20 - config["n"]) / 10 + (8 - config["o"]) / 8 + (config["c"] != "b")

    tell(searcher, objective, 60)
    config = searcher.get_config()
    assert config["n"] >= 18
    assert config["o"] >= 4
    assert config["c"] == "b"
    assert config["lr"] < 1e-2


def test_explains_itself():
    searcher = make(mode="max", top_n_percent=25)
    tell(searcher, lambda config: -((config["x"] - 0.3) ** 2), 20)
    reason, facts = searcher.explain(searcher.get_config())
    assert "as dense among the 5 good configurations as among the 15 others" in reason
    assert facts["source"] == "model"
    assert facts["density_ratio"] > 1
    assert (facts["good"], facts["bad"], facts["observations"]) == (5, 15, 20)
    assert facts["threshold"] <= 0


def test_pending_configurations_are_kept_away_from():
    searcher, other = make(), make()
    for it in (searcher, other):
        tell(it, lambda config: (config["x"] - 0.5) ** 2 + (config["y"] - 0.5) ** 2, 30)
    for number in range(12):
        searcher.register_pending(f"p{number}", {"x": 0.5 + number / 1000, "y": 0.5})
    distance = [sum(abs(it.get_config()[name] - 0.5) for name in "xy") for it in (searcher, other)]
    assert distance[0] > distance[1]


def test_random_fraction():
    searcher = make(random_fraction=1.0)
    tell(searcher, lambda config: config["x"], 20)
    searcher.get_config()
    assert searcher.explain({})[1]["source"] == "random"


def test_minimum_of_data():
    searcher = make(num_min_data_points=7)
    tell(searcher, lambda config: config["x"], 7)
    assert searcher.explain({})[1].get("source") == "random"
    tell(searcher, lambda config: config["x"], 1, first=7)
    assert searcher.explain({})[1]["source"] == "model"


@pytest.mark.parametrize(
    "options",
    [
        {"num_min_data_points": 1},
        {"top_n_percent": 0},
        {"top_n_percent": 101},
        {"min_bandwidth": 0.0},
        {"bandwidth_factor": -1},
        {"num_candidates": 0},
        {"random_fraction": 1.5},
        {"prior_weight": 0},
    ],
)
def test_options_are_checked(options):
    with pytest.raises(OptionError, match=f"{next(iter(options))} = .*: must be"):
        make(**options)


def test_names():
    context = {"config_space": SPACE, "metric": "loss"}
    assert isinstance(searcher_factory("kde", scheduler="fifo", **context), KernelDensityEstimator)
    with pytest.raises(OptionError, match="did you mean 'num_candidates'"):
        searcher_factory("kde", num_candidate=3, **context)
    assert isinstance(MultiFidelityKernelDensityEstimator(SPACE, "loss", num_candidates=3), KernelDensityEstimator)
