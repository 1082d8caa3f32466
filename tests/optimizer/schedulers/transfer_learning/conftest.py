"""Earlier tasks that resemble each other: a bowl with moving bottom, in different units."""

import numpy as np
import pandas as pd
import pytest

from syne_tune.config_space import Space, choice, uniform
from syne_tune.optimizer.schedulers.transfer_learning import TransferLearningTaskEvaluations

SPACE = {"x": uniform(0, 1), "y": uniform(0, 1), "kind": choice(["a", "b", "c"]), "epochs": 9}
_KINDS = {"a": 0.0, "b": 0.1, "c": 0.3}


def _bowl(config, shift=0.0):
    return (config["x"] - 0.3 - shift) ** 2 + (config["y"] - 0.6 + shift) ** 2 + _KINDS[config["kind"]]


def _task_of(space, configs, values, metric="loss"):
    frame = pd.DataFrame([{k: v for k, v in config.items() if k != "epochs"} for config in configs])
    return TransferLearningTaskEvaluations(space, frame, [metric], np.asarray(values).reshape(-1, 1, 1, 1))


def _bowls(sign=1.0, shifts=(0.0, 0.05, -0.05), num=50, same_configs=False):
    """Tasks whose units differ by factors of ten."""
    tasks = {}
    for number, shift in enumerate(shifts):
        seed = 0 if same_configs else number
        configs = Space.of(SPACE).sample_many(np.random.RandomState(seed), num)
        tasks[f"task{number}"] = _task_of(SPACE, configs, [sign * _bowl(c, shift) * 10**number for c in configs])
    return tasks


@pytest.fixture
def space():
    return dict(SPACE)


@pytest.fixture
def tasks():
    return _bowls()


@pytest.fixture
def bowl():
    """From a configuration to its loss on a task that resembles the earlier ones."""
    return _bowl


@pytest.fixture
def make_tasks():
    """Makes earlier tasks; see ``_bowls`` for the arguments."""
    return _bowls


@pytest.fixture
def make_task():
    """From a space, configurations and losses to one earlier task."""
    return _task_of
