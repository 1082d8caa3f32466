"""How much earlier tasks help where they are alike, and how much they harm where they are not.

    python -m benchmarks.transfer [--tasks gboost-diabetes] [--kinds alike,noise] [--seeds 0,1]
        [--methods BayesianOptimization,WarmStartedBayesianOptimization] [--results runs.jsonl]
        [--surrogates FOLDER --tasks networks-7593]

Sequential evaluations of recorded tables at their last epoch, and of surrogates of LCBench, see
:mod:`benchmarks.curves`. The earlier tasks of a recorded table are the other tables of the same space, with all their
rows; those of a network are other networks, with some random rows each. Kinds of earlier tasks:

* alike: as they were measured;
* mirrored: each hyperparameter of each row is replaced by its opposite in the range, so that they are as smooth as
  before and say nothing of the present task;
* noise: values are shuffled among the rows;
* opposite: the best values become the worst.

Regret is 0 for the best loss there is, 1 for that of a random configuration in the middle. Methods that compare trials
while they run (``MOBSTER``, ``WarmStartedMOBSTER``) have four workers, in virtual time; "after 10" is then when ten
complete trainings of median length could be over, and only trainings to the end count.
"""

from argparse import ArgumentParser
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.contenders import Ours
from benchmarks.contenders_in_time import EPOCH, LIMIT, OursInTime, names_of
from benchmarks.curves import load_curves
from benchmarks.measure import Runs, quiet_experiments, show
from benchmarks.multi_fidelity import COMPLETE, regrets_over_time
from benchmarks.tasks import Task, load_task
from benchmarks.virtual_workers import simulate
from syne_tune.blackbox_repository import load_blackbox
from syne_tune.config_space import Float, Integer
from syne_tune.experiments.benchmark_definitions.recorded_tables import recorded_table_benchmark_definitions
from syne_tune.optimizer import baselines
from syne_tune.optimizer.schedulers.transfer_learning import TransferLearningTaskEvaluations

KINDS = ("alike", "mirrored", "noise", "opposite")
METHODS = ("RandomSearch", "BayesianOptimization", "WarmStartedBayesianOptimization")
TASKS = ("gboost-breast-cancer", "gboost-diabetes")
NETWORKS = ("3945", "126029", "167104")
ROWS = 80
NUM_WORKERS, HAS_RUNGS = 4, "MOBSTER"
METRICS = ["loss", *names_of(1)]
AFTER = (3, 5, 10, 20)


def recorded_sources(name):
    """Losses at the last epoch of the other tables that belong to a recorded table: name to loss of a configuration."""
    definition = recorded_table_benchmark_definitions[name]
    tables = {key: it for key, it in load_blackbox(definition.blackbox_name).items() if key != definition.dataset_name}
    found = {}
    for key, table in tables.items():
        configs = list(table.configuration_space.configurations())
        place = table.objectives_names.index(definition.metric)
        found[key] = configs, table.evaluate(configs)[:, -1, place]
    return found


@lru_cache(None)
def network_sources(folder):
    """Random configurations and losses of other networks."""
    found = {}
    for number, instance in enumerate(NETWORKS):
        curves = load_curves(f"networks-{instance}", folder)
        configs = curves.space.sample_many(np.random.RandomState(1000 + number), ROWS)
        found[instance] = configs, np.array([curves.evaluate(config)[0][-1, 0] for config in configs])
    return found


def network(name, folder):
    """A network as a task: its error after the last epoch."""
    curves = load_curves(name, folder)
    return Task(name, curves.space, lambda config: float(curves.evaluate(config)[0][-1, 0]), curves.known[:, 0].min())


def mirrored(space, config):
    """The opposite of each value in its range."""
    return {name: _opposite(space.free[name], value) for name, value in config.items()}


def _opposite(domain, value):
    if isinstance(domain, Float | Integer):
        return domain.decode(1 - domain.positions([value])[0])
    values = list(domain.enumerate_values())
    return values[len(values) - 1 - values.index(value)]


@lru_cache(None)
def problem(name, kind, folder):
    """A task, and what was measured on earlier ones."""
    is_recorded = name in recorded_table_benchmark_definitions
    task = load_task(name) if is_recorded else network(name, folder)
    sources = recorded_sources(name) if is_recorded else network_sources(folder)
    return task, earlier_tasks(task.space, sources, kind)


def earlier_tasks(space, sources, kind):
    """What methods get as ``transfer_learning_evaluations``."""
    random_state, tasks = np.random.RandomState(0), {}
    for name, (configs, losses) in sources.items():
        if kind == "mirrored":
            configs = [mirrored(space, config) for config in configs]
        changed = {"noise": random_state.permutation, "opposite": np.negative}.get(kind, np.asarray)(losses)
        frame = pd.DataFrame(configs, columns=list(space.free)).astype(object)
        values = np.repeat(changed.reshape(-1, 1, 1, 1), len(METRICS), axis=3)
        tasks[name] = TransferLearningTaskEvaluations(space, frame, METRICS, values)
    return tasks


def is_warm(method):
    """Whether a method looks at earlier tasks."""
    return method.startswith("WarmStarted")


@quiet_experiments()
def run(method, name, kind, seed, args):
    """Best regret after each evaluation, or whenever another complete training could be over."""
    task, tasks = problem(name, kind or KINDS[0], args.surrogates)
    options = {"transfer_learning_evaluations": tasks} if is_warm(method) else {}
    if method.endswith(HAS_RUNGS):
        return run_in_time(method, name, options, seed, args)
    contender, best = Ours(method, task.space, seed, **options), []
    for _ in range(args.evaluations):
        number, config, _ = contender.ask()
        loss = task.loss(config)
        contender.tell(number, loss)
        best.append(min([task.regret(loss), *best[-1:]]))
    return best


def run_in_time(method, name, options, seed, args):
    """See :func:`run`; best regret of trainings to the end."""

    def make(space, metrics, seed):
        resource = {"resource_attr": EPOCH, "max_resource_attr": LIMIT}
        return getattr(baselines, method)(space, metrics[0], random_seed=seed, **resource, **options)

    curves = load_curves(name, args.surrogates).of_first_objective()
    times = curves.typical * np.arange(1, args.evaluations + 1) / NUM_WORKERS
    record = simulate(OursInTime(make, curves, seed), curves, NUM_WORKERS, times[-1])
    return regrets_over_time(record, curves, times)[COMPLETE].tolist()


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it runs")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seeds", default="0,1,2,3,4")
    parser.add_argument("--evaluations", type=int, default=max(AFTER))
    parser.add_argument("--surrogates", type=Path, help="folder of the surrogates of YAHPO-Gym")
    parser.add_argument("--results", type=Path, help="file in which runs are kept, and not repeated")
    args = parser.parse_args()
    if args.quick:
        args.tasks, args.kinds, args.seeds, args.evaluations = TASKS[0], "alike", "0", 5
    after = [count for count in AFTER if count <= args.evaluations]
    lines = [f"| method | {' | '.join(f'after {count}' for count in after)} |", "|---" * (len(after) + 1) + "|"]
    runs = Runs(args.results)
    for method, kind in contenders(args.methods.split(","), args.kinds.split(",")):
        regrets = np.array(measured(method, kind, args, runs))[:, np.array(after) - 1]
        label = f"{method}, {kind}" if kind else method
        lines.append(f"| {label} | {' | '.join(map(mean_with_error, regrets.T))} |")
        show(f"{label}: regret after {after[-1]}", regrets[:, -1], "")
    print("\n".join(lines))


def contenders(methods, kinds):
    """Methods, with the kind of earlier tasks; none for those that do not look at them."""
    return [(method, kind) for method in methods for kind in (kinds if is_warm(method) else [""])]


def measured(method, kind, args, runs):
    """Best regret after each evaluation, for all pairs of a task and a seed."""
    found = []
    for name, seed in product(args.tasks.split(","), map(int, args.seeds.split(","))):
        key = (method, kind, name, seed, args.evaluations)
        found.append(runs.get(key, lambda n=name, s=seed: run(method, n, kind, s, args)))
    return found


def mean_with_error(values):
    error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return f"{np.mean(values):.3f} ± {error:.3f}"


if __name__ == "__main__":
    main()
