"""A searcher of your own: it looks near the best configuration so far, and every third time anywhere.

A searcher only chooses configurations. When to stop trials stays with the scheduler, here successive halving.
"""

from argparse import ArgumentParser

import numpy as np
from launch_height_python_backend import train_height

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import PythonBackend
from syne_tune.config_space import randint
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers import BaseSearcher


class NearTheBest(BaseSearcher):
    """Takes over each value of the best configuration with probability one half.

    Args:
        config_space: What to search.
        metric: Name of the metric, which is minimised.
        random_seed: The same seed and the same reports give the same configurations.
    """

    def __init__(self, config_space, metric, random_seed):
        super().__init__(config_space, metric=metric)
        self.random_state = np.random.RandomState(random_seed)
        self.num_suggested = 0
        self.best_value = float("inf")
        self.best_config = {}

    def get_config(self, **kwargs):
        self.num_suggested += 1
        config = self._next_initial_config()
        if config is not None:
            return config
        config = self.space.sample(self.random_state)
        if self.num_suggested % 3 != 0:
            keep = [name for name in config if name in self.best_config and self.random_state.rand() < 0.5]
            config.update({name: self.best_config[name] for name in keep})
        return config

    def _update(self, trial_id, config, result):
        if result[self._metric] < self.best_value:
            self.best_value = result[self._metric]
            self.best_config = dict(config)


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    quick = parser.parse_args().quick

    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100)}
    scheduler = HyperbandScheduler(
        space,
        searcher=NearTheBest(space, metric="mean_loss", random_seed=0),
        metric="mean_loss",
        resource_attr="epoch",
        max_resource_attr="steps",
        random_seed=0,
    )
    tuner = Tuner(
        trial_backend=PythonBackend(train_height, config_space=space),
        scheduler=scheduler,
        stop_criterion=StoppingCriterion(max_num_trials_finished=4 if quick else 40),
        n_workers=2,
    )
    tuner.run()
    print("best:", tuner.best_config())


if __name__ == "__main__":
    main()
