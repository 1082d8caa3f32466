"""How much of the objective space methods dominate, per unit of virtual time: error against training time.

    python -m benchmarks.multi_objective

The recorded tables that come with the package, four simulated workers, paired seeds. Only reports at the full number of
epochs count. The figure is the hypervolume, averaged over the budget (the area under its curve), as a share of what the
best configurations of the table would dominate; both objectives are on the scale of their ranks in the table, so that
neither outweighs the other. Further figures: the share at the end of the budget, and the mean rank among the methods.
"""

import statistics

import numpy as np

from benchmarks.measure import is_quick, quiet_experiments
from syne_tune import StoppingCriterion, Tuner
from syne_tune.blackbox_repository import BlackboxTabular, UserBlackboxBackend, load_blackbox
from syne_tune.constants import ST_TUNER_TIME
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import EHVI, MOREA, NSGA2, MORandomScalarizationBayesOpt, ParetoMOBSTER, RandomSearch
from syne_tune.optimizer.pareto.hypervolume import hypervolume, hypervolume_growth
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.multiobjective import MOASHA

PROBLEMS = [
    ("mlp-digits", "digits", "metric_valid_error"),
    ("gboost-tabular", "breast-cancer", "metric_valid_loss"),
    ("gboost-tabular", "diabetes", "metric_valid_error"),
    ("sgd-tabular", "digits-parity", "metric_valid_loss"),
]
ELAPSED, TOTAL_TIME = "metric_elapsed_time", "total_time"
NUM_WORKERS, NUM_RUNS = 4, 6
"""The budget is the time in which every worker could run so many average configurations to their end."""


def run_to_the_end(method):
    return lambda space, metrics, _, seed: method(space, metrics, random_seed=seed)


def moasha(space, metrics, resource, seed):
    return MOASHA(space, metrics, time_attr=resource, max_t=space["max_resource"], random_seed=seed)


def halving(**options):
    return lambda space, metrics, resource, seed: HyperbandScheduler(
        space, metrics, resource_attr=resource, max_resource_attr="max_resource", random_seed=seed, **options
    )


def pareto_mobster(kind):
    return lambda space, metrics, resource, seed: ParetoMOBSTER(
        space, metrics, resource_attr=resource, max_resource_attr="max_resource", type=kind, random_seed=seed
    )


METHODS = {
    "random search": run_to_the_end(RandomSearch),
    "NSGA2": run_to_the_end(NSGA2),
    "MOREA": run_to_the_end(MOREA),
    "MORandomScalarizationBayesOpt": run_to_the_end(MORandomScalarizationBayesOpt),
    "EHVI": run_to_the_end(EHVI),
    "MOASHA": moasha,
    "MO-ASHA, promotion": halving(type="pareto_promotion"),
    "ParetoMOBSTER, stopping": pareto_mobster("stopping"),
    "ParetoMOBSTER, promotion": pareto_mobster("promotion"),
}


def with_total_time(table):
    """The table with another column: seconds of training, which do not begin anew when a trial is resumed."""
    values, names = table.objectives_evaluations, table.objectives_names
    column = values[..., [names.index(ELAPSED)]]
    return BlackboxTabular(
        table.hyperparameters,
        table.configuration_space,
        table.fidelity_space,
        np.concatenate([values, column], axis=-1),
        table.fidelity_values,
        [*names, TOTAL_TIME],
    )


class Problem:
    """A table with two objectives."""

    def __init__(self, name, task, error):
        self.label, self.table = f"{name} {task}", with_total_time(load_blackbox(name)[task])
        self.metrics, self.resource = [error, TOTAL_TIME], self.table.fidelity_name()
        self.full = int(self.table.fidelity_values[-1])
        self.space = self.table.configuration_space_with_max_resource_attr("max_resource")
        columns = [self.table.objectives_names.index(name) for name in self.metrics]
        self.values = self.table.objectives_evaluations[:, :, -1, columns].reshape(-1, 2)
        self.budget = float(NUM_RUNS * self.values[:, 1].mean())
        self.best = hypervolume(self.ranked(self.values), np.ones(2))

    def ranked(self, points):
        """Share of all entries of the table that are better, for each objective."""
        columns = [np.searchsorted(np.sort(self.values[:, i]), points[:, i]) for i in range(2)]
        return np.stack(columns, axis=1) / len(self.values)

    def share_over_time(self, rows, times):
        """Share of the best hypervolume at some times."""
        rows = rows[np.argsort(rows[:, 0], kind="stable")]
        growth = hypervolume_growth(self.ranked(rows[:, 1:]), np.ones(2)) / self.best
        places = np.searchsorted(rows[:, 0], times, side="right")
        return np.concatenate([[0.0], growth])[places]


@quiet_experiments()
def run(problem, method, seed):
    """Share of the best hypervolume at 100 times up to the budget."""
    tuner = Tuner(
        trial_backend=UserBlackboxBackend(problem.table, ELAPSED, max_resource_attr="max_resource"),
        scheduler=METHODS[method](problem.space, problem.metrics, problem.resource, seed),
        stop_criterion=StoppingCriterion(max_wallclock_time=problem.budget),
        n_workers=NUM_WORKERS,
    )
    tuner.run()
    results = load_experiment(tuner.name).results
    at_the_end = results[results[problem.resource] == problem.full]
    rows = at_the_end[[ST_TUNER_TIME, *problem.metrics]].to_numpy(dtype=float)
    return problem.share_over_time(rows, np.linspace(0, problem.budget, 101)[1:])


def main():
    quick = is_quick(__doc__)
    problems = [Problem(*PROBLEMS[0])] if quick else [Problem(*problem) for problem in PROBLEMS]
    seeds = range(1) if quick else range(10)
    curves = {
        method: np.array([[run(problem, method, seed) for seed in seeds] for problem in problems]) for method in METHODS
    }
    area = np.array([curve.mean(axis=2) for curve in curves.values()])
    ranks = (area[:, None] < area[None]).sum(axis=1) + 1
    for method, own_area, own_rank in zip(curves, area, ranks, strict=True):
        by_problem = ", ".join(
            f"{problem.label} {value:.3f}" for problem, value in zip(problems, own_area.mean(1), strict=True)
        )
        end = curves[method][:, :, -1].mean()
        print(
            f"{method}: {statistics.mean(own_area.ravel().tolist()):.3f} of the best hypervolume over time, "
            f"{end:.3f} at the end, mean rank {own_rank.mean():.2f} of {len(curves)} ({by_problem})"
        )


if __name__ == "__main__":
    main()
