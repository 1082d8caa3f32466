"""What full durability costs: seconds spent in the event log over 1,000 trials that do nothing.

    python -m benchmarks.log_cost

The tuner, the backend and the log are the real ones; only the trials are functions that return at once. Each event is
on the disk before the backend acts on it.
"""

import time

from benchmarks.measure import is_quick, quiet_experiments, show
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import InProcessBackend
from syne_tune.config_space import uniform
from syne_tune.event_log import EventLog
from syne_tune.optimizer.baselines import RandomSearch


def trivial(x):
    return {"loss": x}


class TimedLog:
    """Adds up the time spent in the methods of the log, while it is in use."""

    def __init__(self):
        self.seconds = 0.0
        self.calls = {"append": 0, "sync": 0}

    def timed(self, name, method):
        def call(*args, **kwargs):
            start = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - start
                self.calls[name] += 1

        return call

    def __enter__(self):
        self.original = {name: getattr(EventLog, name) for name in self.calls}
        for name, method in self.original.items():
            setattr(EventLog, name, self.timed(name, method))
        return self

    def __exit__(self, *exception):
        for name, method in self.original.items():
            setattr(EventLog, name, method)


@quiet_experiments()
def run(num_trials):
    tuner = Tuner(
        trial_backend=InProcessBackend(trivial),
        scheduler=RandomSearch({"x": uniform(0, 1)}, metric="loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_finished=num_trials),
        n_workers=4,
    )
    start = time.perf_counter()
    with TimedLog() as log:
        tuner.run()
    return log, time.perf_counter() - start


def main():
    repetitions, num_trials = (1, 50) if is_quick(__doc__) else (7, 1000)
    in_log, whole = [], []
    for _ in range(repetitions):
        log, seconds = run(num_trials)
        in_log.append(log.seconds)
        whole.append(seconds)
    print(f"{num_trials} trials: {log.calls['append']} events, forced to the disk {log.calls['sync']} times")
    show("in the log", in_log, "s", "at most 1")
    show("whole run", whole, "s")
    show("share of the log", [a / b for a, b in zip(in_log, whole, strict=True)], "of the run")


if __name__ == "__main__":
    main()
