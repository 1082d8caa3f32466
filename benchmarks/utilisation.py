"""How busy workers are if trials are short: share of their time spent in trials, decisions of the tuner included.

    python -m benchmarks.utilisation [--trials 50000]

Workers and trials are simulated, in virtual time. The tuner, the method, the log and all that is written are the real
ones: CPU time of the tuner's thread between two looks at the backend passes on the virtual clock, too, so that workers
wait for every decision. Trials take one second each, a tenth more or less. CPU time, because the machine that
measures does other work as well; on a machine of its own, it is the time that passes.
"""

import multiprocessing
import time
from argparse import ArgumentParser
from types import SimpleNamespace

import psutil

from benchmarks.measure import quiet_experiments, show
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.simulator_backend import clock as simulator_clock
from syne_tune.backend.simulator_backend.simulator_backend import SimulatorBackend, SimulatorConfig
from syne_tune.callbacks import TunerCallback
from syne_tune.config_space import choice, loguniform, randint, uniform
from syne_tune.optimizer.baselines import AutoScheduler, RandomSearch

SPACE = {f"x{number}": uniform(0, 1) for number in range(6)}
SPACE |= {"rate": loguniform(1e-5, 1), "units": randint(8, 256), "kind": choice(["a", "b", "c"]), "on": choice([0, 1])}
METHODS = {"random search": RandomSearch, "auto": AutoScheduler}
WORKERS = 64
SECONDS = 1.0


class ShortTrials(SimulatorBackend):
    """Trials that report once, at their end."""

    def __init__(self):
        super().__init__(
            "short_trials",
            elapsed_time_attr="elapsed_time",
            simulator_config=SimulatorConfig(0.0, 0.0, 0.0, 0.0, 0.0),
            count_decision_time=True,
        )
        self.busy_seconds = 0.0

    def _run_job_and_collect_results(self, trial_id, config):
        seconds = SECONDS * (0.9 + 0.2 * (trial_id * 0.618034 % 1))
        self.busy_seconds += seconds
        loss = sum((config[f"x{number}"] - 0.3) ** 2 for number in range(6)) + 0.1 * (config["kind"] != "b")
        return [{"loss": loss, "elapsed_time": seconds}], None


class Observer(TunerCallback):
    """Time of the last completion, and memory of the process after some numbers of trials, in KiB."""

    def __init__(self, clock, counts):
        self.clock, self.end = clock, 0.0
        self.after = dict.fromkeys(counts)

    def on_trial_complete(self, trial, result):
        self.end = self.clock.now()
        if trial.trial_id in self.after:
            self.after[trial.trial_id] = psutil.Process().memory_info().rss / 1024


class Decisions:
    """Seconds that a method takes for each suggestion, and for preparing."""

    def __init__(self, scheduler):
        self.suggest, self.prepare = [], []
        scheduler.suggest = self.timed(scheduler.suggest, self.suggest)
        scheduler.prepare = self.timed(scheduler.prepare, self.prepare)

    @staticmethod
    def timed(method, seconds):
        def call(*args, **kwargs):
            start = time.thread_time()
            try:
                return method(*args, **kwargs)
            finally:
                seconds.append(time.thread_time() - start)

        return call


@quiet_experiments()
def run(method, num_trials, workers=WORKERS):
    """Share of busy time, seconds of each suggestion and of each preparation, memory by number of trials."""
    simulator_clock.time = SimpleNamespace(perf_counter=time.thread_time)
    scheduler = METHODS[method](SPACE, metric="loss", random_seed=0)
    backend = ShortTrials()
    decisions = Decisions(scheduler)
    observer = Observer(backend.clock, [num_trials // 5, num_trials - 2 * workers])
    tuner = Tuner(
        trial_backend=backend,
        scheduler=scheduler,
        stop_criterion=StoppingCriterion(max_num_trials_started=num_trials),
        n_workers=workers,
        callbacks=[observer],
        save_tuner=False,
    )
    tuner.run()
    return backend.busy_seconds / (workers * observer.end), decisions.suggest, decisions.prepare, observer.after


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it runs")
    parser.add_argument("--trials", type=int, default=5000)
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    args = parser.parse_args()
    num_trials = 300 if args.quick else args.trials
    print(f"{num_trials} trials of about {SECONDS:g} s on {WORKERS} workers")
    for method in args.methods:
        with multiprocessing.get_context("spawn").Pool(1) as pool:  # for the sake of its memory, which starts small
            share, suggest, prepare, memory = pool.apply(run, (method, num_trials))
        show(f"{method}: busy", [100 * share], "% of the time", "at least 95")
        show(f"{method}: a suggestion takes", [1000 * seconds for seconds in suggest], "ms of CPU time")
        show(f"{method}: all of them, and preparing", [sum(suggest) + sum(prepare)], "s of CPU time")
        (first, before), (last, after) = sorted(memory.items())
        show(f"{method}: memory of a trial", [(after - before) / (last - first)], "KiB")


if __name__ == "__main__":
    main()
