"""Trains a neural network on the 8 x 8 pixel digits that ship with scikit-learn, and reports after every epoch.

The defaults of the hyperparameters are those of scikit-learn. Run it alone, or let Syne Tune find better ones::

    python examples/digits_mlp/train_digits.py
    syne-tune run examples/digits_mlp/train_digits.py --space examples/digits_mlp/space.yaml ...
"""

from argparse import ArgumentParser

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from syne_tune import Reporter
from syne_tune.utils import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    pickle_load_save_functions,
    resume_from_checkpointed_model,
)


def build_parser():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=27)
    parser.add_argument("--units", type=int, default=100, help="units of the hidden layer")
    parser.add_argument("--activation", choices=["relu", "tanh", "logistic"], default="relu")
    parser.add_argument("--batch_size", type=int, default=200)
    parser.add_argument("--solver", choices=["adam", "sgd"], default="adam")
    parser.add_argument("--learning_rate", type=float, default=1e-3)
    parser.add_argument("--momentum", type=float, default=0.9, help="for the solver sgd only")
    parser.add_argument("--alpha", type=float, default=1e-4, help="weight of the squared norm of the weights")
    parser.add_argument("--seed", type=int, default=0)
    add_checkpointing_to_argparse(parser)
    return parser


def load_data():
    """Images and labels for training (1,000), for choosing hyperparameters (400), and for the final test (397)."""
    images, labels = load_digits(return_X_y=True)
    order = np.random.RandomState(0).permutation(len(labels))
    parts = np.split(order, [1000, 1400])
    return [(images[part] / 16, labels[part]) for part in parts]


def build_model(config):
    return MLPClassifier(
        hidden_layer_sizes=(config["units"],),
        activation=config["activation"],
        batch_size=config["batch_size"],
        solver=config["solver"],
        learning_rate_init=config["learning_rate"],
        momentum=config["momentum"],
        alpha=config["alpha"],
        random_state=config["seed"],
    )


def train_one_epoch(model, images, labels):
    model.partial_fit(images, labels, classes=np.arange(10))


def error(model, images, labels):
    """Share of the images that are taken for another digit."""
    return 1 - model.score(images, labels)


def measures(model, images, labels):
    """What is reported. The loss tells models apart that are wrong on equally many of a few hundred images."""
    loss = log_loss(labels, model.predict_proba(images), labels=range(10))
    return {"val_loss": loss, "val_error": error(model, images, labels)}


def main():
    config = vars(build_parser().parse_args())
    (train_images, train_labels), (images, labels), _ = load_data()
    state = {"model": build_model(config)}
    load, save = pickle_load_save_functions(state)
    report = Reporter()
    epoch = resume_from_checkpointed_model(config, load)
    if epoch > 0:  # the process that saved this may have died before it could report
        report(epoch=epoch, **measures(state["model"], images, labels))
    while epoch < config["epochs"]:
        epoch += 1
        train_one_epoch(state["model"], train_images, train_labels)
        checkpoint_model_at_rung_level(config, save, epoch)  # before the report that may pause the trial
        report(epoch=epoch, **measures(state["model"], images, labels))


if __name__ == "__main__":
    main()
