"""Compares methods on a toy script: each gets the same script, the same space and the same number of trials.

Trials are processes on this machine. The script reports a falling curve; methods of the ASHA family stop the worse
ones early, so they spend fewer reports on the same number of trials.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.optimizer.baselines import ASHA, GridSearch, RandomSearch
from syne_tune.optimizer.schedulers import MedianStoppingRule

SCRIPT = Path(__file__).parent / "training_scripts" / "height_example" / "train_height.py"
sys.path.insert(0, str(SCRIPT.parent))
from train_height import MAX_RESOURCE_ATTR, METRIC_ATTR, RESOURCE_ATTR, height_config_space  # noqa: E402


def methods(space):
    yield RandomSearch(space, metric=METRIC_ATTR, random_seed=0)
    yield GridSearch(space, metric=METRIC_ATTR, random_seed=0)
    yield MedianStoppingRule(
        RandomSearch(space, metric=METRIC_ATTR, random_seed=0), resource_attr=RESOURCE_ATTR, metric=METRIC_ATTR
    )
    for kind in ("stopping", "promotion"):
        yield ASHA(
            space,
            metric=METRIC_ATTR,
            resource_attr=RESOURCE_ATTR,
            max_resource_attr=MAX_RESOURCE_ATTR,
            type=kind,
            random_seed=0,
        )


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter trials")
    quick = parser.parse_args().quick

    space = height_config_space(max_steps=9, sleep_time=0.0 if quick else 0.05)
    num_trials = 4 if quick else 20
    for scheduler in methods(space):
        tuner = Tuner(
            trial_backend=LocalBackend(entry_point=SCRIPT),
            scheduler=scheduler,
            stop_criterion=StoppingCriterion(max_num_trials_started=num_trials),
            n_workers=4,
        )
        tuner.run()
        trial_id, config = tuner.best_config()
        reports = tuner.tuning_status.overall_metric_statistics.count
        print(f"{type(scheduler).__name__}: best is trial {trial_id} with {config}, after {reports} reports")


if __name__ == "__main__":
    main()
