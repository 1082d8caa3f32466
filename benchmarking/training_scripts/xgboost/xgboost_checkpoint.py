"""Boosts trees on the 8 x 8 pixel digits that come with scikit-learn; reports and saves the model after every round.

The checkpoint is a file that XGBoost itself can read: ``xgboost.Booster(model_file="model.ubj")``.
"""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from syne_tune import Reporter
from syne_tune.utils import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    resume_from_checkpointed_model,
)

try:
    import xgboost
    from sklearn.datasets import load_digits
except ImportError as error:
    sys.exit(
        f"This script needs XGBoost and scikit-learn ({error}). Install them with: pip install xgboost scikit-learn; "
        "or set SYNE_TUNE_STAND_IN=10 to try out everything without them"
    )

NUM_CLASSES = 10
NUM_TRAIN = 1200
MODEL = "model.ubj"


def build_parser():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n_estimators", type=int, default=27, help="number of rounds")
    parser.add_argument("--learning_rate", type=float, default=0.3)
    parser.add_argument("--max_depth", type=int, default=6)
    parser.add_argument("--gamma", type=float, default=0.0, help="smallest gain of a split")
    parser.add_argument("--reg_lambda", type=float, default=1.0, help="weight of the squared norm of the leaves")
    parser.add_argument("--min_child_weight", type=float, default=1.0, help="smallest weight of a leaf")
    add_checkpointing_to_argparse(parser)
    return parser


def load_data():
    """Training and validation part: the same in all trials."""
    images, labels = load_digits(return_X_y=True)
    order = np.random.RandomState(0).permutation(len(labels))
    return [xgboost.DMatrix(images[part], labels[part]) for part in np.split(order, [NUM_TRAIN])]


def options(config):
    """None of them draws at random, so that a resumed run builds the trees that the paused one would have built."""
    return {
        "objective": "multi:softprob",
        "num_class": NUM_CLASSES,
        "learning_rate": config["learning_rate"],
        "max_depth": config["max_depth"],
        "gamma": config["gamma"],
        "reg_lambda": config["reg_lambda"],
        "min_child_weight": config["min_child_weight"],
        "nthread": 1,
    }


def save(model, folder):
    """Writes the model such that the file is there as a whole, or as it was before."""
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    unfinished = path / f"unfinished-{MODEL}"
    model.save_model(unfinished)
    os.replace(unfinished, path / MODEL)


def load(model, folder):
    """Reads the model; returns its number of rounds, 0 if there is none."""
    path = Path(folder) / MODEL
    if not path.is_file():
        return 0
    model.load_model(path)
    return model.num_boosted_rounds()


def measures(model, valid):
    """Share of the images that are taken for another digit, and the loss, which tells similar models apart."""
    labels = valid.get_label().astype(int)
    probabilities = model.predict(valid)
    loss = -np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-15)).mean()
    return {"merror": float((probabilities.argmax(axis=1) != labels).mean()), "mlogloss": float(loss)}


def main():
    config = vars(build_parser().parse_args())
    train, valid = load_data()
    model = xgboost.Booster(options(config), [train, valid])
    report = Reporter()
    start = resume_from_checkpointed_model(config, lambda folder: load(model, folder))
    model.set_param(options(config))  # the file does not hold all of them
    for epoch in range(start + 1, config["n_estimators"] + 1):
        model.update(train, epoch - 1)
        checkpoint_model_at_rung_level(config, lambda folder, _: save(model, folder), epoch)
        report(epoch=epoch, **measures(model, valid))


if __name__ == "__main__":
    main()
