"""Trials as SageMaker jobs in an image of your own.

The image must contain the SageMaker training toolkit, or start your script in some other way; it need not contain Syne
Tune. With the local job service, an image is a Python environment: see docs/how-to/jobs.md.
"""

from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import SageMakerBackend
from syne_tune.config_space import randint
from syne_tune.optimizer.baselines import RandomSearch
from syne_tune.remote.training_job import training_job

SCRIPT = Path(__file__).parent / "training_scripts" / "height_example" / "train_height.py"


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    parser.add_argument("--image_uri", default="default", help="your image; 'default' exists in the local service only")
    args = parser.parse_args()

    job = training_job(
        image_uri=args.image_uri,
        entry_point=SCRIPT.name,
        source_dir=str(SCRIPT.parent),
        instance_type="ml.m5.large",
        max_run=600,
    )
    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100)}
    tuner = Tuner(
        trial_backend=SageMakerBackend(job, metrics_names=["mean_loss"]),
        scheduler=RandomSearch(space, metric="mean_loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_started=2 if args.quick else 10),
        n_workers=2,
        sleep_time=5.0,
    )
    tuner.run()
    print("best:", tuner.best_config())


if __name__ == "__main__":
    main()
