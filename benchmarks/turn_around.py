"""Seconds between a worker becoming free and the first line of the next script: our tuner against a plain loop.

    python -m benchmarks.turn_around

Both run the same script with the same interpreter, two at a time; the plain loop waits for the end of either child and
starts the next one at once. They take turns, so that a change in the speed of the machine hits both.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import is_quick, quiet_experiments, show

N_WORKERS = 2
SCRIPT = """
import time
first_line = time.time()
import os, sys
from syne_tune import Reporter
report = Reporter()
for epoch in range(1, 4):
    report(epoch=epoch, loss=1.0 / epoch)
with open(os.environ["BENCHMARK_TRACE"], "a") as trace:
    trace.write(f"{first_line} {time.time()}\\n")
"""


def plain_loop(script, num_trials):
    running = {}
    for number in range(num_trials):
        while len(running) == N_WORKERS:
            reap(running)
        process = subprocess.Popen([sys.executable, script, "--x", str(number / num_trials)], stdout=subprocess.DEVNULL)
        running[process.pid] = process
    while running:
        reap(running)


def reap(running):
    """Waits until a child has ended, and drops it."""
    pid, status = os.wait()
    if pid in running:
        running.pop(pid).returncode = os.waitstatus_to_exitcode(status)


@quiet_experiments()
def our_loop(script, num_trials):
    from syne_tune import StoppingCriterion, Tuner
    from syne_tune.backend import LocalBackend
    from syne_tune.config_space import uniform
    from syne_tune.optimizer.baselines import RandomSearch

    space = {"x": uniform(0, 1)}
    tuner = Tuner(
        trial_backend=LocalBackend(entry_point=script),
        scheduler=RandomSearch(space, metric="loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_started=num_trials),
        n_workers=N_WORKERS,
    )
    tuner.run()


def median_gap(loop, script, num_trials):
    """Median seconds from the last line of a script to the first line of the one that takes its place."""
    trace = Path(tempfile.mkdtemp()) / "trace"
    os.environ["BENCHMARK_TRACE"] = str(trace)
    loop(script, num_trials)
    rows = [tuple(map(float, line.split())) for line in trace.read_text().splitlines()]
    assert len(rows) == num_trials, f"{len(rows)} of {num_trials} scripts ran"
    starts, ends = sorted(row[0] for row in rows), sorted(row[1] for row in rows)
    return statistics.median(start - end for start, end in zip(starts[N_WORKERS:], ends, strict=False))


def main():
    repetitions, num_trials = (1, 6) if is_quick(__doc__) else (11, 30)
    script = Path(tempfile.mkdtemp()) / "train.py"
    script.write_text(SCRIPT)
    for loop in (our_loop, plain_loop):
        median_gap(loop, str(script), N_WORKERS + 1)  # imports, bytecode
    ours, plain = [], []
    for _ in range(repetitions):
        ours.append(1000 * median_gap(our_loop, str(script), num_trials))
        plain.append(1000 * median_gap(plain_loop, str(script), num_trials))
    show("Tuner with LocalBackend", ours, "ms")
    show("plain loop of Popen", plain, "ms")
    show("ratio", [a / b for a, b in zip(ours, plain, strict=True)], "times", "at most 1.2")


if __name__ == "__main__":
    main()
