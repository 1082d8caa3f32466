"""Ask for configurations, evaluate them yourself, tell the values: a scheduler without tuner and backend."""

from argparse import ArgumentParser

from syne_tune.config_space import uniform
from syne_tune.optimizer.baselines import RandomSearch
from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler


def parabola(x, y):
    return (x - 0.3) ** 2 + (y - 0.8) ** 2


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer evaluations")
    quick = parser.parse_args().quick

    space = {"x": uniform(0, 1), "y": uniform(0, 1)}
    scheduler = AskTellScheduler(RandomSearch(space, metric="loss", random_seed=0))
    for _ in range(5 if quick else 50):
        trial = scheduler.ask()
        scheduler.tell(trial, {"loss": parabola(**trial.config)})
    best = scheduler.best_trial("loss")
    print(f"best of all: trial {best.trial_id} with {best.config}")


if __name__ == "__main__":
    main()
