"""How much of the objective space methods dominate, per unit of virtual time.

    python -m benchmarks.multi_objective [--methods NSGA2,MOASHA] [--tasks mlp-digits] [--seeds 0,1,2]
    python -m benchmarks.multi_objective --methods NSGA2,EHVI --tasks zdt1,dtlz2 --trainings 25
        [--surrogates FOLDER --tasks networks-7593,trees-1501] [--peers optuna=PYTHON --methods ...,optuna-nsga2]
        [--results runs.jsonl] [--write table.md]

Four simulated workers, paired seeds, error against seconds of training or of prediction, see :mod:`benchmarks.curves`.
The budget is the time in which every worker could run so many complete trainings of median length; only complete
trainings count. The figure is the hypervolume, averaged over the budget (the area under its curve), as a share of what
the best known configurations dominate. Objectives are on the scale of regret: 0 for the best value known, 1, which is
also the reference point, for that of a random configuration in the middle, in logarithms for seconds. Methods of all
libraries are driven alike, by :mod:`benchmarks.virtual_workers`. With ``--results``, runs are kept in a file, and those
that are there already are not repeated.
"""

import os
from argparse import ArgumentParser
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.contenders import interpreters_from
from benchmarks.contenders_in_time import EPOCH, LIMIT, contender_in_time
from benchmarks.curves import load_curves
from benchmarks.measure import Runs, quiet_experiments, show
from benchmarks.virtual_workers import simulate
from syne_tune.experiments.benchmark_definitions.recorded_tables import recorded_table_benchmark_definitions
from syne_tune.optimizer.baselines import (
    EHVI,
    MOREA,
    NSGA2,
    MOLinearScalarizationBayesOpt,
    MORandomScalarizationBayesOpt,
    ParetoMOBSTER,
    RandomSearch,
)
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.multiobjective import MOASHA, RankVolumePriority

NUM_TIMES = 100
PARTS = (25, 50, 100)
"""Percentages of the budget at which the share is shown."""


def run_to_the_end(method):
    return lambda space, metrics, seed: method(space, metrics, random_seed=seed)


def moasha(space, metrics, seed):
    return MOASHA(space, metrics, time_attr=EPOCH, max_t=space[LIMIT], random_seed=seed)


def halving(method, kind, **options):
    return lambda space, metrics, seed: method(
        space, metrics, resource_attr=EPOCH, max_resource_attr=LIMIT, type=kind, random_seed=seed, **options
    )


METHODS = {
    "RandomSearch": run_to_the_end(RandomSearch),
    "NSGA2": run_to_the_end(NSGA2),
    "MOREA": run_to_the_end(MOREA),
    "MOLinearScalarizationBayesOpt": run_to_the_end(MOLinearScalarizationBayesOpt),
    "MORandomScalarizationBayesOpt": run_to_the_end(MORandomScalarizationBayesOpt),
    "EHVI": run_to_the_end(EHVI),
    "MOASHA": moasha,
    "MO-ASHA promotion": halving(HyperbandScheduler, "pareto_promotion"),
    "ParetoMOBSTER without models": halving(
        HyperbandScheduler, "pareto_stopping", rung_system_kwargs={"multiobjective_priority": RankVolumePriority()}
    ),
    "ParetoMOBSTER stopping": halving(ParetoMOBSTER, "stopping"),
    "ParetoMOBSTER promotion": halving(ParetoMOBSTER, "promotion"),
}


@quiet_experiments()
def run(problem, method, interpreters, seed, num_workers, num_runs):
    """Share of the hypervolume at 100 times up to the budget; number of jobs; CPU seconds."""
    budget = num_runs * problem.typical
    with contender_in_time(method, METHODS, interpreters, problem, seed) as contender:
        record = simulate(contender, problem, num_workers, budget)
    times = np.linspace(0, budget, NUM_TIMES + 1)[1:]
    shares = problem.share_over_time(*record.complete(problem.epochs), times)
    return {"shares": shares.tolist(), "jobs": record.suggestions, "cpu_seconds": record.cpu_seconds}


def with_error(values):
    """Mean and standard error."""
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0:.3f}"


def mean_ranks(area):
    """Ranks ``(methods, pairs)``, 1 for the largest, equal values share theirs."""
    better, equal = (area[None] > area[:, None]).sum(axis=1), (area[None] == area[:, None]).sum(axis=1)
    return 1 + better + (equal - 1) / 2


def lines_of(methods, pairs, found):
    """Two Markdown tables: methods, best mean rank first, and tasks.

    Args:
        methods: Names.
        pairs: Of task and seed.
        found: Runs ``[method][pair]``.
    """
    shares = np.array([[it["shares"] for it in own] for own in found])
    area, ranks = shares.mean(axis=2), mean_ranks(shares.mean(axis=2))
    order = np.argsort(ranks.mean(axis=1), kind="stable")
    columns = [f"rank of {len(methods)}", "over time", *(f"at {part} %" for part in PARTS)]
    columns += ["behind the first", "pairs ahead of it", "CPU s", "CPU ms per job"]
    lines = [f"| method | {' | '.join(columns)} |", "|---" * (1 + len(columns)) + "|"]
    for place in order:
        cells = [with_error(ranks[place]), with_error(area[place])]
        cells += [with_error(shares[place, :, shares.shape[2] * part // 100 - 1]) for part in PARTS]
        behind = area[order[0]] - area[place]
        cells += ["–", "–"] if place == order[0] else [with_error(behind), f"{np.sum(behind < 0)} of {len(pairs)}"]
        cpu, jobs = (np.array([it[what] for it in found[place]]) for what in ("cpu_seconds", "jobs"))
        cells += [f"{cpu.mean():.2f}", f"{1e3 * cpu.sum() / jobs.sum():.1f}"]
        lines.append(f"| {methods[place]} | {' | '.join(cells)} |")
    return [*lines, "", *lines_by_task([methods[place] for place in order], pairs, area[order])]


def lines_by_task(methods, pairs, area):
    """A Markdown table of means over seeds; ``area`` is ``(methods, pairs)``."""
    tasks = list(dict.fromkeys(task for task, _ in pairs))
    lines = ["| share over time | " + " | ".join(tasks) + " |", "|---" * (1 + len(tasks)) + "|"]
    for method, own in zip(methods, area, strict=True):
        means = [own[[pair[0] == task for pair in pairs]].mean() for task in tasks]
        lines.append(f"| {method} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    return lines


def parse_args():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it runs")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--tasks", default=",".join(recorded_table_benchmark_definitions))
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--trainings", type=float, default=6.0, help="complete trainings per worker, as the budget")
    parser.add_argument("--surrogates", help="folder with one folder per scenario of YAHPO-Gym")
    parser.add_argument("--peers", help="interpreters of other libraries: optuna=PYTHON,pymoo=PYTHON,syne_tune=PYTHON")
    parser.add_argument("--results", type=Path, help="file in which runs are kept")
    parser.add_argument("--write", type=Path, help="file for the tables")
    args = parser.parse_args()
    if args.quick:
        args.methods, args.tasks = "RandomSearch,NSGA2,MOASHA", "sgd-breast-cancer"
        args.seeds, args.trainings = "0", 2.0
    return args


def main():
    args = parse_args()
    methods, interpreters, runs = args.methods.split(","), interpreters_from(args.peers), Runs(args.results)
    pairs = list(product(args.tasks.split(","), map(int, args.seeds.split(","))))
    found = [[] for _ in methods]
    for task, seed in pairs:
        for method, own in zip(methods, found, strict=True):
            own.append(
                runs.get(
                    (task, method, seed, args.workers, args.trainings),
                    lambda task=task, method=method, seed=seed: run(
                        load_curves(task, args.surrogates), method, interpreters, seed, args.workers, args.trainings
                    ),
                )
            )
    for method, own in zip(methods, found, strict=True):
        area = [float(np.mean(it["shares"])) for it in own]
        show(f"{method}: share of the hypervolume over time", area, "")
    title = f"**{args.workers} workers, {args.trainings:g} complete trainings each, {len(pairs)} pairs**"
    lines = [title, "", *lines_of(methods, pairs, found)]
    print("\n".join(lines))
    if args.write:
        args.write.write_text("\n".join(lines) + os.linesep, encoding="utf-8")


if __name__ == "__main__":
    main()
