"""MOBSTER, each trial being a SageMaker training job in a PyTorch container.

Compared with a script for the local backend, only the backend is different. Needs an AWS account, or the local job
service: see docs/how-to/remote-tuning.md.
"""

from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import SageMakerBackend
from syne_tune.config_space import randint
from syne_tune.optimizer.baselines import MOBSTER
from syne_tune.remote.training_job import training_job

SCRIPT = Path(__file__).parent / "training_scripts" / "height_example" / "train_height.py"


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    parser.add_argument("--instance_type", default="ml.m5.large")
    args = parser.parse_args()

    # With the sagemaker package, an estimator does as well:
    #   PyTorch(entry_point=..., framework_version=..., py_version=..., role=..., instance_type=..., instance_count=1)
    job = training_job(
        framework="PyTorch",
        entry_point=SCRIPT.name,
        source_dir=str(SCRIPT.parent),  # with the requirements.txt next to the script, if there is one
        instance_type=args.instance_type,
        max_run=3600,
    )
    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100)}
    tuner = Tuner(
        trial_backend=SageMakerBackend(job, metrics_names=["mean_loss"]),
        scheduler=MOBSTER(space, metric="mean_loss", resource_attr="epoch", max_resource_attr="steps", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_started=3 if args.quick else 20),
        n_workers=2,
        sleep_time=5.0,
    )
    tuner.run()
    print("best:", tuner.best_config())


if __name__ == "__main__":
    main()
