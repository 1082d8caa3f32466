"""Trains a network with two hidden layers on Fashion-MNIST; reports its accuracy on a sixth of the training data."""

import sys
import time
from argparse import ArgumentParser

import numpy as np
from idx_files import load_train_split

from syne_tune import Reporter
from syne_tune.utils import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    parse_bool,
    pytorch_load_save_functions,
    resume_from_checkpointed_model,
)

try:
    import torch
    from torch import nn
except ImportError as error:
    sys.exit(
        f"This script needs PyTorch ({error}). Install it with: pip install 'syne_tune[torch]'; or set "
        "SYNE_TUNE_STAND_IN=10 to try out everything without it"
    )

VALID_SHARE = 1 / 6
NUM_CLASSES = 10


def build_parser():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--n_units_1", type=int, required=True)
    parser.add_argument("--n_units_2", type=int, required=True)
    parser.add_argument("--batch_size", type=int, required=True)
    parser.add_argument("--dropout_1", type=float, required=True)
    parser.add_argument("--dropout_2", type=float, required=True)
    parser.add_argument("--learning_rate", type=float, required=True)
    parser.add_argument("--weight_decay", type=float, required=True)
    parser.add_argument("--dataset_path", default="./", help="folder of the files of Fashion-MNIST")
    parser.add_argument("--report_current_best", type=parse_bool, default=False, help="report the best value so far")
    parser.add_argument("--seed", type=int, default=0)
    add_checkpointing_to_argparse(parser)
    return parser


def split(images, labels):
    """Training and validation part: the same in all trials."""
    order = np.random.RandomState(0).permutation(len(labels))
    num_valid = int(VALID_SHARE * len(labels))
    pixels = torch.from_numpy(images.reshape(len(images), -1).astype(np.float32) / 255)
    targets = torch.from_numpy(labels.astype(np.int64))
    return [(pixels[part], targets[part]) for part in (order[num_valid:], order[:num_valid])]


def network(config, num_pixels):
    return nn.Sequential(
        nn.Linear(num_pixels, config["n_units_1"]),
        nn.ReLU(),
        nn.Dropout(config["dropout_1"]),
        nn.Linear(config["n_units_1"], config["n_units_2"]),
        nn.ReLU(),
        nn.Dropout(config["dropout_2"]),
        nn.Linear(config["n_units_2"], NUM_CLASSES),
    )


def train_one_epoch(model, optimizer, images, labels, batch_size, generator):
    model.train()
    for batch in torch.randperm(len(labels), generator=generator).split(batch_size):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()


@torch.no_grad()
def accuracy(model, images, labels):
    model.eval()
    return (model(images).argmax(1) == labels).float().mean().item()


def objective(config):
    torch.manual_seed(config["seed"])
    (train_images, train_labels), (images, labels) = split(*load_train_split(config["dataset_path"]))
    model = network(config, train_images.shape[1])
    optimizer = torch.optim.Adam(model.parameters(), lr=config["learning_rate"], weight_decay=config["weight_decay"])
    so_far = {"best": 0.0}
    load, save = pytorch_load_save_functions({"model": model, "optimizer": optimizer}, so_far)
    first = resume_from_checkpointed_model(config, load) + 1
    report = Reporter()
    start = time.perf_counter()
    for epoch in range(first, config["epochs"] + 1):
        generator = torch.Generator().manual_seed(config["seed"] * 1000 + epoch)
        train_one_epoch(model, optimizer, train_images, train_labels, config["batch_size"], generator)
        value = accuracy(model, images, labels)
        so_far["best"] = max(so_far["best"], value)
        checkpoint_model_at_rung_level(config, save, epoch)
        shown = so_far["best"] if config["report_current_best"] else value
        report(epoch=epoch, accuracy=shown, elapsed_time=time.perf_counter() - start)


if __name__ == "__main__":
    objective(vars(build_parser().parse_args()))
