"""Whoever is compared in virtual time: schedulers of ours, and peers in processes of their own."""

import datetime
import json
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from benchmarks.tasks import neutral_space, without_inactive
from benchmarks.virtual_workers import Job
from syne_tune.backend.trial_status import Trial
from syne_tune.config_space import Space
from syne_tune.optimizer.scheduler import SchedulerDecision

PEERS_SCRIPT = Path(__file__).with_name("peers_in_time.py")
EPOCH, LIMIT = "epoch", "epochs"


def names_of(num_objectives):
    """Names of the metrics."""
    return [f"cost{place}" for place in range(num_objectives)]


class OursInTime:
    """A scheduler of ours, driven as the tuner does.

    Args:
        make: From the space, with the constant ``epochs``, names of metrics and seed to a scheduler.
        problem: See :class:`benchmarks.curves.Curves`.
        seed: Random seed.
    """

    def __init__(self, make, problem, seed):
        self.seconds = 0.0
        self._problem, self._names = problem, names_of(len(problem.is_log))
        space = Space({**problem.space, LIMIT: problem.epochs}, constraints=problem.space.constraints)
        with self._timed():
            self._scheduler = make(space, self._names, seed)
        self._trials = {}

    @contextmanager
    def _timed(self):
        start = time.process_time()
        yield
        self.seconds += time.process_time() - start

    def next(self):
        """See :func:`benchmarks.virtual_workers.simulate`."""
        with self._timed():
            suggestion = self._scheduler.suggest(len(self._trials))
        if suggestion is None:
            return None
        if suggestion.spawn_new_trial_id:
            trial = Trial(len(self._trials), suggestion.config, datetime.datetime(2026, 1, 1))
            self._trials[trial.trial_id] = trial
            self._scheduler.on_trial_add(trial)
        else:
            trial = self._trials[int(suggestion.checkpoint_trial_id)]
            trial.config = trial.config if suggestion.config is None else suggestion.config
        config = {name: trial.config[name] for name in self._problem.space if name in trial.config}
        is_copy = suggestion.spawn_new_trial_id and suggestion.checkpoint_trial_id is not None
        copies = int(suggestion.checkpoint_trial_id) if is_copy else None
        return Job(trial.trial_id, config, trial.config.get(LIMIT, self._problem.epochs), copies)

    def _result(self, epoch, costs):
        return {EPOCH: epoch, **dict(zip(self._names, map(float, costs), strict=True))}

    def report(self, number, epoch, costs):
        """See :func:`benchmarks.virtual_workers.simulate`."""
        trial = self._trials[number]
        with self._timed():
            decision = self._scheduler.on_trial_result(trial, self._result(epoch, costs))
            if decision != SchedulerDecision.CONTINUE:
                self._scheduler.on_trial_remove(trial)
        return decision != SchedulerDecision.CONTINUE

    def done(self, number, epoch, costs):
        """See :func:`benchmarks.virtual_workers.simulate`."""
        with self._timed():
            self._scheduler.on_trial_complete(self._trials[number], self._result(epoch, costs))


class PeerInTime:
    """A peer in a process of its own; see :mod:`benchmarks.peers_in_time`.

    Args:
        name: Of the peer.
        python: Its interpreter.
        problem: See :class:`benchmarks.curves.Curves`.
        seed: Random seed.
    """

    def __init__(self, name, python, problem, seed):
        self.seconds = 0.0
        self._space, self._numbers = problem.space, {}
        setting = {"num_objectives": len(problem.is_log), "epochs": problem.epochs, "seed": seed}
        self._process = subprocess.Popen(
            [python, str(PEERS_SCRIPT), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._watches = self._request({"space": neutral_space(problem.space), **setting})["watches"]

    def _request(self, request):
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended; what it printed is above")
        reply = json.loads(line)
        self.seconds += reply["seconds"]
        return reply

    def next(self):
        """See :func:`benchmarks.virtual_workers.simulate`."""
        job = self._request(["next"])["job"]
        if job is None:
            return None
        return Job(job["number"], self._inside(job["config"]), job["until"], job.get("copies"))

    def _inside(self, config):
        """The configuration, without what is not active, and without rounding errors at the bounds."""
        domains = self._space.free
        within = {
            name: min(max(value, domains[name].lower), domains[name].upper)
            if hasattr(domains[name], "lower")
            else value
            for name, value in config.items()
        }
        return without_inactive(self._space, within)

    def report(self, number, epoch, costs):
        """See :func:`benchmarks.virtual_workers.simulate`."""
        return self._watches and self._request(["report", number, epoch, list(map(float, costs))])["stop"]

    def done(self, number, epoch, costs):
        """See :func:`benchmarks.virtual_workers.simulate`."""
        self._request(["done", number, epoch, list(map(float, costs))])

    def close(self):
        """Ends the process."""
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def contender_in_time(name, ours, interpreters, problem, seed):
    """A method of ours, or a peer ``library-method`` whose interpreter is known; peers end with the block.

    Args:
        name: Of the method.
        ours: From name to what makes the scheduler, see :class:`OursInTime`.
        interpreters: From library to interpreter.
        problem: See :class:`benchmarks.curves.Curves`.
        seed: Random seed.
    """
    if name in ours:
        yield OursInTime(ours[name], problem, seed)
        return
    library = name.partition("-")[0]
    if library not in interpreters:
        raise SystemExit(f"{name} is neither one of {', '.join(ours)}, nor a peer whose interpreter --peers names")
    peer = PeerInTime(name, interpreters[library], problem, seed)
    try:
        yield peer
    finally:
        peer.close()
