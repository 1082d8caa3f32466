"""Bayesian optimisation that begins with what earlier tasks say."""

import pickle

import numpy as np
import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import (
    MOBSTER,
    BayesianOptimization,
    WarmStartedBayesianOptimization,
    WarmStartedMOBSTER,
)
from syne_tune.optimizer.schedulers import AskTellScheduler


def run(scheduler, loss, count):
    ask_tell, losses = AskTellScheduler(scheduler), []
    for _ in range(count):
        trial = ask_tell.ask()
        losses.append(loss(trial.config))
        ask_tell.tell(trial, {"loss": losses[-1]})
    return losses


def test_it_helps_where_tasks_are_alike(tasks, space, bowl):
    warm, plain = [], []
    for seed in range(3):
        warm.append(min(run(WarmStartedBayesianOptimization(space, "loss", tasks, random_seed=seed), bowl, 5)))
        plain.append(min(run(BayesianOptimization(space, "loss", random_seed=seed), bowl, 5)))
    assert np.mean(np.log(warm)) < np.mean(np.log(plain))


def test_it_does_no_lasting_harm_where_they_are_opposite(make_tasks, space, bowl):
    """Earlier tasks were worst where this one is best."""
    misleading = make_tasks(-1.0)
    scheduler = WarmStartedBayesianOptimization(space, "loss", misleading, random_seed=1)
    losses = run(scheduler, bowl, 20)
    assert losses[0] > 0.1
    assert min(losses) < 0.01
    assert sum(scheduler.searcher.task_weights().values()) < 0.5


def test_weights_are_in_the_facts_and_the_reason(tasks, space, bowl):
    scheduler = WarmStartedBayesianOptimization(space, "loss", tasks, random_seed=1)
    run(scheduler, bowl, 3)
    suggestion = scheduler.suggest(3)
    assert suggestion.facts["task_weights"].keys() == tasks.keys()
    assert "earlier tasks count" in suggestion.reason


def test_good_configurations_of_earlier_tasks_come_after_those_of_the_user(tasks, space):
    point = {"x": 0.9, "y": 0.9, "kind": "c"}
    scheduler = WarmStartedBayesianOptimization(
        space, "loss", tasks, points_to_evaluate=[point], search_options={"num_init_transfer": 2}, random_seed=1
    )
    suggestions = [scheduler.suggest(number) for number in range(3)]
    assert suggestions[0].config == {**point, "epochs": 9}
    evaluated = [config for task in tasks.values() for config in task.configurations]
    for suggestion in suggestions[1:]:
        assert suggestion.facts["source"] == "earlier tasks"
        assert {key: suggestion.config[key] for key in point} in evaluated


def test_maximising_is_minimising_the_opposite(make_tasks, space, bowl):
    lowest = run(WarmStartedBayesianOptimization(space, "loss", make_tasks(), random_seed=3), bowl, 7)
    scheduler = WarmStartedBayesianOptimization(space, "loss", make_tasks(-1.0), mode="max", random_seed=3)
    highest = run(scheduler, lambda config: -bowl(config), 7)
    assert np.allclose(lowest, np.negative(highest))


def test_it_goes_on_in_the_same_way_after_it_was_stored(tasks, space, bowl):
    scheduler = WarmStartedBayesianOptimization(space, "loss", tasks, random_seed=5)
    run(scheduler, bowl, 6)
    copy = pickle.loads(pickle.dumps(scheduler))
    assert copy.suggest(6).config == scheduler.suggest(6).config


def test_the_default_configuration_comes_second_unless_the_user_has_points(tasks, space):
    scheduler = WarmStartedBayesianOptimization(space, "loss", tasks, random_seed=1)
    sources = [scheduler.suggest(number).facts["source"] for number in range(3)]
    assert sources == ["earlier tasks", "default", "earlier tasks"]


def test_no_second_configuration_of_tasks_whose_first_one_is_worse(make_tasks, space, bowl):
    scheduler = WarmStartedBayesianOptimization(space, "loss", make_tasks(-1.0), random_seed=1)
    run(scheduler, bowl, 2)
    assert scheduler.suggest(2).facts["source"] not in ("earlier tasks", "model")


def test_values_in_no_relation_to_earlier_tasks_are_searched_without_them(make_tasks, make_task, space, bowl):
    """What earlier tasks say is noise: after some results, none of them counts."""
    configs = make_tasks()["task0"].configurations
    noise = {
        f"noise{seed}": make_task(space, configs, np.random.RandomState(seed).permutation(len(configs)))
        for seed in range(2)
    }
    scheduler = WarmStartedBayesianOptimization(space, "loss", noise, random_seed=1)
    run(scheduler, bowl, 16)
    suggestion = scheduler.suggest(16)
    assert sum(scheduler.searcher.task_weights().values()) < 0.3
    assert suggestion.reason is not None


def rungs(method, space, loss, count, *arguments, **options):
    """The losses at the end of the configurations that successive halving of the method tries."""
    scheduler = method(space, "loss", "epoch", *arguments, max_resource_attr="epochs", random_seed=0, **options)
    ask_tell, losses = AskTellScheduler(scheduler), []
    for _ in range(count):
        trial = ask_tell.ask()
        losses.append(loss(trial.config))
        for epoch in range(1, 10):
            result = {"epoch": epoch, "loss": losses[-1] + 1 / epoch}
            if ask_tell.tell(trial, result, is_final=epoch == 9) != "CONTINUE":
                break
    return scheduler, losses


def test_with_rungs_it_helps_where_tasks_are_alike(tasks, space, bowl):
    scheduler, warm = rungs(WarmStartedMOBSTER, space, bowl, 6, tasks)
    _, plain = rungs(MOBSTER, space, bowl, 6)
    assert min(warm) < min(plain)
    assert sum(scheduler.searcher.task_weights().values()) > 0


def test_with_rungs_opposite_tasks_are_soon_ignored(make_tasks, space, bowl):
    scheduler, losses = rungs(WarmStartedMOBSTER, space, bowl, 14, make_tasks(-1.0))
    assert losses[0] > 0.5
    assert min(losses) < 0.05
    assert sum(scheduler.searcher.task_weights().values()) == 0


def test_models_of_whole_curves_cannot_begin_with_earlier_tasks(tasks, space):
    with pytest.raises(OptionError, match="gp_issm"):
        WarmStartedMOBSTER(
            space, "loss", "epoch", tasks, max_resource_attr="epochs", search_options={"model": "gp_issm"}
        )


def test_options_are_those_of_bayesian_optimisation(tasks, space):
    options = {"acq_function": "lcb", "num_init_candidates": 50}
    WarmStartedBayesianOptimization(space, "loss", tasks, search_options=options)
    with pytest.raises(OptionError, match="acq_function"):
        WarmStartedBayesianOptimization(space, "loss", tasks, search_options={"acq_func": "lcb"})
    with pytest.raises(OptionError, match="num_init_transfer"):
        WarmStartedBayesianOptimization(space, "loss", tasks, search_options={"num_init_transfer": -1})
