"""Population-based training: the loss after a training whose best learning rate changes on the way.

    python -m benchmarks.population [--methods PBT,PB2] [--seeds 0,1]
                                    [--peers syne_tune=PYTHON --methods PBT,syne_tune-PBT]

Gradient descent on a quadratic function with noisy gradients, in expectation (Zhang et al., *Which Algorithmic Choices
Matter at Which Batch Sizes? Insights From a Noisy Quadratic Model*, NeurIPS 2019): large rates are fast at first, small
ones leave less noise at the end, so that a schedule beats every constant rate. Eight workers, a population of eight,
as many epochs as eight trainings take; a member that is replaced starts from the state of the one it copies. The figure
is regret, of the lowest loss that was reached: 0 for the best exponential decay, 1 for the best constant rate.
"""

import heapq
from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from benchmarks.contenders import interpreters_from
from benchmarks.contenders_in_time import EPOCH, contender_in_time
from benchmarks.measure import Runs, quiet_experiments, show
from syne_tune.config_space import Space, loguniform
from syne_tune.optimizer.baselines import PB2, PBT, RandomSearch

EPOCHS, NUM_STEPS, NUM_WORKERS, INTERVAL = 60, 10, 8, 5
LOWEST, HIGHEST = 1e-4, 1.5


def population(method):
    options = {"resource_attr": EPOCH, "max_t": EPOCHS, "population_size": NUM_WORKERS}
    return lambda space, metrics, seed: method(
        space, metrics[0], perturbation_interval=INTERVAL, random_seed=seed, **options
    )


METHODS = {
    "RandomSearch": lambda space, metrics, seed: RandomSearch(space, metrics[0], random_seed=seed),
    "PBT": population(PBT),
    "PB2": population(PB2),
}


class NoisyQuadratic:
    """Mean squares of the parameters, one per curvature, and what an epoch of gradient descent makes of them."""

    name, is_log, epochs = "noisy quadratic", (True,), EPOCHS
    space = Space({"lr": loguniform(LOWEST, HIGHEST)})
    curvatures = np.logspace(-2, 0, 30)

    def start(self):
        return np.ones(len(self.curvatures))

    def after_epoch(self, squares, rate):
        kept, noise = (1 - rate * self.curvatures) ** 2, rate**2 * self.curvatures
        for _ in range(NUM_STEPS):
            squares = kept * squares + noise
        return squares

    def loss(self, squares):
        return float(0.5 * np.sum(self.curvatures * squares))

    def references(self):
        """Losses of the best exponential decay and of the best constant rate."""
        rates = np.geomspace(LOWEST, HIGHEST, 40)
        return min(self.decayed(a, b) for a in rates for b in rates), min(self.decayed(a, a) for a in rates)

    def decayed(self, first, last):
        """The loss after a training whose rate goes from one value to another, by the same factor in each epoch."""
        squares = self.start()
        for rate in np.geomspace(first, last, EPOCHS):
            squares = self.after_epoch(squares, rate)
        return self.loss(squares)


def best_loss(contender, problem, budget=EPOCHS):
    """The lowest loss until so many epochs have passed on each worker."""
    states, epochs, events, idle, best, count = {}, {}, [], NUM_WORKERS, np.inf, 0
    now = 0.0
    while True:
        while idle and (job := contender.next()) is not None:
            states[job.number] = problem.start() if job.copies is None else states[job.copies]
            epochs[job.number] = 0 if job.copies is None else epochs[job.copies]
            count, idle = count + 1, idle - 1
            heapq.heappush(events, (now + 1 + 1e-6 * count, job.number, job.config["lr"]))
        if not events or events[0][0] > budget + 0.5:
            return best
        now, number, rate = heapq.heappop(events)
        states[number], epochs[number] = problem.after_epoch(states[number], rate), epochs[number] + 1
        loss = problem.loss(states[number])
        best = min(best, loss)
        if contender.report(number, epochs[number], [loss]):
            idle += 1
        elif epochs[number] >= EPOCHS:
            contender.done(number, epochs[number], [loss])
            idle += 1
        else:
            heapq.heappush(events, (now + 1, number, rate))


@quiet_experiments()
def run(method, interpreters, seed):
    problem = NoisyQuadratic()
    with contender_in_time(method, METHODS, interpreters, problem, seed) as contender:
        return best_loss(contender, problem)


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it runs")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--seeds", default=",".join(map(str, range(20))))
    parser.add_argument("--peers", help="interpreters of other libraries: syne_tune=PYTHON")
    parser.add_argument("--results", type=Path, help="file in which runs are kept, and not repeated")
    args = parser.parse_args()
    seeds = [0] if args.quick else list(map(int, args.seeds.split(",")))
    schedule, constant = NoisyQuadratic().references()
    interpreters, runs = interpreters_from(args.peers), Runs(args.results)
    for method in args.methods.split(","):
        losses = [runs.get((method, seed), lambda m=method, seed=seed: run(m, interpreters, seed)) for seed in seeds]
        show(f"{method}: regret", [(loss - schedule) / (constant - schedule) for loss in losses], "")


if __name__ == "__main__":
    main()
