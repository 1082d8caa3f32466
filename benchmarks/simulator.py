"""How fast experiments are simulated: reports per second of CPU time, and bytes of memory per report.

    python -m benchmarks.simulator

A table of 2,500 configurations over 27 epochs, random search and ASHA, with 4, 64 and 1,000 workers. Everything a run
does counts: suggestions, decisions, log, results file, snapshots, and a callback that is told of each report. A
thousand workers are compared with 64 over about equally many trials per worker, because starting them all costs the
more, the less each of them does.
"""

import gc
import time
import tracemalloc

import numpy as np
import pandas as pd

from benchmarks.measure import is_quick, quiet_experiments, show
from syne_tune import StoppingCriterion, Tuner
from syne_tune.blackbox_repository import BlackboxTabular, UserBlackboxBackend
from syne_tune.callbacks import TunerCallback
from syne_tune.config_space import randint
from syne_tune.optimizer.baselines import ASHA, RandomSearch

SIDE, EPOCHS = 50, 27


class Count(TunerCallback):
    """Counts reports."""

    def __init__(self):
        self.number = 0

    def on_trial_result(self, trial, status, result, decision):
        self.number += 1


def make_table():
    random_state = np.random.RandomState(0)
    grid = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij"), -1).reshape(-1, 2)
    epochs = np.arange(1, EPOCHS + 1)
    distance = ((grid[:, :1] - 31) ** 2 + (grid[:, 1:] - 17) ** 2) / SIDE**2
    loss = 0.1 + 0.5 * distance + 0.5 * np.exp(-epochs / (3 + 5 * random_state.rand(len(grid), 1)))
    elapsed = (5 + 10 * random_state.rand(len(grid), 1)) * epochs
    return BlackboxTabular(
        pd.DataFrame(grid, columns=["a", "b"]),
        {"a": randint(0, SIDE - 1), "b": randint(0, SIDE - 1)},
        {"epoch": randint(1, EPOCHS)},
        np.stack([loss, elapsed], -1)[:, None],
        objectives_names=["loss", "elapsed"],
    )


def make_scheduler(method, table):
    if method == "random search":
        return RandomSearch(table.configuration_space, metric="loss", random_seed=1)
    space = table.configuration_space_with_max_resource_attr("epochs")
    return ASHA(space, metric="loss", resource_attr="epoch", max_resource_attr="epochs", random_seed=1)


@quiet_experiments()
def run(table, method, num_workers, num_trials):
    """Number of reports, and seconds of CPU time."""
    count = Count()
    tuner = Tuner(
        trial_backend=UserBlackboxBackend(table, "elapsed", max_resource_attr="epochs"),
        scheduler=make_scheduler(method, table),
        stop_criterion=StoppingCriterion(max_num_trials_finished=num_trials),
        n_workers=num_workers,
        callbacks=[count],
    )
    start = time.process_time()
    tuner.run()
    return count.number, time.process_time() - start, tuner


def memory_per_report(table, num_trials):
    """Bytes that a finished study of random search holds, per report."""
    gc.collect()
    tracemalloc.start()
    number, _, tuner = run(table, "random search", 64, num_trials)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tuner.tuning_status.num_evaluations == number
    return held / number


def main():
    is_short = is_quick(__doc__)
    repetitions, num_trials = (1, 30) if is_short else (5, 1000)
    table = make_table()
    for method in ("random search", "ASHA"):
        for num_workers in (4, 64):
            runs = [run(table, method, num_workers, num_trials) for _ in range(repetitions)]
            speeds = [number / seconds for number, seconds, _ in runs]
            show(f"{method}, {num_workers} workers, {num_trials} trials", speeds, "reports per second")
    for method in ("random search", "ASHA"):
        ratios = []
        for _ in range(repetitions):
            number, seconds, _ = run(table, method, 64, num_trials // 10 if is_short else 128)
            more, longer, _ = run(table, method, 1000, num_trials if is_short else 1400)
            ratios.append((longer / more) / (seconds / number))
        show(f"{method}, cost per report with 1,000 workers over that with 64", ratios, "times", "at most 2")
    for size in (num_trials // 2, num_trials):
        bytes_each = [memory_per_report(table, size)]
        show(f"random search, memory per report, {size} trials", bytes_each, "bytes")


if __name__ == "__main__":
    main()
