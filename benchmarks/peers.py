"""Other libraries, asked and told over a pipe: they live in environments of their own, this one has only ours.

    PYTHON_OF_THE_PEER benchmarks/peers.py optuna-tpe 7

reads one JSON value per line, first the space, then requests, and answers each:

    ["ask"]                   ->  {"number": 0, "config": {...}, "seconds": CPU seconds it took}
    ["tell", number, loss]    ->  {"seconds": ...}
    ["know", config, loss]    ->  {"seconds": ...}    an evaluation that the library did not ask for

A space is a list of ``{"name", "kind", ...}`` with kind ``float`` or ``int`` (``lower``, ``upper``, ``log``), or
``choice`` or ``ordinal`` (``values``). It is flat: conditions are left out, as most of these libraries do not know any.
This file imports nothing of Syne Tune.
"""

import json
import logging
import os
import sys
import time
import warnings

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")


def optuna_distributions(space):
    """A space as Optuna knows it, by name."""
    import optuna.distributions as kinds

    def of(entry):
        if entry["kind"] == "float":
            return kinds.FloatDistribution(entry["lower"], entry["upper"], log=entry["log"])
        if entry["kind"] == "int":
            return kinds.IntDistribution(entry["lower"], entry["upper"], log=entry["log"])
        return kinds.CategoricalDistribution(entry["values"])

    return {entry["name"]: of(entry) for entry in space}


class Optuna:
    """``optuna-tpe``, ``optuna-gp`` or ``optuna-cmaes``, with default settings."""

    def __init__(self, space, seed, sampler):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        samplers = optuna.samplers
        kinds = {"tpe": samplers.TPESampler, "gp": samplers.GPSampler, "cmaes": samplers.CmaEsSampler}
        self._study = optuna.create_study(direction="minimize", sampler=kinds[sampler](seed=seed))
        self._create_trial = optuna.trial.create_trial
        self._distributions = optuna_distributions(space)
        self._open = {}

    def ask(self):
        trial = self._study.ask(self._distributions)
        self._open[trial.number] = trial
        return trial.number, trial.params

    def tell(self, number, loss):
        self._study.tell(self._open.pop(number), loss)

    def know(self, config, loss):
        trial = self._create_trial(params=config, distributions=self._distributions, value=loss)
        self._study.add_trial(trial)


class Ax:
    """``ax``: the defaults of its client."""

    def __init__(self, space, seed, _):
        from ax.api.client import Client

        self._client = Client(random_seed=seed)
        self._space = {entry["name"]: entry for entry in space}
        self._client.configure_experiment(name="benchmark", parameters=[self._parameter(entry) for entry in space])
        self._client.configure_optimization(objective="-loss")

    @staticmethod
    def _parameter(entry):
        from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

        name, kind = entry["name"], entry["kind"]
        if kind in ("float", "int"):
            scaling = "log" if entry["log"] else "linear"
            bounds = (entry["lower"], entry["upper"])
            return RangeParameterConfig(name=name, bounds=bounds, parameter_type=kind, scaling=scaling)
        values = entry["values"]
        of_type = type(values[0]).__name__
        return ChoiceParameterConfig(name=name, values=values, parameter_type=of_type, is_ordered=kind == "ordinal")

    def ask(self):
        ((number, config),) = self._client.get_next_trials(max_trials=1).items()
        return number, {name: self._inside(name, value) for name, value in config.items()}

    def _inside(self, name, value):
        entry = self._space[name]
        return min(max(value, entry["lower"]), entry["upper"]) if "lower" in entry else value

    def tell(self, number, loss):
        self._client.complete_trial(trial_index=number, raw_data={"loss": (loss, 0.0)})

    def know(self, config, loss):
        self.tell(self._client.attach_trial(parameters=config), loss)


PEERS = {
    "optuna-tpe": (Optuna, "tpe"),
    "optuna-gp": (Optuna, "gp"),
    "optuna-cmaes": (Optuna, "cmaes"),
    "ax": (Ax, None),
}


def answer(peer, request):
    start = time.process_time()
    what, *arguments = request
    reply = {}
    if what == "ask":
        reply["number"], reply["config"] = peer.ask()
    elif what == "tell":
        peer.tell(*arguments)
    else:
        peer.know(*arguments)
    return {**reply, "seconds": time.process_time() - start}


def main():
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = sys.stderr  # what libraries print is no reply
    kind, option = PEERS[sys.argv[1]]
    peer = kind(json.loads(sys.stdin.readline()), int(sys.argv[2]), option)
    for line in sys.stdin:
        print(json.dumps(answer(peer, json.loads(line))), file=replies, flush=True)


if __name__ == "__main__":
    main()
