"""How good what a multi-fidelity method finds is after some virtual time: recorded tables, 1, 4 and 16 workers.

    python -m benchmarks.multi_fidelity [--methods ASHA,MOBSTER] [--workers 1,4,16] [--seeds 0,1,2] [--write table.md]
        [--surrogates FOLDER --tasks networks-7593] [--peers dehb=PYTHON --methods DEHB,dehb] [--results runs.jsonl]

Trials report after each epoch, at the times of the recorded trainings, or as surrogates predict, see
:mod:`benchmarks.curves`. The budget of a run is the virtual time of some complete trainings, on each worker. Two
questions are asked all along the way:

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
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.contenders import BASELINE, interpreters_from, is_ours
from benchmarks.contenders_in_time import EPOCH, LIMIT, contender_in_time
from benchmarks.curves import load_curves
from benchmarks.measure import Runs, quiet_experiments, show
from benchmarks.quality import rank_with_interval
from benchmarks.virtual_workers import simulate
from syne_tune.config_space import Space
from syne_tune.experiments.benchmark_definitions.recorded_tables import recorded_table_benchmark_definitions
from syne_tune.experiments.comparison.ranks import rank_setups
from syne_tune.optimizer import baselines

METHODS = (
    *(BASELINE, "ASHA", "ASHA promotion", "BOHB", "MOBSTER", "HyperTune", "DyHPO", "ASHABORE", "ASHACQR"),
    *("SyncHyperband", "DEHB", "AutoScheduler", "after 1 epoch", "after 3 epochs", "after 9 epochs"),
)
FRACTIONS = (0.1, 0.25, 0.5, 0.75, 1.0)
COMPLETE, INCUMBENT = 0, 1


def regrets_over_time(record, problem, times):
    """Regret of the best complete training, and of the incumbent, at some times: ``(2, times)``.

    Args:
        record: See :class:`benchmarks.virtual_workers.Record`.
        problem: With one cost, see :class:`benchmarks.curves.Curves`.
        times: Seconds.
    """
    regrets, best = np.ones((2, len(times))), np.inf
    for report in record.reports:
        later, regret = times >= report.time, problem.regrets(report.at_the_end).item()
        if report.epoch == problem.epochs:
            regrets[COMPLETE, later] = np.minimum(regrets[COMPLETE, later], regret)
        if report.costs[0] < best:
            best = report.costs[0]
            regrets[INCUMBENT, later] = regret
    return regrets


def make_scheduler(method, space, metrics, seed):
    limit = re.match(r"after (\d+) epoch", method)
    space = Space({**space, LIMIT: int(limit[1]) if limit else space[LIMIT]}, constraints=space.constraints)
    common = {"metric": metrics[0], "random_seed": seed}
    if limit or method in (BASELINE, "BayesianOptimization"):
        return getattr(baselines, BASELINE if limit else method)(space, **common)
    name, _, kind = method.partition(" ")
    resource = {"resource_attr": EPOCH, "max_resource_attr": LIMIT}
    return getattr(baselines, name)(space, **common, **resource, **({"type": kind} if kind else {}))


def ours(methods):
    """From our methods to what makes them, see :class:`benchmarks.contenders_in_time.OursInTime`."""
    names = [method for method in methods if method.startswith("after ") or is_ours(method.partition(" ")[0])]
    return {name: partial(make_scheduler, name) for name in names}


@quiet_experiments()
def run(method, problem, num_workers, seed, num_trainings, interpreters=None):
    """Regrets ``(2, fractions)``: complete, and of the incumbent."""
    budget = num_trainings * problem.typical
    with contender_in_time(method, ours([method]), interpreters or {}, problem, seed) as contender:
        record = simulate(contender, problem, num_workers, budget)
    return regrets_over_time(record, problem, budget * np.array(FRACTIONS))


def compare(methods, problems, num_workers, seeds, num_trainings, interpreters, runs):
    """Regrets ``(pairs, methods, 2, fractions)``."""
    return np.array(
        [
            [
                runs.get(
                    (problem.name, method, seed, num_workers, num_trainings),
                    lambda problem=problem, method=method, seed=seed: run(
                        method, problem, num_workers, seed, num_trainings, interpreters
                    ).tolist(),
                )
                for method in methods
            ]
            for problem, seed in product(problems, seeds)
        ]
    )


def lines_of(methods, regrets):
    """A Markdown table, best mean rank of the incumbent over time first."""
    anytime = regrets.mean(axis=3)
    rankings = [rank_setups(anytime[:, :, kind], methods) for kind in (COMPLETE, INCUMBENT) if len(methods) > 1]
    titles = ["rank complete", "rank incumbent"]
    titles += [f"{kind} at {share:.0%}" for kind in ("complete", "incumbent") for share in (FRACTIONS[1], 1.0)]
    lines = ["| method | " + " | ".join(titles) + " |", "|---" * (1 + len(titles)) + "|"]
    for method in rankings[INCUMBENT].setups if rankings else methods:
        own = regrets[:, methods.index(method)].mean(axis=0)
        cells = [rank_with_interval(ranking, method) for ranking in rankings] or ["–", "–"]
        cells += [f"{own[kind, place]:.3f}" for kind in (COMPLETE, INCUMBENT) for place in (1, -1)]
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return lines


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it runs")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--tasks", default=",".join(recorded_table_benchmark_definitions))
    parser.add_argument("--workers", default="1,4,16")
    parser.add_argument("--seeds", default="0,1,2,3,4")
    parser.add_argument("--trainings", type=float, default=6.0, help="complete trainings per worker, as the budget")
    parser.add_argument("--surrogates", help="folder with one folder per scenario of YAHPO-Gym")
    parser.add_argument("--peers", help="interpreters of other libraries: dehb=PYTHON,syne_tune=PYTHON")
    parser.add_argument("--results", type=Path, help="file in which runs are kept, and not repeated")
    parser.add_argument("--write", type=Path, help="file for the tables")
    args = parser.parse_args()
    if args.quick:
        args.tasks, args.workers, args.seeds = "sgd-breast-cancer", "4", "0"
        args.methods, args.trainings = "RandomSearch,ASHA,after 3 epochs", 2.0
    methods, interpreters, runs = args.methods.split(","), interpreters_from(args.peers), Runs(args.results)
    problems = [load_curves(name, args.surrogates).of_first_objective() for name in args.tasks.split(",")]
    written = []
    for num_workers in map(int, args.workers.split(",")):
        seeds = map(int, args.seeds.split(","))
        regrets = compare(methods, problems, num_workers, seeds, args.trainings, interpreters, runs)
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
