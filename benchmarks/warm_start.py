"""Milliseconds from a worker becoming free to user code, with a heavy module: started cold, and on warm workers.

    python -m benchmarks.warm_start

The script imports torch, or scikit-learn where torch is not installed. Two moments count: its first line, and the line
after the import. Warm workers have imported the module before (``LocalBackend(preload=[...])``).
"""

import importlib.util
import os
import statistics
import tempfile
from pathlib import Path

from benchmarks.measure import is_quick, quiet_experiments, show

HEAVY_MODULE = "torch" if importlib.util.find_spec("torch") else "sklearn.neural_network"
SCRIPT = f"""
import time
first_line = time.time()
import {HEAVY_MODULE}
imported = time.time()
import os, sys
from syne_tune import Reporter
report = Reporter()
report(epoch=1, loss=1.0)
with open(os.environ["BENCHMARK_TRACE"], "a") as trace:
    trace.write(f"{{first_line}} {{imported}} {{time.time()}}\\n")
"""


@quiet_experiments()
def median_gaps(script, num_trials, preload):
    """One trial after the other; medians in milliseconds to the first line and to the line after the import."""
    from syne_tune import StoppingCriterion, Tuner
    from syne_tune.backend import LocalBackend
    from syne_tune.config_space import uniform
    from syne_tune.optimizer.baselines import RandomSearch

    trace = Path(tempfile.mkdtemp()) / "trace"
    os.environ["BENCHMARK_TRACE"] = str(trace)
    tuner = Tuner(
        trial_backend=LocalBackend(entry_point=script, preload=preload),
        scheduler=RandomSearch({"x": uniform(0, 1)}, metric="loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_started=num_trials),
        n_workers=1,
    )
    tuner.run()
    rows = [tuple(map(float, line.split())) for line in trace.read_text().splitlines()]
    assert len(rows) == num_trials, f"{len(rows)} of {num_trials} scripts ran"
    ends = [row[2] for row in rows[:-1]]
    to_first_line = statistics.median(row[0] - end for row, end in zip(rows[1:], ends, strict=True))
    to_imported = statistics.median(row[1] - end for row, end in zip(rows[1:], ends, strict=True))
    return 1000 * to_first_line, 1000 * to_imported


def main():
    repetitions, num_trials = (1, 3) if is_quick(__doc__) else (7, 15)
    script = Path(tempfile.mkdtemp()) / "train.py"
    script.write_text(SCRIPT)
    median_gaps(str(script), 2, [])  # bytecode, file cache
    cold, warm = [], []
    for _ in range(repetitions):
        cold.append(median_gaps(str(script), num_trials, []))
        warm.append(median_gaps(str(script), num_trials, [HEAVY_MODULE]))
    for name, rows, target in (("cold", cold, None), ("warm", warm, "at most 20")):
        show(f"{name}, first line", [row[0] for row in rows], "ms", target)
        show(f"{name}, {HEAVY_MODULE} imported", [row[1] for row in rows], "ms", target)
    show("ratio cold to warm", [c[1] / w[1] for c, w in zip(cold, warm, strict=True)], "times")


if __name__ == "__main__":
    main()
