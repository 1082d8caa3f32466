"""Trains a residual network on CIFAR-10, and reports its accuracy on a fifth of the training data after every epoch."""

import sys
import time
from argparse import ArgumentParser

import numpy as np

from syne_tune import Reporter
from syne_tune.utils import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    pytorch_load_save_functions,
    resume_from_checkpointed_model,
)

try:
    import torch
except ImportError as error:
    sys.exit(
        f"This script needs PyTorch ({error}). Install it with: pip install 'syne_tune[torch]'; or set "
        "SYNE_TUNE_STAND_IN=10 to try out everything without it"
    )

from cifar10 import NUM_CLASSES, load_train_split
from resnet import resnet18

MEAN = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
STD = torch.tensor([0.2470, 0.2435, 0.2616]).view(1, 3, 1, 1)
VALID_SHARE = 0.2
MILESTONES, GAMMA = (25, 40), 0.1
PADDING = 4


def build_parser():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--lr", type=float, required=True)
    parser.add_argument("--batch_size", type=int, required=True)
    parser.add_argument("--momentum", type=float, required=True)
    parser.add_argument("--weight_decay", type=float, required=True)
    parser.add_argument("--dataset_path", default="./", help="folder of the files of CIFAR-10")
    parser.add_argument("--num_gpus", type=int, default=1)
    parser.add_argument("--width", type=int, default=64, help="channels of the first stage")
    parser.add_argument("--seed", type=int, default=0)
    add_checkpointing_to_argparse(parser)
    return parser


def split(images, labels):
    """Training and validation part: the same in all trials."""
    order = np.random.RandomState(0).permutation(len(labels))
    num_valid = int(VALID_SHARE * len(labels))
    parts = order[num_valid:], order[:num_valid]
    return [(torch.from_numpy(images[part]), torch.from_numpy(labels[part])) for part in parts]


def normalised(images, device):
    """From bytes to numbers of mean 0 and variance 1 per channel."""
    return (images.to(device).float() / 255 - MEAN.to(device)) / STD.to(device)


def augmented(images, generator):
    """Mirrors every second image, and moves all of them by up to four pixels in both directions."""
    mirrored = torch.rand(len(images), generator=generator) < 0.5
    images = torch.where(mirrored.view(-1, 1, 1, 1), images.flip(3), images)
    padded = torch.nn.functional.pad(images, [PADDING] * 4)
    height, width = images.shape[2:]
    moved = torch.empty_like(images)
    offsets = torch.randint(0, 2 * PADDING + 1, (len(images), 2), generator=generator).tolist()
    for i, (top, left) in enumerate(offsets):
        moved[i] = padded[i, :, top : top + height, left : left + width]
    return moved


def train_one_epoch(model, optimizer, images, labels, batch_size, generator, device):
    model.train()
    for batch in torch.randperm(len(labels), generator=generator).split(batch_size):
        inputs = normalised(augmented(images[batch], generator), device)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(inputs), labels[batch].to(device)).backward()
        optimizer.step()


@torch.no_grad()
def accuracy(model, images, labels, device, batch_size=500):
    model.eval()
    chunks = zip(images.split(batch_size), labels.split(batch_size), strict=True)
    right = [(model(normalised(x, device)).argmax(1).cpu() == y).sum().item() for x, y in chunks]
    return sum(right) / len(labels)


def objective(config):
    torch.manual_seed(config["seed"])
    device = torch.device("cuda" if torch.cuda.is_available() and config["num_gpus"] > 0 else "cpu")
    (train_images, train_labels), (images, labels) = split(*load_train_split(config["dataset_path"]))
    model = resnet18(NUM_CLASSES, config["width"]).to(device)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=config["lr"], momentum=config["momentum"], weight_decay=config["weight_decay"]
    )
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, MILESTONES, GAMMA)
    network = torch.nn.DataParallel(model) if device.type == "cuda" and config["num_gpus"] > 1 else model
    load, save = pytorch_load_save_functions({"model": model, "optimizer": optimizer, "schedule": schedule})
    first = resume_from_checkpointed_model(config, load) + 1
    report = Reporter()
    start = time.perf_counter()
    for epoch in range(first, config["epochs"] + 1):
        generator = torch.Generator().manual_seed(config["seed"] * 1000 + epoch)
        train_one_epoch(network, optimizer, train_images, train_labels, config["batch_size"], generator, device)
        schedule.step()
        value = accuracy(network, images, labels, device)
        checkpoint_model_at_rung_level(config, save, epoch)
        report(epoch=epoch, objective=value, elapsed_time=time.perf_counter() - start)


if __name__ == "__main__":
    objective(vars(build_parser().parse_args()))
