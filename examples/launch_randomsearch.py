"""Random search on this machine: the smallest complete launcher script."""

from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import randint
from syne_tune.optimizer.baselines import RandomSearch

SCRIPT = Path(__file__).parent / "training_scripts" / "height_example" / "train_height.py"


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    quick = parser.parse_args().quick

    space = {"steps": 9, "width": randint(0, 20), "height": randint(-100, 100)}
    tuner = Tuner(
        trial_backend=LocalBackend(entry_point=SCRIPT),
        scheduler=RandomSearch(space, metric="mean_loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_finished=4 if quick else 30),
        n_workers=2,
    )
    tuner.run()
    print("best:", tuner.best_config())


if __name__ == "__main__":
    main()
