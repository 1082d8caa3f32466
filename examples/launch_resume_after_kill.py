"""Kills a tuning run in the middle, as a power cut would, and goes on as if nothing had happened.

The first process is ended by ``SIGKILL``: it cannot clean up, nor write anything. The second one finds the log of the
experiment, adopts the trials that are still running, and takes the decisions that the first one would have taken.
"""

import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import randint
from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.event_log import read_events
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import ASHA
from syne_tune.util import experiment_path

SCRIPT = Path(__file__).parent / "training_scripts" / "height_example" / "train_height.py"


def tune(name, num_reports):
    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100), "sleep_time": 0.05}
    tuner = Tuner(
        trial_backend=LocalBackend(entry_point=SCRIPT),
        scheduler=ASHA(space, metric="mean_loss", resource_attr="epoch", max_resource_attr="steps", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_evaluations=num_reports),
        n_workers=2,
        tuner_name=name,
        suffix_tuner_name=False,
    )
    tuner.run()


def num_logged_reports(path):
    log = path / ST_EVENT_LOG_FILENAME
    return sum(event["kind"] == "report" for event in read_events(log)) if log.exists() else 0


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer reports")
    parser.add_argument("--tune", metavar="NAME", help="what the process that is killed does; not meant for you")
    args = parser.parse_args()
    num_reports = 20 if args.quick else 100
    if args.tune:
        return tune(args.tune, num_reports)

    path = experiment_path(f"power-cut-{os.getpid()}")
    first = subprocess.Popen([sys.executable, *sys.argv, "--tune", path.name])
    while num_logged_reports(path) < num_reports // 2 and first.poll() is None:
        time.sleep(0.02)
    first.kill()
    print(f"The first process ended with {first.wait()}; {num_logged_reports(path)} reports are in the log.")

    tuner = Tuner.load(path)
    tuner.run()
    results = load_experiment(path.name).results
    print(f"The second one went on to report {len(results)}. Best: {tuner.best_config()}")


if __name__ == "__main__":
    main()
