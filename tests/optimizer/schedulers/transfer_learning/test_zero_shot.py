"""Lists of configurations that complement each other on earlier tasks."""

import numpy as np
import pytest

from syne_tune.config_space import Space, randint
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import ZeroShotTransfer as Baseline
from syne_tune.optimizer.schedulers.transfer_learning.zero_shot import ZeroShotTransfer

LINE = {"x": randint(0, 9), "epochs": 3}


@pytest.fixture
def line(make_task):
    """From losses of x = 0, 1, ... to a task; rows in the order given."""

    def make(values, order=None):
        xs = list(range(len(values))) if order is None else order
        return make_task(LINE, [{"x": x} for x in xs], [values[x] for x in xs])

    return make


def drawn(searcher, count):
    return [config and config["x"] for config in (searcher.get_config(trial_id=str(n)) for n in range(count))]


COMPLEMENTARY = {"a": [9, 0, 5, 1], "b": [0, 9, 5, 1], "c": [0, 9, 5, 1]}
"""Per task, losses of four configurations."""


def test_each_entry_lowers_the_average_best_rank_most(line):
    """Ranks 4 1 3 2, 1 4 3 2, 1 4 3 2: numbers 0 and 3 have the average 2, then number 1 is best where 0 is worst."""
    tasks = {name: line(losses) for name, losses in COMPLEMENTARY.items()}
    searcher = ZeroShotTransfer(LINE, "loss", tasks, random_seed=0)
    assert drawn(searcher, 5) == [0, 1, 3, 2, None]


def test_c17_constants_need_not_be_columns_and_rows_may_be_in_any_order(line):
    """C17: constants of the space had to be columns of the tables."""
    tasks = {"a": line([9, 0, 5, 1]), "b": line([0, 9, 5, 1], [3, 1, 0, 2]), "c": line([0, 9, 5, 1], [2, 0, 1, 3])}
    assert drawn(ZeroShotTransfer(LINE, "loss", tasks, random_seed=0), 4) == [0, 1, 3, 2]
    with pytest.raises(OptionError, match="row i must be the same"):
        ZeroShotTransfer(LINE, "loss", tasks, sort_transfer_learning_evaluations=False)


def test_mode_max_is_min_of_the_opposite(line):
    lowest = ZeroShotTransfer(LINE, "loss", {k: line(v) for k, v in COMPLEMENTARY.items()}, random_seed=0)
    negative = {k: line([-x for x in v]) for k, v in COMPLEMENTARY.items()}
    assert drawn(ZeroShotTransfer(LINE, "loss", negative, mode="max", random_seed=0), 4) == drawn(lowest, 4)


def test_without_shared_configurations_surrogates_are_needed(tasks, space):
    with pytest.raises(OptionError, match="use_surrogates=True"):
        ZeroShotTransfer(space, "loss", tasks)


def test_w12_all_tasks_are_compared_on_the_same_candidates(tasks, space, bowl):
    """W12: with surrogates each task had random candidates of its own, and ranks were averaged by position.

    Tasks agree where the bottom of the bowl is, so the first suggestions must be near it; averages over unrelated
    candidates would be anywhere.
    """
    searcher = ZeroShotTransfer(space, "loss", tasks, use_surrogates=True, random_seed=1)
    first = [searcher.get_config(trial_id=str(number)) for number in range(3)]
    typical = np.median([bowl(config) for config in Space.of(space).sample_many(np.random.RandomState(7), 200)])
    assert all(bowl(config) < typical / 10 for config in first)


def test_equal_seeds_give_equal_lists(tasks, space):
    lists = []
    for _ in range(2):
        searcher = ZeroShotTransfer(space, "loss", tasks, use_surrogates=True, random_seed=4)
        lists.append([searcher.get_config(trial_id=str(number)) for number in range(5)])
    assert lists[0] == lists[1]
    assert len({str(config) for config in lists[0]}) == 5


def test_points_of_the_user_come_first_and_are_not_repeated(line):
    tasks = {name: line(losses) for name, losses in COMPLEMENTARY.items()}
    searcher = ZeroShotTransfer(LINE, "loss", tasks, points_to_evaluate=[{"x": 1}], random_seed=0)
    assert drawn(searcher, 5) == [1, 0, 3, 2, None]


def test_baseline_says_why(make_tasks, space):
    scheduler = Baseline(space, make_tasks(same_configs=True), "loss", random_seed=2)
    suggestion = scheduler.suggest(0)
    assert "3 earlier tasks" in suggestion.reason
    assert suggestion.facts["number"] == 1
    assert suggestion.facts["average_best_rank"] >= 1
    assert suggestion.config["epochs"] == 9


def test_configurations_outside_of_the_present_space_are_no_candidates(line):
    tasks = {name: line(losses) for name, losses in COMPLEMENTARY.items()}
    searcher = ZeroShotTransfer({"x": randint(1, 3)}, "loss", tasks, random_seed=0)
    assert sorted(drawn(searcher, 3)) == [1, 2, 3]
