"""CPU time of a suggestion against the number of evaluations it is based on: all model-based searchers, and peers.

    python -m benchmarks.latency [--methods BayesianOptimization,BORE] [--sizes 20,100,500,10000]
                                 [--peers optuna=PYTHON,ax=PYTHON --methods ...,optuna-gp,ax]

Random configurations of a space of ten hyperparameters, of all kinds, are known with their values; then suggestions are
asked for and evaluated, one after the other. Asking and telling count. CPU time of one thread, because the machine that
measures does other work as well; compare what was measured in one run.
"""

from argparse import ArgumentParser

import numpy as np

from benchmarks.contenders import Ours, contender, interpreters_from, is_ours
from benchmarks.measure import quiet_experiments, show
from benchmarks.tasks import load_task

METHODS = ("BayesianOptimization", "BORE", "CQR", "KDE")
TARGETS = {("BayesianOptimization", 100): 30, ("BayesianOptimization", 500): 60, ("BayesianOptimization", 10000): 20}
SHORT_SIZE = 20


@quiet_experiments()
def run(method, interpreters, size, num_suggestions):
    """CPU seconds of each suggestion; the first one, which makes the first model, is left out."""
    task = load_task("mixed10")
    random_state = np.random.RandomState(7)
    known = [task.space.sample(random_state) for _ in range(size)]
    if is_ours(method):
        optimizer = Ours(method, task.space, 0, first=known)
        for _ in known:
            number, config, _ = optimizer.ask()
            optimizer.tell(number, task.loss(config))
        return _suggestions(optimizer, task, num_suggestions)
    with contender(method, interpreters, task.space, 0) as optimizer:
        for config in known:
            optimizer.know(config, task.loss(config))
        return _suggestions(optimizer, task, num_suggestions)


def _suggestions(optimizer, task, count):
    seconds = []
    for _ in range(1 + count):
        number, config, asking = optimizer.ask()
        seconds.append(asking + optimizer.tell(number, task.loss(config)))
    return seconds[1:]


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it runs")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--sizes", default="20,100,500,10000")
    parser.add_argument("--suggestions", type=int, default=20)
    parser.add_argument("--peers", help="NAME=PYTHON,...; default: the environment variable SYNETUNE_PEERS")
    args = parser.parse_args()
    if args.quick:
        args.sizes, args.suggestions = str(SHORT_SIZE), 2
    interpreters = interpreters_from(args.peers)
    for method in args.methods.split(","):
        for size in map(int, args.sizes.split(",")):
            seconds = run(method, interpreters, size, args.suggestions)
            what = f"{method}, {size} evaluations"
            show(what, [1000 * second for second in seconds], "ms of CPU time", TARGETS.get((method, size)))
            print(f"    95 % of suggestions within {1000 * np.quantile(seconds, 0.95):.4g} ms")


if __name__ == "__main__":
    main()
