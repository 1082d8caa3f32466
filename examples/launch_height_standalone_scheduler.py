"""A scheduler of your own: it stops every trial that is worse after its first step than the best one was."""

from argparse import ArgumentParser

import numpy as np
from launch_height_python_backend import train_height

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import PythonBackend
from syne_tune.config_space import randint
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialScheduler, TrialSuggestion


class FirstStepDecides(TrialScheduler):
    """Draws configurations at random; only trials that begin better than all others run to their end.

    Args:
        config_space: What to search.
        metric: Name of the metric, which is minimised.
        resource_attr: Name of the entry that counts the steps, from 1.
        random_seed: The same seed and the same reports give the same decisions.
    """

    def __init__(self, config_space, metric, resource_attr, random_seed):
        super().__init__(config_space)
        self.metric = metric
        self.resource_attr = resource_attr
        self.random_state = np.random.RandomState(random_seed)
        self.best_first_value = float("inf")

    def _suggest(self, trial_id):
        return TrialSuggestion.start_suggestion(self.space.sample(self.random_state), reason="random draw")

    def on_trial_result(self, trial, result):
        value = result[self.metric]
        if result[self.resource_attr] > 1:
            return SchedulerDecision.CONTINUE
        if value > self.best_first_value:
            reason = f"{value:.3g} after the first step, the best one had {self.best_first_value:.3g}"
            return Decision(SchedulerDecision.STOP, reason)
        self.best_first_value = value
        return SchedulerDecision.CONTINUE

    def metric_names(self):
        return [self.metric]


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    quick = parser.parse_args().quick

    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100)}
    tuner = Tuner(
        trial_backend=PythonBackend(train_height, config_space=space),
        scheduler=FirstStepDecides(space, metric="mean_loss", resource_attr="epoch", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_finished=4 if quick else 40),
        n_workers=2,
    )
    tuner.run()
    print("best:", tuner.best_config())


if __name__ == "__main__":
    main()
