"""Other libraries, with several objectives or several epochs: asked and told over a pipe, see :mod:`benchmarks.peers`.

    PYTHON_OF_THE_PEER benchmarks/peers_in_time.py optuna-nsga2

reads one JSON value per line, first ``{"space", "num_objectives", "epochs", "seed"}`` with a space as described there,
and answers whether it watches trainings; then requests:

    ["next"]                            ->  {"job": {"number", "config", "until": epoch, "copies"} or null}
    ["report", number, epoch, costs]    ->  {"stop": whether the training shall end here}     if it watches
    ["done", number, epoch, costs]      ->  {}

``copies`` is the training from whose state a new one starts; it may be missing. Each answer also has ``seconds``, the
CPU time it took. This file imports nothing of ours: ``syne_tune`` is here the version that the interpreter has.
"""

import datetime
import json
import logging
import os
import re
import sys
import tempfile
import time
import warnings

from peers import optuna_distributions  # the script beside this one, which also limits the number of threads


class Optuna:
    """``optuna-nsga2``, ``optuna-motpe``, ``optuna-mogp``: default settings; all trainings run to their end."""

    watches = False

    def __init__(self, setting, sampler):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        samplers = optuna.samplers
        kinds = {"nsga2": samplers.NSGAIISampler, "motpe": samplers.TPESampler, "mogp": samplers.GPSampler}
        directions = ["minimize"] * setting["num_objectives"]
        self._study = optuna.create_study(directions=directions, sampler=kinds[sampler](seed=setting["seed"]))
        self._distributions = optuna_distributions(setting["space"])
        self._open, self._epochs = {}, setting["epochs"]

    def next(self):
        trial = self._study.ask(self._distributions)
        self._open[trial.number] = trial
        return {"number": trial.number, "config": trial.params, "until": self._epochs}

    def done(self, number, epoch, costs):
        self._study.tell(self._open.pop(number), costs)


class Pymoo:
    """``pymoo-nsga2``: NSGA-II, generation by generation, so that workers wait for the last of each."""

    watches = False

    def __init__(self, setting, population_size):
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.mixed import MixedVariableDuplicateElimination, MixedVariableMating, MixedVariableSampling
        from pymoo.core.problem import Problem

        self._space, self._epochs, self._count = setting["space"], setting["epochs"], 0
        self._problem = Problem(
            vars={it["name"]: self._variable(it) for it in self._space}, n_obj=setting["num_objectives"]
        )
        duplicates = MixedVariableDuplicateElimination()
        self._algorithm = NSGA2(
            pop_size=int(population_size),
            sampling=MixedVariableSampling(),
            mating=MixedVariableMating(eliminate_duplicates=duplicates),
            eliminate_duplicates=duplicates,
        )
        self._algorithm.setup(self._problem, termination=("n_gen", 100000), seed=setting["seed"], verbose=False)
        self._population, self._costs, self._waiting = None, {}, []

    @staticmethod
    def _variable(entry):
        import math

        from pymoo.core.variable import Choice, Integer, Real

        if entry["kind"] in ("choice", "ordinal"):
            return Choice(options=entry["values"])
        if entry["kind"] == "int" and not entry["log"]:
            return Integer(bounds=(entry["lower"], entry["upper"]))
        bounds = (entry["lower"], entry["upper"])
        return Real(bounds=tuple(map(math.log, bounds)) if entry["log"] else bounds)

    def _config(self, values):
        import math

        config = {}
        for entry in self._space:
            value = values[entry["name"]]
            value = value.item() if hasattr(value, "item") else value
            value = math.exp(value) if entry.get("log") else value
            config[entry["name"]] = round(value) if entry["kind"] == "int" else value
        return config

    def next(self):
        if not self._waiting:
            if self._population is not None and len(self._costs) < len(self._population):
                return None
            self._next_generation()
        place = self._waiting.pop(0)
        config = self._config(self._population[place].X)
        return {"number": self._count + place, "config": config, "until": self._epochs}

    def _next_generation(self):
        import numpy as np
        from pymoo.core.evaluator import Evaluator
        from pymoo.problems.static import StaticProblem

        if self._population is not None:
            costs = np.array([self._costs[place] for place in range(len(self._population))])
            Evaluator().eval(StaticProblem(self._problem, F=costs), self._population)
            self._algorithm.tell(infills=self._population)
            self._count += len(self._population)
        self._population, self._costs = self._algorithm.ask(), {}
        self._waiting = list(range(len(self._population)))

    def done(self, number, epoch, costs):
        self._costs[number - self._count] = costs


class Dehb:
    """``dehb``: the implementation of its authors, lowest fidelity one 27th of all epochs."""

    watches = False

    def __init__(self, setting, _):
        from ConfigSpace import Categorical, ConfigurationSpace, Float, Integer, OrdinalHyperparameter
        from dehb import DEHB
        from loguru import logger

        logger.remove()
        kinds = {"float": Float, "int": Integer}
        space = ConfigurationSpace(seed=setting["seed"])
        for it in setting["space"]:
            if it["kind"] in kinds:
                space.add(kinds[it["kind"]](it["name"], (it["lower"], it["upper"]), log=it["log"]))
            else:
                kind = OrdinalHyperparameter if it["kind"] == "ordinal" else Categorical
                space.add(kind(it["name"], it["values"]))
        fidelities = {"min_fidelity": setting["epochs"] / 27, "max_fidelity": setting["epochs"], "eta": 3}
        writing = {"save_freq": None, "output_path": tempfile.mkdtemp()}
        self._dehb = DEHB(
            cs=space,
            f=None,
            dimensions=len(setting["space"]),
            n_workers=1,
            seed=setting["seed"],
            **fidelities,
            **writing,
        )
        self._numbers, self._open = {}, {}

    def next(self):
        job = self._dehb.ask()
        plain = {
            name: getattr(value, "item", lambda value=value: value)() for name, value in dict(job["config"]).items()
        }
        number = self._numbers.setdefault(json.dumps(plain, sort_keys=True), len(self._numbers))
        self._open.setdefault(number, []).append(job)  # one configuration may be on its way at several fidelities
        return {"number": number, "config": plain, "until": max(1, round(job["fidelity"]))}

    def done(self, number, epoch, costs):
        self._dehb.tell(self._open[number].pop(0), {"fitness": costs[0], "cost": 1.0})


class SyneTune:
    """``syne_tune-MOASHA`` and others: schedulers of the version that the interpreter has, driven as its tuner does."""

    watches = True

    def __init__(self, setting, name):
        from syne_tune.backend.trial_status import Trial
        from syne_tune.optimizer.scheduler import SchedulerDecision

        self._new_trial, self._continue = Trial, SchedulerDecision.CONTINUE
        self._space, self._epochs, self._trials = setting["space"], setting["epochs"], {}
        self._metrics = [f"cost{place}" for place in range(setting["num_objectives"])]
        self._knows_order = name != "NSGA2"
        self._scheduler = self._make(name, setting["seed"])

    def _domain(self, entry):
        from syne_tune import config_space as domains

        if "values" in entry:
            is_ordered = entry["kind"] == "ordinal" and self._knows_order
            return (domains.ordinal if is_ordered else domains.choice)(entry["values"])
        uniform, log = (
            (domains.uniform, domains.loguniform) if entry["kind"] == "float" else (domains.randint, domains.lograndint)
        )
        return (log if entry["log"] else uniform)(entry["lower"], entry["upper"])

    def _make(self, name, seed):
        from syne_tune.optimizer import baselines
        from syne_tune.optimizer.schedulers.multiobjective import MOASHA

        space = {it["name"]: self._domain(it) for it in self._space}
        if name == "MOASHA":
            import numpy as np

            np.random.seed(seed)
            return MOASHA(space, self._metrics, mode="min", time_attr="epoch", max_t=self._epochs)
        if name == "PBT":
            from syne_tune.optimizer.schedulers import PopulationBasedTraining

            options = {"resource_attr": "epoch", "max_t": self._epochs, "random_seed": seed, "mode": "min"}
            every = {"population_size": 8, "perturbation_interval": 5}
            return PopulationBasedTraining(space, metric=self._metrics[0], **options, **every)
        limited = {**space, "epochs": self._epochs}
        several = {"metric": self._metrics, "mode": ["min"] * len(self._metrics), "random_seed": seed}
        if len(self._metrics) > 1:
            return getattr(baselines, name)(limited, **several)
        options = {"resource_attr": "epoch", "max_resource_attr": "epochs", "random_seed": seed}
        return getattr(baselines, name)(limited, metric=self._metrics[0], mode="min", **options)

    def next(self):
        suggestion = self._scheduler.suggest(len(self._trials))
        if suggestion is None:
            return None
        if suggestion.spawn_new_trial_id:
            trial = self._new_trial(len(self._trials), suggestion.config, datetime.datetime(2026, 1, 1))
            self._trials[trial.trial_id] = trial
            self._scheduler.on_trial_add(trial)
        else:
            trial = self._trials[int(suggestion.checkpoint_trial_id)]
            trial.config = trial.config if suggestion.config is None else suggestion.config
        config = {it["name"]: trial.config[it["name"]] for it in self._space}
        is_copy = suggestion.spawn_new_trial_id and suggestion.checkpoint_trial_id is not None
        copies = int(suggestion.checkpoint_trial_id) if is_copy else None
        until = trial.config.get("epochs", self._epochs)
        return {"number": trial.trial_id, "config": config, "until": until, "copies": copies}

    def _result(self, epoch, costs):
        return {"epoch": epoch, **dict(zip(self._metrics, costs, strict=True))}

    def report(self, number, epoch, costs):
        trial = self._trials[number]
        decision = self._scheduler.on_trial_result(trial, self._result(epoch, costs))
        if decision != self._continue:
            self._scheduler.on_trial_remove(trial)
        return decision != self._continue

    def done(self, number, epoch, costs):
        self._scheduler.on_trial_complete(self._trials[number], self._result(epoch, costs))


class RayPopulation:
    """``ray-PBT``: the scheduler of Ray Tune, whose hooks are called as its own runner does; it runs no trial itself.

    A trial that takes over another one goes on under a new number, and copies the present state of the other, where the
    runner takes its last checkpoint.
    """

    watches = True

    def __init__(self, setting, _):
        import random
        from unittest.mock import MagicMock

        import numpy as np
        from ray import tune
        from ray.tune.schedulers import PopulationBasedTraining

        random.seed(setting["seed"])
        np.random.seed(setting["seed"])
        draws, space = np.random.RandomState(setting["seed"]), setting["space"]
        domains = {it["name"]: (tune.loguniform if it["log"] else tune.uniform)(*_bounds(it)) for it in space}
        every = {"time_attr": "training_iteration", "perturbation_interval": 5}
        self._scheduler = PopulationBasedTraining(metric="loss", mode="min", hyperparam_mutations=domains, **every)
        self._runner, self._taken_over = MagicMock(), []
        configs = [{it["name"]: _drawn(it, draws) for it in space} for _ in range(8)]
        self._waiting = [(self._trial(MagicMock(), place, config), None) for place, config in enumerate(configs)]
        self._trials = [trial for trial, _ in self._waiting]
        self._runner.get_trials.return_value = self._trials
        self._runner.get_live_trials.return_value = set(self._trials)
        for trial in self._trials:
            self._scheduler.on_trial_add(self._runner, trial)
        logging.disable(logging.NOTSET)
        log = logging.getLogger("ray.tune.schedulers.pbt")
        log.addFilter(self._notes_who_takes_over)
        self._by_number = []

    @staticmethod
    def _trial(trial, place, config):
        from ray.tune.experiment import Trial

        trial.trial_id, trial.config, trial.evaluated_params = f"t{place}", config, dict(config)
        trial.status, trial.experiment_tag, trial.is_finished.return_value = Trial.RUNNING, f"{place}", False
        trial.run_metadata.checkpoint_manager.checkpoint_config.num_to_keep = None
        trial.storage.experiment_driver_staging_path = trial.local_experiment_path = tempfile.gettempdir()
        trial.set_config.side_effect = lambda changed: setattr(trial, "config", changed)
        return trial

    def _notes_who_takes_over(self, record):
        """The runner is told of a clone only by a checkpoint; the log says whose it is."""
        found = re.search(r"Cloning trial t(\d+) ", record.getMessage())
        self._taken_over += [self._trials[int(found[1])]] if found else []
        return False

    def next(self):
        if not self._waiting:
            return None
        trial, source = self._waiting.pop(0)
        copies = None if source is None else self._number_of(source)
        self._by_number.append(trial)
        return {"number": len(self._by_number) - 1, "config": trial.config, "until": 10**6, "copies": copies}

    def _number_of(self, trial):
        return max(number for number, other in enumerate(self._by_number) if other is trial)

    def report(self, number, epoch, costs):
        trial, self._taken_over = self._by_number[number], []
        trial.last_result = {"training_iteration": epoch, "loss": costs[0], "config": dict(trial.config)}
        self._scheduler.on_trial_result(self._runner, trial, trial.last_result)
        self._waiting += [(trial, source) for source in self._taken_over]
        return bool(self._taken_over)

    def done(self, number, epoch, costs):
        trial = self._by_number[number]
        trial.is_finished.return_value = True
        self._scheduler.on_trial_complete(self._runner, trial, {"training_iteration": epoch, "loss": costs[0]})


def _bounds(entry):
    return entry["lower"], entry["upper"]


def _drawn(entry, draws):
    import math

    if not entry["log"]:
        return draws.uniform(*_bounds(entry))
    return math.exp(draws.uniform(*map(math.log, _bounds(entry))))


PEERS = {"optuna": Optuna, "pymoo": Pymoo, "dehb": Dehb, "ray": RayPopulation, "syne_tune": SyneTune}
OPTIONS = {"pymoo-nsga2": "20"}


def plain(value):
    """For JSON: numbers of numpy as those of Python."""
    return value.item()


def main():
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = sys.stderr  # what libraries print is no reply
    library, _, option = sys.argv[1].partition("-")
    peer = PEERS[library](json.loads(sys.stdin.readline()), OPTIONS.get(sys.argv[1], option))
    print(json.dumps({"watches": peer.watches, "seconds": 0.0}), file=replies, flush=True)
    for line in sys.stdin:
        start = time.process_time()
        what, *arguments = json.loads(line)
        answer = getattr(peer, what)(*arguments)
        reply = {"next": {"job": answer}, "report": {"stop": bool(answer)}, "done": {}}[what]
        reply = {**reply, "seconds": time.process_time() - start}
        print(json.dumps(reply, default=plain), file=replies, flush=True)


if __name__ == "__main__":
    main()
