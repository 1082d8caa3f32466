"""Trains a small transformer language model on WikiText-2; reports its validation loss after every epoch."""

import math
import sys
import time
from argparse import ArgumentParser
from contextlib import nullcontext

from wikitext2 import in_columns, load_words, windows

from syne_tune import Reporter
from syne_tune.utils import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
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

VALID_COLUMNS = 10
PRECISIONS = ("float", "bfloat16")


def build_parser():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--lr", type=float, required=True)
    parser.add_argument("--dropout", type=float, required=True)
    parser.add_argument("--batch_size", type=int, required=True)
    parser.add_argument("--momentum", type=float, required=True, help="for the optimizer sgd only")
    parser.add_argument("--clip", type=float, required=True, help="largest norm of the gradient")
    parser.add_argument("--d_model", type=int, default=256)
    parser.add_argument("--ffn_ratio", type=int, default=1, help="width of the feed-forward layers, over d_model")
    parser.add_argument("--nlayers", type=int, default=2)
    parser.add_argument("--nhead", type=int, default=2)
    parser.add_argument("--bptt", type=int, default=35, help="words per window")
    parser.add_argument("--optimizer_name", choices=["sgd", "adam"], default="sgd")
    parser.add_argument("--input_data_dir", default="./", help="folder of the files of WikiText-2")
    parser.add_argument("--use_cuda", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1111)
    parser.add_argument("--precision", choices=PRECISIONS, default="float")
    parser.add_argument("--log_interval", type=int, default=200, help="print the training loss every so many windows")
    add_checkpointing_to_argparse(parser)
    return parser


class LanguageModel(nn.Module):
    """Embedding with positions, transformer layers that see earlier words only, output layer.

    Args:
        num_words: Number of different words.
        config: Configuration of the trial.
    """

    def __init__(self, num_words, config):
        super().__init__()
        width = config["d_model"]
        layer = nn.TransformerEncoderLayer(width, config["nhead"], config["ffn_ratio"] * width, config["dropout"])
        self.embedding = nn.Embedding(num_words, width)
        self.dropout = nn.Dropout(config["dropout"])
        self.layers = nn.TransformerEncoder(layer, config["nlayers"])
        self.output = nn.Linear(width, num_words)
        self.register_buffer("positions", positions(config["bptt"], width), persistent=False)

    def forward(self, words):
        length = len(words)
        later = torch.full((length, length), -math.inf, device=words.device).triu(1)
        scaled = self.embedding(words) * math.sqrt(self.embedding.embedding_dim)
        return self.output(self.layers(self.dropout(scaled + self.positions[:length]), later))


def positions(length, width):
    """Sines and cosines of different wavelengths, ``(length, 1, width)``; Vaswani et al. 2017, section 3.5."""
    angles = torch.arange(length).unsqueeze(1) * torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    table = torch.zeros(length, 1, width)
    table[:, 0, 0::2], table[:, 0, 1::2] = angles.sin(), angles.cos()[:, : width // 2]
    return table


class Training:
    """A model, its optimizer, and how they are run.

    Args:
        config: Configuration of the trial.
        num_words: Number of different words.
    """

    def __init__(self, config, num_words):
        self.config = config
        self.device = torch.device("cuda" if config["use_cuda"] and torch.cuda.is_available() else "cpu")
        self.model = LanguageModel(num_words, config).to(self.device)
        if config["optimizer_name"] == "adam":
            self.optimizer = torch.optim.Adam(self.model.parameters(), lr=config["lr"])
        else:
            self.optimizer = torch.optim.SGD(self.model.parameters(), lr=config["lr"], momentum=config["momentum"])

    def loss(self, inputs, targets):
        is_mixed = self.config["precision"] == "bfloat16"
        with torch.autocast(self.device.type, torch.bfloat16) if is_mixed else nullcontext():
            scores = self.model(torch.from_numpy(inputs).to(self.device))
            targets = torch.from_numpy(targets).to(self.device)
            return nn.functional.cross_entropy(scores.flatten(0, 1).float(), targets.flatten())

    def one_epoch(self, columns):
        self.model.train()
        for number, (inputs, targets) in enumerate(windows(columns, self.config["bptt"]), start=1):
            self.optimizer.zero_grad()
            loss = self.loss(inputs, targets)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), self.config["clip"])
            self.optimizer.step()
            if number % self.config["log_interval"] == 0:
                print(f"window {number}: training loss {loss.item():.3f}", flush=True)

    @torch.no_grad()
    def validation_loss(self, columns):
        self.model.eval()
        pairs = list(windows(columns, self.config["bptt"]))
        return sum(self.loss(x, y).item() * len(x) for x, y in pairs) / sum(len(x) for x, _ in pairs)


def objective(config):
    torch.manual_seed(config["seed"])
    train, valid, num_words = load_words(config["input_data_dir"])
    train, valid = in_columns(train, config["batch_size"]), in_columns(valid, VALID_COLUMNS)
    training = Training(config, num_words)
    load, save = pytorch_load_save_functions({"model": training.model, "optimizer": training.optimizer})
    first = resume_from_checkpointed_model(config, load) + 1
    report = Reporter()
    start = time.perf_counter()
    for epoch in range(first, config["epochs"] + 1):
        torch.manual_seed(config["seed"] * 1000 + epoch)
        training.one_epoch(train)
        loss = training.validation_loss(valid)
        checkpoint_model_at_rung_level(config, save, epoch)
        report(epoch=epoch, val_loss=loss, elapsed_time=time.perf_counter() - start)


if __name__ == "__main__":
    objective(vars(build_parser().parse_args()))
