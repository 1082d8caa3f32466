"""Stands in for any training script: a small network on generated images, NumPy alone, milliseconds per epoch.

It takes the arguments of the script it replaces. Of these, learning rate, momentum, weight decay and batch size have an
effect; it reports under the names of the benchmark. See ``benchmarking/benchmark_definitions/stand_in.py``.
"""

import sys
from argparse import ArgumentParser

import numpy as np

from syne_tune import Reporter
from syne_tune.utils import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    pickle_load_save_functions,
    resume_from_checkpointed_model,
)

NUM_CLASSES, NUM_PIXELS, NUM_UNITS = 10, 64, 32
NUM_TRAIN, NUM_VALID = 1000, 500
NOISE = 1.5


def parse_words(words):
    """Arguments that are known here, and all others as text by name."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stand_in_for", default="nothing")
    parser.add_argument(
        "--stand_in_reports", default="accuracy,max,epoch,epochs", help="metric, mode, resource, maximum"
    )
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--weight_decay", type=float, default=1e-4)
    add_checkpointing_to_argparse(parser)
    known, others = parser.parse_known_args(words)
    names, values = others[::2], others[1::2]
    return vars(known), {name.lstrip("-"): value for name, value in zip(names, values, strict=False)}


def make_images(seed, number):
    """Noisy copies of ten patterns, and the numbers of the patterns."""
    patterns = np.random.RandomState(0).randn(NUM_CLASSES, NUM_PIXELS)
    random = np.random.RandomState(seed)
    labels = random.randint(NUM_CLASSES, size=number)
    return patterns[labels] + NOISE * random.randn(number, NUM_PIXELS), labels


def new_network():
    random = np.random.RandomState(1)
    shapes = [(NUM_PIXELS, NUM_UNITS), (NUM_UNITS, NUM_CLASSES)]
    weights = [random.randn(*shape) / np.sqrt(shape[0]) for shape in shapes]
    return {"weights": weights, "velocities": [np.zeros(shape) for shape in shapes]}


def predict(network, images):
    hidden = np.maximum(images @ network["weights"][0], 0)
    scores = hidden @ network["weights"][1]
    scores -= scores.max(axis=1, keepdims=True)
    probabilities = np.exp(scores)
    return hidden, probabilities / probabilities.sum(axis=1, keepdims=True)


def train_one_epoch(network, images, labels, config, rate):
    order = np.random.RandomState(config["epoch"]).permutation(len(labels))
    for start in range(0, len(order), config["batch_size"]):
        batch = order[start : start + config["batch_size"]]
        hidden, error = predict(network, images[batch])
        error[np.arange(len(batch)), labels[batch]] -= 1
        error /= len(batch)
        back = (error @ network["weights"][1].T) * (hidden > 0)
        for i, gradient in enumerate((images[batch].T @ back, hidden.T @ error)):
            gradient += config["weight_decay"] * network["weights"][i]
            network["velocities"][i] = config["momentum"] * network["velocities"][i] - rate * gradient
            network["weights"][i] = network["weights"][i] + network["velocities"][i]


def measure(network, images, labels, mode):
    """Accuracy, or, if small is good, the loss."""
    _, probabilities = predict(network, images)
    if mode == "max":
        return float((probabilities.argmax(axis=1) == labels).mean())
    return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean())


def main():
    config, others = parse_words(sys.argv[1:])
    metric, mode, resource, maximum = config["stand_in_reports"].split(",")
    given_rate = float(others.get("lr", others.get("learning_rate", 0.01)))
    rate = given_rate / (1 + given_rate)
    train, valid = make_images(1, NUM_TRAIN), make_images(2, NUM_VALID)
    network = new_network()
    load, save = pickle_load_save_functions(network)
    report = Reporter()
    first = resume_from_checkpointed_model(config, load) + 1
    for epoch in range(first, int(others[maximum]) + 1):
        with np.errstate(all="ignore"):
            train_one_epoch(network, *train, {**config, "epoch": epoch}, rate)
            value = measure(network, *valid, mode)
        checkpoint_model_at_rung_level(config, save, epoch)
        report(**{resource: epoch, metric: value})


if __name__ == "__main__":
    main()
