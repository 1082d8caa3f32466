"""What full durability costs: seconds spent in the event log over 1,000 trials that do nothing.

    python -m benchmarks.log_cost

The tuner, the backend and the log are the real ones; only the trials are functions that return at once. The log is
forced to the disk by a thread of its own, many events together. For comparison, the same events are then written once
more, each forced to the disk before the next one.
"""

import os
import tempfile
import time

from benchmarks.measure import is_quick, quiet_experiments, show
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import InProcessBackend
from syne_tune.config_space import uniform
from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.event_log import EventLog
from syne_tune.optimizer.baselines import RandomSearch


def trivial(x):
    return {"loss": x}


class TimeInLog:
    """Adds up the seconds the tuner spends in methods of the log, the last sync included."""

    METHODS = ("append", "close")

    def __init__(self):
        self.seconds = 0.0

    def timed(self, method):
        def call(*args, **kwargs):
            start = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - start

        return call

    def __enter__(self):
        self.original = {name: getattr(EventLog, name) for name in self.METHODS}
        for name, method in self.original.items():
            setattr(EventLog, name, self.timed(method))
        return self

    def __exit__(self, *exception):
        for name, method in self.original.items():
            setattr(EventLog, name, method)


@quiet_experiments()
def run(num_trials):
    """Seconds in the log, seconds of the whole run, and the lines of the log."""
    tuner = Tuner(
        trial_backend=InProcessBackend(trivial),
        scheduler=RandomSearch({"x": uniform(0, 1)}, metric="loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_finished=num_trials),
        n_workers=4,
    )
    start = time.perf_counter()
    with TimeInLog() as log:
        tuner.run()
    return log.seconds, time.perf_counter() - start, (tuner.tuner_path / ST_EVENT_LOG_FILENAME).read_bytes()


def write_one_by_one(lines):
    """Seconds to append lines to a file, each forced to the disk."""
    with tempfile.NamedTemporaryFile() as file:
        start = time.perf_counter()
        for line in lines:
            os.write(file.fileno(), line)
            os.fsync(file.fileno())
        return time.perf_counter() - start


def main():
    repetitions, num_trials = (1, 50) if is_quick(__doc__) else (7, 1000)
    in_log, whole, one_by_one = [], [], []
    for _ in range(repetitions):
        seconds, total, content = run(num_trials)
        lines = content.splitlines(keepends=True)
        in_log.append(seconds)
        whole.append(total)
        one_by_one.append(write_one_by_one(lines))
    print(f"{num_trials} trials, {len(lines)} events, {len(content):,} bytes")
    show("tuner in the log", in_log, "s", "at most 1")
    show("whole run", whole, "s")
    show("each event forced to the disk", one_by_one, "s")


if __name__ == "__main__":
    main()
