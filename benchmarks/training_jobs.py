"""Many SageMaker jobs of a local service through the tuner: errors, requests per trial, and the cost of the service.

    python -m benchmarks.training_jobs

Trials report once and end. What the service adds to a job is the time from its creation to its end, less the time
between the start and the end of the script's process, for jobs that run one at a time; and the processor time that the
service uses, for the study as a whole, divided by the number of jobs.
"""

import contextlib
import os
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.measure import is_quick, quiet_experiments, show

SCRIPT = """
import time
start = time.time()
import argparse
from syne_tune import Reporter
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
lr = parser.parse_known_args()[0].lr
Reporter()(loss=lr**2, start=start)
"""


@contextlib.contextmanager
def service():
    """A job service of its own, with a bucket; yields it, and the request for jobs that run the script."""
    from syne_tune.testing.sagemaker_conformance.clouds import LocalCloud

    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "code", "train.py")
        script.parent.mkdir()
        script.write_text(SCRIPT)
        cloud = LocalCloud(Path(folder, "service"))
        try:
            yield cloud, cloud.request(script)
        finally:
            cloud.close()


def tune(cloud, request, num_trials, n_workers, name):
    """Runs random search with this many trials; returns the tuner."""
    from syne_tune import StoppingCriterion, Tuner
    from syne_tune.config_space import uniform
    from syne_tune.optimizer.baselines import RandomSearch

    tuner = Tuner(
        trial_backend=cloud.backend(request),
        scheduler=RandomSearch({"lr": uniform(0, 1)}, metric="loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_completed=num_trials, max_num_trials_started=num_trials),
        n_workers=n_workers,
        sleep_time=0.5,
        max_failures=0,
        tuner_name=name,
    )
    tuner.run()
    return tuner


def processor_seconds(process):
    times = process.cpu_times()
    return times.user + times.system


def study(cloud, request, num_trials, n_workers):
    """Runs one study; returns its seconds, requests per trial, and processor seconds of the service per job."""
    process = next(child for child in psutil.Process().children() if "serve" in child.cmdline())
    before, start = processor_seconds(process), time.monotonic()
    with quiet_experiments():
        tuner = tune(cloud, request, num_trials, n_workers, "many")
    seconds = time.monotonic() - start
    completed = tuner.tuning_status.num_trials_completed
    assert completed == num_trials, f"{completed} of {num_trials} trials completed"
    requests = {name: count / num_trials for name, count in tuner.trial_backend.clients.num_requests().items()}
    return seconds, requests, (processor_seconds(process) - before) / num_trials


def overheads(cloud, request, number):
    """Seconds that jobs take which run one at a time, apart from what the script itself takes, each."""
    sagemaker = cloud.client("sagemaker")
    with quiet_experiments():
        tuner = tune(cloud, request, number, 1, "single")
    seconds = []
    for trial_id in range(number):
        job = sagemaker.describe_training_job(TrainingJobName=tuner.trial_backend.job_name(trial_id))
        whole = (job["SecondaryStatusTransitions"][-1]["StartTime"] - job["CreationTime"]).total_seconds()
        training = next(step for step in job["SecondaryStatusTransitions"] if step["Status"] == "Training")
        seconds.append(whole - (training["EndTime"] - training["StartTime"]).total_seconds())
    return seconds


def main():
    num_trials, n_workers, num_single = (6, 3, 2) if is_quick(__doc__) else (200, 8, 10)
    with service() as (cloud, request):
        single = overheads(cloud, request, num_single)
        seconds, requests, processor = study(cloud, request, num_trials, n_workers)
    print(f"{num_trials} jobs through {n_workers} workers: all completed, load {os.getloadavg()[0]:.1f}")
    show("time per job", [seconds / num_trials], "s")
    show("requests per trial", [sum(requests.values())], "requests")
    print(", ".join(f"{name} {count:.1f}" for name, count in requests.items()))
    show("processor time of the service per job", [processor], "s", target="< 0.5")
    show("time a job spends in the service, before and after its process", single, "s", target="< 0.5")
    print(f"mean of these: {statistics.fmean(single):.3f} s")


if __name__ == "__main__":
    main()
