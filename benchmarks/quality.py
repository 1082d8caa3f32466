"""How good what a method finds is after some evaluations: regret, ranks with confidence intervals, losing tasks.

    python -m benchmarks.quality [--methods RandomSearch,BayesianOptimization] [--seeds 5] [--write table.md]
                                 [--peers optuna=PYTHON,ax=PYTHON --methods ...,optuna-gp,ax]

Sequential evaluations of functions and of recorded tables. A pair is a task with a seed; every method of a comparison
has all pairs, and random configurations of a seed are the same for our methods. Regret is 0 for the best loss there is
and 1 for that of a random configuration in the middle. Nothing is timed but CPU seconds per suggestion, so that results
do not depend on what else the machine does.
"""

from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks.contenders import BASELINE, contender, interpreters_from
from benchmarks.measure import quiet_experiments, show
from benchmarks.tasks import TASKS, load_task
from syne_tune.experiments.comparison.ranks import rank_setups

METHODS = (BASELINE, "BayesianOptimization", "BORE", "CQR", "KDE")
AFTER = (20, 40, 60)


@quiet_experiments()
def run(method, interpreters, task, seed, num_evaluations):
    """Best regret after each evaluation, and CPU seconds per suggestion."""
    regrets, seconds = [], 0.0
    with contender(method, interpreters, task.space, seed) as optimizer:
        for _ in range(num_evaluations):
            number, config, asking = optimizer.ask()
            loss = task.loss(config)
            seconds += asking + optimizer.tell(number, loss)
            regrets.append(task.regret(loss))
    return np.minimum.accumulate(regrets), seconds / num_evaluations


def compare(methods, interpreters, tasks, seeds, num_evaluations):
    """Regret curves ``(pairs, methods, evaluations)``, and CPU seconds ``(pairs, methods)``."""
    curves, seconds = [], []
    for task in tasks:
        for seed in seeds:
            runs = [run(method, interpreters, task, seed, num_evaluations) for method in methods]
            curves.append([curve for curve, _ in runs])
            seconds.append([cost for _, cost in runs])
    return np.array(curves), np.array(seconds)


def table(methods, curves, seconds, after):
    """Lines of a Markdown table, best mean rank at the end first."""
    header = [f"rank after {count}" for count in after] + [f"regret after {count}" for count in after]
    lines = ["| method | " + " | ".join([*header, "CPU ms per suggestion"]) + " |", "|---" * (len(header) + 2) + "|"]
    rankings = [rank_setups(curves[:, :, count - 1], methods) for count in after if len(methods) > 1]
    for method in rankings[-1].setups if rankings else methods:
        column = methods.index(method)
        cells = [rank_with_interval(ranking, method) for ranking in rankings] or ["–"] * len(after)
        cells += [f"{curves[:, column, count - 1].mean():.3f}" for count in after]
        lines.append(" | ".join([f"| {method}", *cells, f"{1000 * seconds[:, column].mean():.1f} |"]))
    return lines


def rank_with_interval(ranking, method):
    place = ranking.setups.index(method)
    low, high = ranking.intervals[place]
    return f"{ranking.mean_ranks[place]:.2f} ({low:.2f} to {high:.2f})"


def lost_tasks(method, methods, tasks, num_seeds, final):
    """Per task on which another method has less regret in the mean: what it has, and what the best other one has."""
    column = methods.index(method)
    lost = defaultdict(str)
    for place, task in enumerate(tasks):
        means = final[place * num_seeds : (place + 1) * num_seeds].mean(axis=0)
        best = int(np.argmin(means))
        if means[best] < means[column]:
            lost[task.name] = f"{means[column]:.3f}, {methods[best]} {means[best]:.3f}"
    return lost


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it runs")
    parser.add_argument("--methods", help=f"default: {','.join(METHODS)}")
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--evaluations", type=int, default=max(AFTER))
    parser.add_argument("--peers", help="NAME=PYTHON,...; default: the environment variable SYNETUNE_PEERS")
    parser.add_argument("--write", type=Path, help="file for the tables")
    args = parser.parse_args()
    if args.quick:
        args.tasks, args.seeds, args.evaluations = "branin,sgd-breast-cancer", 1, 6
        args.methods = args.methods or f"{BASELINE},BayesianOptimization"
    methods = args.methods.split(",") if args.methods else list(METHODS)
    tasks = [load_task(name) for name in args.tasks.split(",")]
    seeds = range(args.seeds)
    curves, seconds = compare(methods, interpreters_from(args.peers), tasks, seeds, args.evaluations)
    after = [count for count in AFTER if count <= args.evaluations] or [args.evaluations]
    lines = table(methods, curves, seconds, after)
    for method in methods:
        if method != BASELINE:
            lost = lost_tasks(method, methods, tasks, len(seeds), curves[:, :, after[-1] - 1])
            lines.append(f"\n{method} loses {len(lost)} of {len(tasks)} tasks after {after[-1]} evaluations:")
            lines += [f"* {name}: {text}" for name, text in lost.items()]
    print("\n".join(lines))
    if args.write:
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for column, method in enumerate(methods):
        show(f"{method}: regret after {after[-1]} evaluations", curves[:, column, after[-1] - 1], "")


if __name__ == "__main__":
    main()
