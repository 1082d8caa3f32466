"""What searchers are compared on: functions, and the recorded tables that come with the package; no downloads."""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from syne_tune.blackbox_repository import load_blackbox
from syne_tune.config_space import (
    Categorical,
    Float,
    Integer,
    Ordinal,
    Space,
    choice,
    lograndint,
    loguniform,
    ordinal,
    randint,
    uniform,
)
from syne_tune.experiments.benchmark_definitions.recorded_tables import recorded_table_benchmark_definitions

NUM_RANDOM = 1000


@dataclass
class Task:
    """A function to minimise.

    Args:
        name: Of the task.
        space: Its hyperparameters.
        loss: From a configuration to the loss, without noise.
        best: Lowest loss there is.

    Attributes:
        median: Loss of random configurations in the middle, from 1,000 of them.
    """

    name: str
    space: Space
    loss: object
    best: float
    median: float = field(init=False)

    def __post_init__(self):
        random_state = np.random.RandomState(0)
        self.median = float(np.median([self.loss(self.space.sample(random_state)) for _ in range(NUM_RANDOM)]))

    def regret(self, loss):
        """0 for the best loss there is, 1 for that of a random configuration in the middle."""
        return max(loss - self.best, 0.0) / (self.median - self.best)


def _box(dimension, lower=0.0, upper=1.0):
    return Space({f"x{index}": uniform(lower, upper) for index in range(dimension)})


def _vector(config):
    return np.array([config[f"x{index}"] for index in range(len(config))])


def branin():
    def loss(config):
        x, y = config["x0"], config["x1"]
        curve = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
        return curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10

    space = Space({"x0": uniform(-5.0, 10.0), "x1": uniform(0.0, 15.0)})
    return Task("branin", space, loss, 0.39788735772973816)


_HEIGHTS = np.array([1.0, 1.2, 3.0, 3.2])
_WIDTHS = np.array(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
)
_PEAKS = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def hartmann6():
    def loss(config):
        distances = np.sum(_WIDTHS * (_vector(config) - _PEAKS) ** 2, axis=1)
        return -float(np.sum(_HEIGHTS * np.exp(-distances)))

    return Task("hartmann6", _box(6), loss, -3.322368011415515)


def ackley8():
    """Many local optima; the best point is away from the centre."""
    optimum = np.random.RandomState(1).uniform(-20, 20, 8)

    def loss(config):
        z = 0.3 * (_vector(config) - optimum)
        return float(20 - 20 * np.exp(-0.2 * np.sqrt(np.mean(z**2))) + math.e - np.exp(np.mean(np.cos(2 * np.pi * z))))

    return Task("ackley8", _box(8, -32.0, 32.0), loss, 0.0)


def levy8():
    optimum = np.random.RandomState(2).uniform(-6, 6, 8)

    def loss(config):
        w = 1 + 0.15 * (_vector(config) - optimum)
        first = np.sin(np.pi * w[0]) ** 2
        middle = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2))
        return float(first + middle + (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2))

    return Task("levy8", _box(8, -10.0, 10.0), loss, 0.0)


def mixed10():
    """A valley through ten hyperparameters: linear and logarithmic ones, integers, ordered and unordered values."""
    space = Space(
        {
            **{f"x{index}": uniform(-2.0, 2.0) for index in range(4)},
            "rate": loguniform(1e-5, 1.0),
            "decay": loguniform(1e-6, 10.0),
            "units": lograndint(1, 256),
            "layers": randint(1, 12),
            "batch": ordinal([8, 16, 32, 64, 128]),
            "kind": choice(["red", "green", "blue", "grey"]),
        }
    )
    penalty = {"green": 0.0, "grey": 1.0, "red": 1.5, "blue": 3.0}

    def loss(config):
        mirror = 1.0 if config["kind"] in ("green", "grey") else -1.0
        x = np.array(
            [
                mirror * config["x0"],
                *(config[f"x{index}"] for index in range(1, 4)),
                1 + 0.5 * (math.log10(config["rate"]) + 3),
                1 + 0.4 * (math.log10(config["decay"]) + 2),
                1 + 0.5 * (math.log2(config["units"]) - 5),
                1 + 0.25 * (config["layers"] - 5),
                1 + 0.4 * (math.log2(config["batch"]) - 5),
            ]
        )
        valley = np.sum(10 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
        return float(math.log1p(valley / 4 + penalty[config["kind"]]))

    return Task("mixed10", space, loss, 0.0)


def recorded(name):
    """A recorded table at its last epoch; see :mod:`benchmarks.multi_fidelity` for the epochs before it."""
    definition = recorded_table_benchmark_definitions[name]
    table = load_blackbox(definition.blackbox_name)[definition.dataset_name]
    place = table.objectives_names.index(definition.metric)

    def loss(config):
        return float(table.evaluate([config])[0, -1, place])

    losses = [loss(config) for config in table.configuration_space.configurations()]
    return Task(name, table.configuration_space, loss, min(losses))


FUNCTIONS = {make.__name__: make for make in (branin, hartmann6, ackley8, levy8, mixed10)}
TASKS = (*FUNCTIONS, *recorded_table_benchmark_definitions)


@lru_cache(None)
def load_task(name):
    return FUNCTIONS[name]() if name in FUNCTIONS else recorded(name)


def without_inactive(space, config):
    """What peers, which know no conditions, suggest, without the hyperparameters that play no role."""
    return {name: config[name] for name in space.active(config)}


def neutral_space(space):
    """The space as peers read it, see :mod:`benchmarks.peers`: without conditions."""
    return [{"name": name, **_neutral(domain)} for name, domain in space.free.items()]


def _neutral(domain):
    if isinstance(domain, Float | Integer):
        kind = "float" if isinstance(domain, Float) else "int"
        is_log = domain.interval.scale.name == "log"
        return {"kind": kind, "lower": domain.lower, "upper": domain.upper, "log": is_log}
    is_ordered = isinstance(domain, Ordinal) or not isinstance(domain, Categorical)
    return {"kind": "ordinal" if is_ordered else "choice", "values": list(domain.enumerate_values())}
