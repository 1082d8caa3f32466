"""Kills a tuning run in the middle, as a power cut would, and goes on as if nothing had happened.

The first process is ended by ``SIGKILL``: it cannot clean up, nor write anything. The second one finds the log of the
experiment, adopts the trials that are still running, and takes the decisions that the first one would have taken.
"""

import os
import signal
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import randint
from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.event_log import read_events
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import ASHA
from syne_tune.tuner_callback import TunerCallback
from syne_tune.util import experiment_path

SCRIPT = Path(__file__).parent / "training_scripts" / "height_example" / "train_height.py"


class PowerCut(TunerCallback):
    """Kills its own process at a given report."""

    def __init__(self, at_report):
        self.reports_left = at_report

    def on_trial_result(self, trial, status, result, decision):
        self.reports_left -= 1
        if self.reports_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def run_until_killed(name, num_reports):
    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100), "sleep_time": 0.05}
    tuner = Tuner(
        trial_backend=LocalBackend(entry_point=SCRIPT),
        scheduler=ASHA(space, metric="mean_loss", resource_attr="epoch", max_resource_attr="steps", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_evaluations=num_reports),
        n_workers=2,
        tuner_name=name,
        suffix_tuner_name=False,
        callbacks=[PowerCut(at_report=num_reports // 2)],
    )
    tuner.run()


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer reports")
    parser.add_argument("--until_killed", metavar="NAME", help="what the first process does; not meant for you")
    args = parser.parse_args()
    num_reports = 20 if args.quick else 100
    if args.until_killed:
        run_until_killed(args.until_killed, num_reports)

    name = f"power-cut-{os.getpid()}"
    process = subprocess.run([sys.executable, *sys.argv, "--until_killed", name])
    path = experiment_path(name)
    logged = sum(event["kind"] == "report" for event in read_events(path / ST_EVENT_LOG_FILENAME))
    print(f"The first process ended with exit code {process.returncode}; {logged} reports are in the log.")

    tuner = Tuner.load(path)
    tuner.callbacks = [callback for callback in tuner.callbacks if not isinstance(callback, PowerCut)]
    tuner.run()
    results = load_experiment(name).results
    print(f"The second one went on to report {len(results)}. Best: {tuner.best_config()}")


if __name__ == "__main__":
    main()
