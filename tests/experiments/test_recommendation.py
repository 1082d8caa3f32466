"""Data collected from experiments, and what a model recommends."""

from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, active_if, choice, uniform
from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiments import load_experiment
from syne_tune.experiments.finished_trials import finished_trials
from syne_tune.experiments.importance import importance
from syne_tune.experiments.recommendation import recommend

KIND = choice(["a", "b"])
SPACE = Space({"x": uniform(0, 1), "kind": KIND, "y": active_if(uniform(0, 1), kind="a"), "epochs": 3})


def failure(cause):
    return {"cause": cause, "message": "it failed", "exit_code": 1, "log_tail": [], "command": []}


def write(new_experiment, name="noisy", num=60, noise=0.3, resource=False, mode="min", **entries):
    """Trials whose loss is smallest at x = 0.4; the noise is as large as the signal."""
    extra = {"resource_attr": "epoch"} if resource else {}
    known = {"config_space": SPACE.to_json(), "metric_mode": mode, **extra, **entries}
    writer = new_experiment(name, **known).session()
    rs, sign = np.random.RandomState(0), 1 if mode == "min" else -1
    for trial_id in range(num):
        config = SPACE.sample(rs)
        writer.start(trial_id, **config, epochs=3)
        for epoch in (1, 2, 3) if trial_id % 2 == 0 or not resource else (1,):
            loss = 4 * (config["x"] - 0.4) ** 2 + 1 / epoch + noise * rs.standard_normal()
            writer.report(trial_id, loss=sign * loss, epoch=epoch)
    return writer


@pytest.fixture
def noisy(new_experiment):
    write(new_experiment)
    return load_experiment("noisy")


@pytest.mark.parametrize("mode", ["min", "max"])
def test_recommends_what_is_good_and_not_what_was_lucky(new_experiment, mode):
    write(new_experiment, mode=mode)
    experiment = load_experiment("noisy")
    found = recommend(experiment)
    lucky = experiment.best_config()["config_x"]
    assert abs(found.config["x"] - 0.4) < 0.15
    assert abs(found.config["x"] - 0.4) <= abs(lucky - 0.4) + 0.1
    sign = 1 if mode == "min" else -1
    assert sign * found.predicted_mean == pytest.approx(1 / 3, abs=0.25)
    assert sign * found.observed == pytest.approx(sign * found.predicted_mean, abs=4 * found.noise_std)
    assert found.noise_std == pytest.approx(0.3, rel=0.6)
    assert found.config["epochs"] == 3
    assert found.num_trials == 60


def test_each_trial_counts_once_with_its_last_report(noisy):
    trials = finished_trials(noisy)
    assert len(trials.values) == 60
    assert trials.resource is None
    last = noisy.results[noisy.results.trial_id == 7]["loss"].iloc[-1]
    assert trials.values[trials.trial_ids.index(7)] == last


def test_trials_are_compared_at_the_same_resource(new_experiment):
    write(new_experiment, resource=True)
    experiment = load_experiment("noisy")
    assert finished_trials(experiment).resource == 3
    assert len(finished_trials(experiment).values) == 30
    everything = finished_trials(experiment, min_share=1.0)
    assert (everything.resource, len(everything.values)) == (1, 60)
    assert importance(experiment).resource == 3


def test_failures_of_the_configuration_are_told_from_others(new_experiment):
    writer = write(new_experiment)
    for trial_id, cause in ((0, "error"), (1, "lost"), (2, "stopped_by_user"), (3, "out_of_memory")):
        writer.append("status", trial_id=trial_id, status="Failed", failure=failure(cause))
    trials = finished_trials(load_experiment("noisy"))
    assert len(trials.failed) == 2
    assert not {0, 3} & set(trials.trial_ids)
    assert importance(load_experiment("noisy"), of="success").num_failures == 2


def test_values_that_are_not_finite_do_not_count(new_experiment):
    write(new_experiment, num=10).start(10, x=0.5, kind="b", epochs=3).report(10, loss=float("nan"), epoch=1)
    assert 10 not in finished_trials(load_experiment("noisy")).trial_ids


def test_importance_of_an_experiment(noisy):
    found = importance(noisy)
    assert found.parameters[0].name == "x"
    assert found.subject == "loss"
    assert found.num_trials == 60


def test_unknown_metric(noisy):
    with pytest.raises(OptionError):
        recommend(noisy, "los")


def test_nothing_to_learn_from(new_experiment):
    new_experiment("empty", config_space=SPACE.to_json()).session()
    with pytest.raises((ExperimentNotFoundError, OptionError)):
        recommend(load_experiment("empty"))
    write(new_experiment, "odd", config_space="no space")
    with pytest.raises(ExperimentNotFoundError, match="search space cannot be read"):
        recommend(load_experiment("odd"))
