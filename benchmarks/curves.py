"""What methods are compared on in virtual time: trainings that report costs after each epoch.

* Recorded tables that come with the package: error, and seconds of training.
* Surrogates of YAHPO-Gym, if the folder with the published files is named (one folder per scenario): networks of
  LCBench with their error and seconds of training, epoch by epoch, and boosted trees of rbv2_xgboost with their error
  and seconds of prediction, complete trainings only.
* Functions with two values, six parameters in [0, 1], one second each, whose front is known: ZDT1 (Zitzler, Deb, Thiele
  2000) and DTLZ2 (Deb, Thiele, Laumanns, Zitzler 2002).
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from syne_tune.blackbox_repository import load_blackbox
from syne_tune.blackbox_repository.yahpo.files import read
from syne_tune.config_space import Space, uniform
from syne_tune.experiments.benchmark_definitions.recorded_tables import recorded_table_benchmark_definitions
from syne_tune.optimizer.pareto.hypervolume import hypervolume, hypervolume_growth
from syne_tune.optimizer.pareto.non_dominated import is_non_dominated
from syne_tune.optimizer.schedulers.multiobjective.variation import Variation

NUM_RANDOM, NUM_ROUNDS, NUM_CHILDREN = 2000, 20, 200
NUM_PARAMETERS = 6
SHORTEST_STEP = 1e-3
"""A surrogate may predict that time stands still; each epoch takes at least this share of the whole training."""


@dataclass
class Curves:
    """A training with several costs.

    Args:
        name: Of the problem.
        space: Hyperparameters.
        evaluate: From a configuration to costs ``(epochs, k)``, to be minimised, and seconds ``(epochs,)`` since the
            start.
        known: Costs ``(n, k)`` of complete trainings of random configurations, and of the best that are known.
        seconds: How long complete trainings of random configurations take.
        is_log: For each objective, whether equal ratios count alike.

    Attributes:
        epochs: Length of a complete training.
        typical: Seconds of a complete training in the middle.
    """

    name: str
    space: Space
    evaluate: object
    known: np.ndarray
    seconds: np.ndarray
    is_log: tuple
    epochs: int = field(init=False)

    def __post_init__(self):
        self.epochs = len(self.evaluate(self.space.sample(np.random.RandomState(0)))[1])
        self.typical = float(np.median(self.seconds))
        values = self._on_scale(self.known)
        self._best, self._middle = values.min(axis=0), np.median(values[: len(self.seconds)], axis=0)
        self._largest = hypervolume(self.regrets(self.known), np.ones(len(self.is_log)))

    def of_first_objective(self):
        """The same with one cost."""
        return replace(self, evaluate=self._first_of_all, known=self.known[:, :1], is_log=self.is_log[:1])

    def _first_of_all(self, config):
        costs, seconds = self.evaluate(config)
        return costs[:, :1], seconds

    def _on_scale(self, costs):
        return np.where(self.is_log, np.log(np.maximum(costs, np.finfo(float).tiny)), costs)

    def regrets(self, costs):
        """0 for the best value of each objective that is known, 1 for that of a random configuration in the middle."""
        return (self._on_scale(costs) - self._best) / (self._middle - self._best)

    def share_over_time(self, times, costs, at):
        """What complete trainings dominate, as a share of what all known configurations do.

        Args:
            times: Seconds at which they ended, in order.
            costs: ``(n, k)``.
            at: Seconds at which the share is wanted.
        """
        growth = hypervolume_growth(self.regrets(np.reshape(costs, (-1, len(self.is_log)))), np.ones(len(self.is_log)))
        return np.concatenate([[0.0], growth])[np.searchsorted(times, at, side="right")] / self._largest


def recorded(name):
    """A table that comes with the package."""
    definition = recorded_table_benchmark_definitions[name]
    table = load_blackbox(definition.blackbox_name)[definition.dataset_name]
    columns = [table.objectives_names.index(column) for column in (definition.metric, definition.elapsed_time_attr)]

    def evaluate(config):
        costs = table.evaluate([config])[0][:, columns]
        return costs, costs[:, 1]

    ends = table.evaluate(list(table.configuration_space.configurations()))[:, -1, columns]
    return Curves(name, table.configuration_space, evaluate, ends, ends[:, 1], (False, True))


def networks(folder, instance):
    """LCBench: error of validation and seconds of training."""
    curves, ends = (read(folder / "lcbench", fidelities)[instance] for fidelities in (None, [52]))
    accuracy, time = (curves.objectives_names.index(name) for name in ("val_accuracy", "time"))

    def evaluate(config):
        values = curves.evaluate([config])[0]
        seconds = np.maximum.accumulate(np.maximum(values[:, time], SHORTEST_STEP))
        seconds = np.cumsum(np.maximum(np.diff(seconds, prepend=0.0), SHORTEST_STEP * seconds[-1]))
        return np.stack([1 - values[:, accuracy] / 100, seconds], axis=1), seconds

    def at_the_end(configs):
        values = ends.evaluate(configs)[:, -1]
        return np.stack([1 - values[:, accuracy] / 100, values[:, time]], axis=1)

    known = best_known(curves.configuration_space, at_the_end)
    return Curves(
        f"networks {instance}", curves.configuration_space, evaluate, known, known[:NUM_RANDOM, 1], (False, True)
    )


def trees(folder, instance):
    """rbv2_xgboost: error and seconds of prediction; complete trainings only."""
    ends = read(folder / "rbv2_xgboost", [20])[instance]
    names = ("acc", "timepredict", "timetrain")
    accuracy, predicting, training = (ends.objectives_names.index(name) for name in names)

    def at_the_end(configs):
        values = ends.evaluate(configs)[:, -1]
        return np.stack([1 - values[:, accuracy], np.maximum(values[:, predicting], SHORTEST_STEP)], axis=1)

    def evaluate(config):
        return at_the_end([config]), np.maximum(ends.evaluate([config])[0, :, training], SHORTEST_STEP)

    space = ends.configuration_space
    random_state = np.random.RandomState(1)
    seconds = ends.evaluate([space.sample(random_state) for _ in range(NUM_RANDOM)])[:, -1, training]
    return Curves(f"trees {instance}", space, evaluate, best_known(space, at_the_end), seconds, (False, True))


def zdt1(x):
    """Values ``(n, 2)`` at points ``(n, d)``; on the front, all but the first parameter are 0."""
    distance = 1 + 9 * x[:, 1:].mean(axis=1)
    return np.stack([x[:, 0], distance * (1 - np.sqrt(x[:, 0] / distance))], axis=1)


def dtlz2(x):
    """Values ``(n, 2)`` at points ``(n, d)``; on the front, all but the first parameter are in the middle."""
    distance, angle = 1 + ((x[:, 1:] - 0.5) ** 2).sum(axis=1), x[:, 0] * np.pi / 2
    return np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)


FUNCTIONS = {"zdt1": (zdt1, 0.0), "dtlz2": (dtlz2, 0.5)}
"""Name to function, and to what its parameters are on the front."""


def function(name):
    """A function with two values."""
    costs_of, on_the_front = FUNCTIONS[name]
    names = [f"x{place}" for place in range(NUM_PARAMETERS)]
    front = np.full((NUM_RANDOM, NUM_PARAMETERS), on_the_front)
    front[:, 0] = np.linspace(0, 1, NUM_RANDOM)
    at_random = np.random.RandomState(0).random_sample(front.shape)

    def evaluate(config):
        return costs_of(np.array([[config[name] for name in names]])), np.ones(1)

    known = costs_of(np.vstack([at_random, front]))
    return Curves(
        name, Space({it: uniform(0, 1) for it in names}), evaluate, known, np.ones(NUM_RANDOM), (False, False)
    )


def best_known(space, costs_of):
    """Costs of random configurations, and of many more that descend from the best of them."""
    random_state, variation = np.random.RandomState(0), Variation(space, mutation_eta=5.0)
    configs = [space.sample(random_state) for _ in range(NUM_RANDOM)]
    found = [costs_of(configs)]
    front, costs = configs, found[0]
    for _ in range(NUM_ROUNDS):
        kept = np.flatnonzero(is_non_dominated(costs))
        front, costs = [front[place] for place in kept], costs[kept]
        pairs = random_state.randint(len(front), size=(NUM_CHILDREN, 2))
        active = [{name: config[name] for name in space.active(config)} for config in front]
        children = [variation.child(active[one], active[other], random_state) for one, other in pairs]
        found.append(costs_of(children))
        front, costs = front + children, np.concatenate([costs, found[-1]])
    return np.concatenate(found)


@lru_cache(None)
def load_curves(name, folder=None):
    """A problem by name: that of a recorded table, ``zdt1``, ``dtlz2``, ``networks-7593`` or ``trees-1501``.

    Raises:
        SystemExit: If the folder with surrogates is needed.
    """
    if name in recorded_table_benchmark_definitions:
        return recorded(name)
    if name in FUNCTIONS:
        return function(name)
    if folder is None:
        raise SystemExit(f"{name}: name the folder of the surrogates of YAHPO-Gym by --surrogates")
    kind, _, instance = name.partition("-")
    return {"networks": networks, "trees": trees}[kind](Path(folder), instance)
