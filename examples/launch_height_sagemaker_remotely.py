"""The tuner itself as a SageMaker job: on the instance of the tuner, or as further jobs, its trials.

This process only starts the job, and may end. Results come back with load_experiment, or 'syne-tune download'.
"""

from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend, SageMakerBackend
from syne_tune.config_space import randint
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import RandomSearch
from syne_tune.remote.remote_launcher import RemoteLauncher
from syne_tune.remote.training_job import training_job

SCRIPT = Path(__file__).parent / "training_scripts" / "height_example" / "train_height.py"


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    parser.add_argument("--backend", choices=["local", "sagemaker"], default="local")
    args = parser.parse_args()

    if args.backend == "local":
        backend = LocalBackend(entry_point=SCRIPT)
    else:
        job = training_job(entry_point=SCRIPT.name, source_dir=str(SCRIPT.parent), instance_type="ml.m5.large")
        backend = SageMakerBackend(job, metrics_names=["mean_loss"])
    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100)}
    tuner = Tuner(
        trial_backend=backend,
        scheduler=RandomSearch(space, metric="mean_loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_started=2 if args.quick else 20),
        n_workers=2,
        tuner_name="height-remotely",
    )
    RemoteLauncher(tuner, instance_type="ml.m5.large").run(wait=True)
    print("best:", load_experiment(tuner.name).best_config())


if __name__ == "__main__":
    main()
