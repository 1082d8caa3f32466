"""Tunes a neural network on scikit-learn's digits with ASHA, then measures what that was worth.

This is what ``make demo`` runs. Two trials run at a time, each an ordinary run of ``digits_mlp/train_digits.py``; after
each epoch ASHA stops those that are worse than the others were. The same through the command line::

    syne-tune run examples/digits_mlp/train_digits.py --space examples/digits_mlp/space.yaml --method ASHA \\
        --metric val_loss --resource-attr epoch --max-resource-attr epochs --n-workers 2 --max-wallclock-time 45 \\
        --preload sklearn.datasets --preload sklearn.neural_network
"""

import shutil
import statistics
import sys
from argparse import ArgumentParser
from pathlib import Path

from digits_mlp.train_digits import build_model, build_parser, error, load_data, train_one_epoch

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.callbacks.progress import ProgressCallback
from syne_tune.config_space.parse import read_space
from syne_tune.optimizer.baselines import ASHA

FOLDER = Path(__file__).parent / "digits_mlp"


def tune(stop_criterion):
    scheduler = ASHA(
        read_space(FOLDER / "space.yaml"),
        metric="val_loss",
        resource_attr="epoch",
        max_resource_attr="epochs",
        random_seed=0,
    )
    tuner = Tuner(
        trial_backend=LocalBackend(FOLDER / "train_digits.py", preload=["sklearn.datasets", "sklearn.neural_network"]),
        scheduler=scheduler,
        stop_criterion=stop_criterion,
        n_workers=2,
        tuner_name="digits",
        callbacks=[ProgressCallback()],
    )
    tuner.run()
    return tuner


def test_errors(config, seeds):
    """Error on the images that played no role in tuning, after training in full, for each of some seeds."""
    (train_images, train_labels), _, (images, labels) = load_data()
    errors = []
    for seed in seeds:
        model = build_model({**config, "seed": seed})
        for _ in range(config["epochs"]):
            train_one_epoch(model, train_images, train_labels)
        errors.append(error(model, images, labels))
    return errors


def describe(config):
    return ", ".join(f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}" for name, value in config)


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=45, help="how long to tune")
    parser.add_argument("--quick", action="store_true", help="only show that it works")
    args = parser.parse_args()

    quick, full = StoppingCriterion(max_num_evaluations=20), StoppingCriterion(max_wallclock_time=args.seconds)
    tuner = tune(quick if args.quick else full)
    trial_id, best = tuner.best_config()
    defaults = vars(build_parser().parse_args([]))
    print(f"\nBest of {tuner.tuning_status.num_trials_started} trials is trial {trial_id}:")
    print("  " + describe((name, value) for name, value in best.items()))
    seeds = range(1, 2 if args.quick else 6)
    print(f"Error on {len(load_data()[2][1])} test images, trained in full with other seeds ({len(seeds)}):")
    for name, config in (("defaults of the script", defaults), ("best configuration", {**defaults, **best})):
        errors = test_errors(config, seeds)
        print(f"  {name:<24}{statistics.mean(errors):6.1%}   ({min(errors):.1%} to {max(errors):.1%})")

    command = shutil.which("syne-tune") or str(Path(sys.executable).parent / "syne-tune")
    print("\nLook around:")
    print(f"  {command} show {tuner.name}")
    print(f"  {command} best {tuner.name}")
    print(f"  {command} why {tuner.name} {trial_id}")


if __name__ == "__main__":
    main()
