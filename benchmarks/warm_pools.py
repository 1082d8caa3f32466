"""Trials finished in the same time, with and without warm pools, on a local service whose machines start slowly.

    python -m benchmarks.warm_pools

On AWS a job takes about two minutes to start, and about twenty seconds on a machine from a warm pool. Here both delays
are divided by forty.
"""

import os

from benchmarks.measure import is_quick, quiet_experiments, show
from benchmarks.training_jobs import service

START_DELAY, WARM_START_DELAY = 3.0, 0.5
N_WORKERS = 2


def finished_trials(cloud, request, seconds, name):
    """How many trials complete within some seconds, and how many jobs got a machine from a warm pool."""
    from syne_tune import StoppingCriterion, Tuner
    from syne_tune.config_space import uniform
    from syne_tune.optimizer.baselines import RandomSearch

    with quiet_experiments():
        tuner = Tuner(
            trial_backend=cloud.backend(request),
            scheduler=RandomSearch({"lr": uniform(0, 1)}, metric="loss", random_seed=0),
            stop_criterion=StoppingCriterion(max_wallclock_time=seconds),
            n_workers=N_WORKERS,
            sleep_time=0.5,
            start_jobs_without_delay=False,
            tuner_name=name,
        )
        tuner.run()
    jobs = cloud.client("sagemaker").list_training_jobs(NameContains=tuner.name, MaxResults=100)["TrainingJobSummaries"]
    reused = sum(job.get("WarmPoolStatus", {}).get("Status") == "Reused" for job in jobs)
    return tuner.tuning_status.num_trials_completed, reused


def main():
    seconds, repetitions = (15, 1) if is_quick(__doc__) else (60, 3)
    cold, warm, reused = [], [], []
    with service() as (cloud, request):
        cloud.control("faults", start_delay=START_DELAY, warm_start_delay=WARM_START_DELAY)
        pool = {**request, "ResourceConfig": {**request["ResourceConfig"], "KeepAlivePeriodInSeconds": 60}}
        for _ in range(repetitions):
            cold.append(finished_trials(cloud, request, seconds, "cold")[0])
            count, again = finished_trials(cloud, pool, seconds, "warm")
            warm.append(count)
            reused.append(again)
    print(f"{N_WORKERS} workers, {seconds} s, start delay {START_DELAY} s and {WARM_START_DELAY} s when warm")
    show("trials finished without warm pools", cold, "trials")
    show("trials finished with warm pools", warm, "trials", target="more")
    show("jobs whose machines were reused", reused, "jobs")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
