from __future__ import annotations

import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers import FIFOScheduler
from syne_tune.optimizer.schedulers.searchers.conformal.surrogate_searcher import SurrogateSearcher

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1)})


def make(**kwargs):
    return SurrogateSearcher(SPACE, "loss", **{"random_seed": 1, **kwargs})


def tell(searcher, num, first=0):
    for number in range(first, first + num):
        config = searcher.get_config(trial_id=str(number))
        loss = (config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2
        searcher.on_trial_result(str(number), config, {"loss": 100 - loss, "epoch": 1}, update=True)


def test_by_name():
    """C5: the string failed at the first fit, because arguments of the scheduler leaked into the regressor."""
    scheduler = FIFOScheduler(SPACE, "loss", searcher="cqr", search_options={"num_init_random_draws": 2}, random_seed=1)
    tell(scheduler.searcher, 10)
    assert scheduler.searcher.explain({})[1]["source"] == "model"


def test_explains_in_units_of_the_metric():
    searcher = make(mode="max")
    tell(searcher, 40)
    _, facts = searcher.explain(searcher.get_config())
    assert len(facts["quantiles"]) == 9
    assert facts["quantiles"] == sorted(facts["quantiles"])
    assert 98 < facts["predicted_median"] < 101


def test_candidates_change_between_fits():
    """W21: candidates changed at a refit only."""
    searcher = make(update_frequency=5)
    tell(searcher, 10)
    assert len({searcher.get_config()["x"] for _ in range(4)}) == 4


def test_latest_values_of_trials_count():
    """ASHACQR: a report at a higher level replaces those below."""
    searcher = make(resource_attr="epoch", num_init_random_draws=0, points_to_evaluate=[])
    for number in range(12):
        config = {"x": number / 12, "y": 0.5}
        searcher.on_trial_result(str(number), config, {"loss": number, "epoch": 1}, update=True)
        searcher.on_trial_result(str(number), config, {"loss": -number, "epoch": 3}, update=True)
    assert sum(searcher.get_config()["x"] > 0.5 for _ in range(10)) >= 7


def test_cap_on_data():
    searcher = make(max_fit_samples=10)
    tell(searcher, 30)
    assert searcher.dataset_size() == 30


@pytest.mark.parametrize(
    "options",
    [
        {"num_init_random_draws": -1},
        {"update_frequency": 0},
        {"max_fit_samples": 1},
        {"num_candidates": 0},
        {"num_quantiles": 0},
    ],
)
def test_options_are_checked(options):
    with pytest.raises(OptionError, match=f"{next(iter(options))} = .*: must be an integer"):
        make(**options)
