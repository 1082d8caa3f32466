"""How soon user code runs that needs a heavy module: in processes started cold, and on warm workers.

    python -m benchmarks.warm_start

The script imports torch, or scikit-learn where torch is not installed. Warm workers have imported the module before
(``LocalBackend(preload=[...])``). Three spans, in milliseconds: from the moment the tuner knows that a worker is free
to the first line of the next script; to the line after its import; and from the last line of a script to the tuner
knowing that its worker is free, that is, how long the process takes to end.
"""

import importlib.util
import os
import statistics
import tempfile
from pathlib import Path

from benchmarks.measure import is_quick, quiet_experiments, show

HEAVY_MODULE = "torch" if importlib.util.find_spec("torch") else "sklearn.neural_network"
SPANS = ("free to first line", f"free to {HEAVY_MODULE} imported", "last line to free")
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
def median_spans(script, num_trials, preload):
    """Medians over trials that run one after the other; the first one is left out, since its worker starts up."""
    from syne_tune import StoppingCriterion, Tuner
    from syne_tune.backend import LocalBackend
    from syne_tune.config_space import uniform
    from syne_tune.constants import ST_EVENT_LOG_FILENAME
    from syne_tune.event_log import read_events
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
    events = list(read_events(tuner.tuner_path / ST_EVENT_LOG_FILENAME))
    freed = [event["time"] for event in events if event["kind"] == "status"]
    gaps = [
        (first_line - free, imported - free, free - last_line)
        for (first_line, imported, _), free, (_, _, last_line) in zip(rows[1:], freed, rows, strict=False)
    ]
    return [1000 * statistics.median(span) for span in zip(*gaps, strict=True)]


def main():
    repetitions, num_trials = (1, 3) if is_quick(__doc__) else (7, 8)
    script = Path(tempfile.mkdtemp()) / "train.py"
    script.write_text(SCRIPT)
    median_spans(str(script), 2, [])  # bytecode, file cache
    cold, warm = [], []
    for _ in range(repetitions):
        cold.append(median_spans(str(script), num_trials, []))
        warm.append(median_spans(str(script), num_trials, [HEAVY_MODULE]))
    for number, span in enumerate(SPANS):
        show(f"cold, {span}", [row[number] for row in cold], "ms")
        show(f"warm, {span}", [row[number] for row in warm], "ms", "at most 20" if number == 0 else None)
        show("    ratio cold to warm", [c[number] / w[number] for c, w in zip(cold, warm, strict=True)], "times")


if __name__ == "__main__":
    main()
