from __future__ import annotations

import math

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.multiobjective import FixedObjectivePriority, MultiObjectiveRegularizedEvolution
from syne_tune.testing.searchers import SearcherContract

METRICS = ["loss", "latency"]
SPACE = {"x": uniform(0, 1), "y": uniform(0, 1)}


class TestMultiObjectiveRegularizedEvolution(SearcherContract):
    metric = METRICS
    repeats_configurations = True
    covers_finite_spaces = False

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return MultiObjectiveRegularizedEvolution(
            config_space,
            METRICS,
            points_to_evaluate=points_to_evaluate,
            population_size=6,
            sample_size=3,
            random_seed=random_seed,
        )


def tell(searcher, number, config, loss, latency):
    searcher.on_trial_result(str(number), config, {"loss": loss, "latency": latency}, update=True)


def test_scores_are_priorities_among_all_members():
    """W4: the best member had the worst priority."""
    searcher = MultiObjectiveRegularizedEvolution(SPACE, METRICS, population_size=3, sample_size=1, random_seed=0)
    for number, value in enumerate([3.0, 1.0, 2.0]):
        tell(searcher, number, searcher.get_config(), value, value)
    assert {member.trial_id: member.score for member in searcher._population} == {"0": 2, "1": 0, "2": 1}
    tell(searcher, 3, {"x": 0.5, "y": 0.5}, 0.0, 0.0)
    assert {member.trial_id: member.score for member in searcher._population} == {"1": 1, "2": 2, "3": 0}
    searcher.remove_case("3")
    assert {member.trial_id: member.score for member in searcher._population} == {"1": 0, "2": 1}


def test_mode_and_priority():
    searcher = MultiObjectiveRegularizedEvolution(
        SPACE,
        METRICS,
        mode=["min", "max"],
        population_size=2,
        sample_size=2,
        multiobjective_priority=FixedObjectivePriority(dim=1),
        random_seed=0,
    )
    for number in range(2):
        tell(searcher, number, searcher.get_config(), 1.0, float(number))
    assert [member.score for member in searcher._population] == [0.0, -1.0]
    searcher.get_config()
    facts = searcher.explain({})[1]
    assert facts["parent_values"] in ({"loss": 1.0, "latency": 0.0}, {"loss": 1.0, "latency": 1.0})


def test_failures_do_not_enter():
    searcher = MultiObjectiveRegularizedEvolution(SPACE, METRICS, random_seed=0)
    tell(searcher, 0, searcher.get_config(trial_id="0"), math.inf, 1.0)
    assert searcher.dataset_size() == 0


def test_one_metric_is_not_enough():
    with pytest.raises(OptionError, match="at least two"):
        MultiObjectiveRegularizedEvolution(SPACE, "loss")
