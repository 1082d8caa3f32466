"""How good what a multi-fidelity method finds is after some virtual time: recorded tables, 1, 4 and 16 workers.

    python -m benchmarks.multi_fidelity [--methods ASHA,MOBSTER] [--workers 1,4,16] [--seeds 5] [--write table.md]

Trials report after each of 27 epochs, at the times of the recorded trainings. The budget of a run is the virtual time
of some complete trainings, on each worker. Two questions are asked all along the way:

* complete: how good is the best model that was trained to the end?
* incumbent: if the configuration with the best value so far, after whatever epochs, were trained to the end, how good
  would it be?

Regret is 0 for the best there is, 1 for a random configuration in the middle, and 1 before there is any. Methods beside
those of Syne Tune: ``RandomSearch`` trains everything to the end, and ``after 1 epoch``, ``after 3 epochs``,
``after 9 epochs`` are random searches that train nothing further than that (the i-epoch rule of Egele et al. 2024);
they have no complete model, and the training of their incumbent to the end costs them nothing here.
"""

import re
from argparse import ArgumentParser
from operator import itemgetter
from pathlib import Path

import numpy as np

from benchmarks.contenders import BASELINE
from benchmarks.measure import quiet_experiments, show
from benchmarks.quality import rank_with_interval
from benchmarks.tasks import load_task
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.simulator_backend.simulator_backend import SimulatorConfig
from syne_tune.blackbox_repository import UserBlackboxBackend, load_blackbox
from syne_tune.callbacks import StoreResultsCallback
from syne_tune.config_space import Space
from syne_tune.constants import ST_TUNER_TIME
from syne_tune.experiments.benchmark_definitions.recorded_tables import recorded_table_benchmark_definitions
from syne_tune.experiments.comparison.ranks import rank_setups
from syne_tune.optimizer import baselines

METHODS = (
    *(BASELINE, "ASHA", "ASHA promotion", "BOHB", "MOBSTER", "HyperTune", "DyHPO", "ASHABORE", "ASHACQR"),
    *("SyncHyperband", "DEHB", "AutoScheduler", "after 1 epoch", "after 3 epochs", "after 9 epochs"),
)
FRACTIONS = (0.1, 0.25, 0.5, 0.75, 1.0)
COMPLETE, INCUMBENT = 0, 1
LIMIT = "epochs"


class Table:
    """A recorded table, and what one gets from complete trainings."""

    def __init__(self, name):
        definition = recorded_table_benchmark_definitions[name]
        self.name, self.metric, self.elapsed = name, definition.metric, definition.elapsed_time_attr
        self.blackbox = load_blackbox(definition.blackbox_name)[definition.dataset_name]
        self.task = load_task(name)
        self.last = int(self.blackbox.fidelity_values[-1])
        configurations = list(self.blackbox.configuration_space.configurations())
        seconds = self.blackbox.evaluate(configurations)[:, -1, self.blackbox.objectives_names.index(self.elapsed)]
        self.seconds = float(np.median(seconds))


def regrets_over_time(rows, table, times):
    """Regret of the best complete training, and of the incumbent, at some times: ``(2, times)``.

    Args:
        rows: Reports in the order of time, as :class:`StoreResultsCallback` collects them.
        table: What the reports are from.
        times: Seconds.
    """
    regrets, best = np.ones((2, len(times))), np.inf
    resource = table.blackbox.fidelity_name()
    for row in rows:
        later, loss = times >= row[ST_TUNER_TIME], row[table.metric]
        if row[resource] == table.last:
            regrets[COMPLETE, later] = np.minimum(regrets[COMPLETE, later], table.task.regret(loss))
        if loss < best:
            best = loss
            config = {name: row[f"config_{name}"] for name in table.task.space if f"config_{name}" in row}
            regrets[INCUMBENT, later] = table.task.regret(table.task.loss(config))
    return regrets


def make_scheduler(method, table, seed):
    limit = re.match(r"after (\d+) epoch", method)
    space = table.blackbox.configuration_space
    space = Space({**space, LIMIT: int(limit[1]) if limit else table.last}, constraints=space.constraints)
    common = {"metric": table.metric, "random_seed": seed}
    if limit or method in (BASELINE, "BayesianOptimization"):
        return getattr(baselines, BASELINE if limit else method)(space, **common)
    name, _, kind = method.partition(" ")
    resource = {"resource_attr": table.blackbox.fidelity_name(), "max_resource_attr": LIMIT}
    return getattr(baselines, name)(space, **common, **resource, **({"type": kind} if kind else {}))


@quiet_experiments()
def run(method, table, num_workers, seed, num_trainings):
    """Regrets ``(2, fractions)``: complete, and of the incumbent."""
    budget = num_trainings * table.seconds
    no_delays = SimulatorConfig(0.0, 0.0, 0.0, 0.0, 0.0)
    backend = UserBlackboxBackend(table.blackbox, table.elapsed, LIMIT, simulator_config=no_delays)
    store = StoreResultsCallback()
    tuner = Tuner(
        trial_backend=backend,
        scheduler=make_scheduler(method, table, seed),
        stop_criterion=StoppingCriterion(max_wallclock_time=budget),
        n_workers=num_workers,
        callbacks=[store],
        save_tuner=False,
    )
    tuner.run()
    rows = sorted(store.results, key=itemgetter(ST_TUNER_TIME))
    return regrets_over_time(rows, table, budget * np.array(FRACTIONS))


def compare(methods, tables, num_workers, seeds, num_trainings):
    """Regrets ``(pairs, methods, 2, fractions)``."""
    pairs = [(table, seed) for table in tables for seed in seeds]
    return np.array(
        [[run(method, table, num_workers, seed, num_trainings) for method in methods] for table, seed in pairs]
    )


def lines_of(methods, regrets):
    """A Markdown table, best mean rank of the incumbent over time first."""
    anytime = regrets.mean(axis=3)
    rankings = [rank_setups(anytime[:, :, kind], methods) for kind in (COMPLETE, INCUMBENT)]
    titles = ["rank complete", "rank incumbent"]
    titles += [f"{kind} at {share:.0%}" for kind in ("complete", "incumbent") for share in (FRACTIONS[1], 1.0)]
    lines = ["| method | " + " | ".join(titles) + " |", "|---" * (1 + len(titles)) + "|"]
    for method in rankings[INCUMBENT].setups:
        own = regrets[:, methods.index(method)].mean(axis=0)
        cells = [rank_with_interval(ranking, method) for ranking in rankings]
        cells += [f"{own[kind, place]:.3f}" for kind in (COMPLETE, INCUMBENT) for place in (1, -1)]
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return lines


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it runs")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--tasks", default=",".join(recorded_table_benchmark_definitions))
    parser.add_argument("--workers", default="1,4,16")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trainings", type=float, default=6.0, help="complete trainings per worker, as the budget")
    parser.add_argument("--write", type=Path, help="file for the tables")
    args = parser.parse_args()
    if args.quick:
        args.tasks, args.workers, args.seeds = "sgd-breast-cancer", "4", 1
        args.methods, args.trainings = "RandomSearch,ASHA,after 3 epochs", 2.0
    methods, tables = args.methods.split(","), [Table(name) for name in args.tasks.split(",")]
    written = []
    for num_workers in map(int, args.workers.split(",")):
        regrets = compare(methods, tables, num_workers, range(args.seeds), args.trainings)
        title = f"{num_workers} workers, {args.trainings:g} complete trainings each, {len(regrets)} pairs"
        written += [f"**{title}**", "", *lines_of(methods, regrets), ""]
        for column, method in enumerate(methods):
            final = regrets[:, column, INCUMBENT, -1]
            show(f"{method}, {num_workers} workers: regret of the incumbent at the end", final, "")
    print("\n".join(written))
    if args.write:
        args.write.write_text("\n".join(written), encoding="utf-8")


if __name__ == "__main__":
    main()
