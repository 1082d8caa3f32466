"""Callbacks of your own: one that says when a better configuration is found, one that adds a column to the results."""

from argparse import ArgumentParser

from launch_height_python_backend import train_height

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import PythonBackend
from syne_tune.config_space import randint
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import RandomSearch
from syne_tune.results_callback import ExtraResultsComposer, StoreResultsCallback
from syne_tune.tuner_callback import TunerCallback


class TellImprovements(TunerCallback):
    """Prints each report that is better than all before."""

    def __init__(self):
        self.best = float("inf")

    def on_tuning_start(self, tuner):
        self.metric = tuner.scheduler.metric_names()[0]

    def on_trial_result(self, trial, status, result, decision):
        if result[self.metric] < self.best:
            self.best = result[self.metric]
            print(f"{self.metric} = {self.best:.3f} with {trial.config}")


class BusyWorkers(ExtraResultsComposer):
    """Adds the number of running trials to each row of the results."""

    def __call__(self, tuner):
        return {"busy_workers": tuner.tuning_status.num_trials_running}

    def keys(self):
        return ["busy_workers"]


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    quick = parser.parse_args().quick

    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100)}
    tuner = Tuner(
        trial_backend=PythonBackend(train_height, config_space=space),
        scheduler=RandomSearch(space, metric="mean_loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_finished=4 if quick else 40),
        n_workers=2,
        callbacks=[TellImprovements(), StoreResultsCallback(extra_results_composer=BusyWorkers())],
    )
    tuner.run()
    results = load_experiment(tuner.name).results
    print(results[["trial_id", "epoch", "mean_loss", "busy_workers"]].tail())


if __name__ == "__main__":
    main()
