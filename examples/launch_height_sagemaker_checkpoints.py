"""Trials as SageMaker jobs that are paused and resumed from their checkpoints on S3, on instances kept warm.

Jobs take minutes to start. Instances from a warm pool are there at once, and asynchronous successive halving of type
"promotion" sends no signals to stop, which take long as well: a job trains to the next rung and ends.
"""

from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import SageMakerBackend
from syne_tune.config_space import uniform
from syne_tune.optimizer.baselines import ASHA
from syne_tune.remote.training_job import training_job

SCRIPT = Path(__file__).parent / "training_scripts" / "checkpoint_example" / "checkpoint_example.py"


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    quick = parser.parse_args().quick

    job = training_job(
        framework="PyTorch",
        entry_point=SCRIPT.name,
        source_dir=str(SCRIPT.parent),
        instance_type="ml.m5.large",
        keep_alive_period_in_seconds=60,
        max_run=600,
    )
    space = {"multiplier": uniform(0.1, 1.0), "num-epochs": 9, "sleep-time": 0.05}
    tuner = Tuner(
        trial_backend=SageMakerBackend(job, metrics_names=["train_acc"], delete_checkpoints=True),
        scheduler=ASHA(
            space,
            metric="train_acc",
            mode="max",
            resource_attr="epoch",
            max_resource_attr="num-epochs",
            type="promotion",
            random_seed=0,
        ),
        stop_criterion=StoppingCriterion(max_num_trials_started=4 if quick else 20),
        n_workers=2,
        start_jobs_without_delay=False,  # at most two instances, those included whose jobs are just ending
        sleep_time=5.0,
    )
    tuner.run()
    print("best:", tuner.best_config())


if __name__ == "__main__":
    main()
