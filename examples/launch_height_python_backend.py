"""Tunes a function instead of a script. Each trial is a process of its own all the same."""

from argparse import ArgumentParser

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import PythonBackend
from syne_tune.config_space import randint
from syne_tune.optimizer.baselines import ASHA


def train_height(steps, width, height):
    """The function that is tuned. What it yields are its reports; calling a ``Reporter`` works, too."""
    for step in range(steps):
        yield {"epoch": step + 1, "mean_loss": 100 / (10 + width * step) + 0.1 * height}


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    quick = parser.parse_args().quick

    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100)}
    tuner = Tuner(
        trial_backend=PythonBackend(train_height, config_space=space),
        scheduler=ASHA(space, metric="mean_loss", resource_attr="epoch", max_resource_attr="steps", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_finished=4 if quick else 40),
        n_workers=2,
    )
    tuner.run()
    print("best:", tuner.best_config())


if __name__ == "__main__":
    main()
