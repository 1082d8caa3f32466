"""Whoever is compared on the tasks: methods of ours by name, and peers by name and interpreter."""

import datetime
import inspect
import json
import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from benchmarks.tasks import neutral_space, without_inactive
from syne_tune.backend.trial_status import Trial
from syne_tune.optimizer import baselines

ENVIRONMENTS = "SYNETUNE_PEERS"
"""Environment variable that names interpreters of peers: ``optuna=/envs/optuna/bin/python,ax=/envs/ax/bin/python``."""

PEERS_SCRIPT = Path(__file__).with_name("peers.py")
BASELINE = "RandomSearch"


class Ours:
    """A scheduler of ours.

    Args:
        name: Of the class, as ``BayesianOptimization``.
        space: Of the task.
        seed: Random seed.
        first: Configurations to begin with, in that order; ``None``: what the method likes.
        **options: Further arguments of the class.
    """

    def __init__(self, name, space, seed, first=None, **options):
        method = getattr(baselines, name)
        takes_mode = "mode" in inspect.signature(method).parameters
        self._scheduler = method(
            space,
            metric="loss",
            random_seed=seed,
            points_to_evaluate=first,
            **options,
            **({"mode": "min"} if takes_mode else {}),
        )
        self._trials = []

    def ask(self):
        """Number, configuration, and the CPU seconds it took."""
        start = time.process_time()
        suggestion = self._scheduler.suggest(len(self._trials))
        trial = Trial(len(self._trials), suggestion.config, datetime.datetime(2026, 1, 1))
        self._scheduler.on_trial_add(trial)
        self._trials.append(trial)
        return trial.trial_id, trial.config, time.process_time() - start

    def tell(self, number, loss):
        """CPU seconds it took."""
        start = time.process_time()
        self._scheduler.on_trial_complete(self._trials[number], {"loss": loss})
        return time.process_time() - start


class Peer:
    """A peer in a process of its own; see :mod:`benchmarks.peers`."""

    def __init__(self, name, python, space, seed):
        self._space = space
        command = [python, str(PEERS_SCRIPT), name, str(seed)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._send(neutral_space(space))

    def _send(self, value):
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()

    def _request(self, *request):
        self._send(request)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended; what it printed is above")
        return json.loads(line)

    def ask(self):
        """Number, configuration, and the CPU seconds it took."""
        reply = self._request("ask")
        return reply["number"], without_inactive(self._space, reply["config"]), reply["seconds"]

    def tell(self, number, loss):
        """CPU seconds it took."""
        return self._request("tell", number, loss)["seconds"]

    def know(self, config, loss):
        """Hands over an evaluation that was not asked for."""
        self._request("know", config, loss)

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def is_ours(name):
    """Whether a method is one of ours, as opposed to a peer."""
    return hasattr(baselines, name)


@contextmanager
def contender(name, interpreters, space, seed):
    """A method of ours, or a peer whose interpreter is known; peers end with the block."""
    if is_ours(name):
        yield Ours(name, space, seed)
        return
    peer = Peer(name, interpreters[name.partition("-")[0]], space, seed)
    try:
        yield peer
    finally:
        peer.close()


def interpreters_from(text):
    """Library to interpreter, from ``NAME=PYTHON,...``; default: what the environment variable says."""
    named = text if text is not None else os.environ.get(ENVIRONMENTS, "")
    return dict(part.split("=", 1) for part in named.split(",") if part)
