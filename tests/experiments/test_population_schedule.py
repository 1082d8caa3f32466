import pytest

from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiments.population_schedule import population_schedule, schedule_from_events


def start(trial_id, config, parent=None, **facts):
    return {
        "kind": "suggest",
        "action": "start",
        "trial_id": trial_id,
        "config": config,
        "checkpoint_trial_id": parent,
        "facts": facts,
    }


def test_steps_lead_from_the_first_ancestor_to_the_trial():
    events = [
        start(0, {"lr": 1}),
        start(1, {"lr": 9}),
        start(2, {"lr": 2}, 0, resource=4),
        start(3, {"lr": 3}, 2, resource=8),
    ]
    steps = schedule_from_events(events, 3)
    assert [(step.start, step.trial_id, step.config["lr"]) for step in steps] == [(0, 0, 1), (4, 2, 2), (8, 3, 3)]


def test_unknown_trials_and_folders(tmp_path):
    with pytest.raises(OptionError, match="trials 0 to 0"):
        schedule_from_events([start(0, {})], 7)
    with pytest.raises(ExperimentNotFoundError, match="only the event log"):
        population_schedule(tmp_path, 0)
