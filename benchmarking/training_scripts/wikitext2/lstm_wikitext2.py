"""Trains a recurrent language model on WikiText-2; reports the negative perplexity after every epoch."""

import math
import sys
import time
from argparse import ArgumentParser

from wikitext2 import in_columns, load_words, windows

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

NUM_UNITS, NUM_LAYERS = 200, 2
BPTT = 35
VALID_COLUMNS = 10
LARGEST_LOSS = 10.0


def build_parser():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--lr", type=float, required=True)
    parser.add_argument("--dropout", type=float, required=True)
    parser.add_argument("--batch_size", type=int, required=True)
    parser.add_argument("--clip", type=float, required=True, help="largest norm of the gradient")
    parser.add_argument("--lr_factor", type=float, required=True, help="lr is divided by it if nothing improves")
    parser.add_argument("--dataset_path", default="./", help="folder of the files of WikiText-2")
    parser.add_argument("--report_current_best", type=parse_bool, default=False, help="report the best value so far")
    parser.add_argument("--num_units", type=int, default=NUM_UNITS)
    parser.add_argument("--seed", type=int, default=0)
    add_checkpointing_to_argparse(parser)
    return parser


class LanguageModel(nn.Module):
    """Embedding, LSTM, and the transposed embedding as output layer.

    Args:
        num_words: Number of different words.
        num_units: Size of the embedding and of the state.
        dropout: Share of units that are left out in training.
    """

    def __init__(self, num_words, num_units, dropout):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.embedding = nn.Embedding(num_words, num_units)
        self.lstm = nn.LSTM(num_units, num_units, NUM_LAYERS, dropout=dropout)
        self.output = nn.Linear(num_units, num_words)
        self.output.weight = self.embedding.weight
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        nn.init.zeros_(self.output.bias)

    def forward(self, words, state):
        result, state = self.lstm(self.dropout(self.embedding(words)), state)
        return self.output(self.dropout(result)), state


def loss_of(model, inputs, targets, state):
    scores, state = model(torch.from_numpy(inputs), state)
    loss = nn.functional.cross_entropy(scores.flatten(0, 1), torch.from_numpy(targets).flatten())
    return loss, tuple(part.detach() for part in state)


def train_one_epoch(model, columns, lr, clip):
    """Plain gradient descent along the text, with the state carried on."""
    model.train()
    state = None
    for inputs, targets in windows(columns, BPTT):
        model.zero_grad()
        loss, state = loss_of(model, inputs, targets, state)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@torch.no_grad()
def validation_loss(model, columns):
    model.eval()
    total, state = 0.0, None
    for inputs, targets in windows(columns, BPTT):
        loss, state = loss_of(model, inputs, targets, state)
        total += loss.item() * len(inputs)
    return total / (len(columns) - 1)


def objective(config):
    torch.manual_seed(config["seed"])
    train, valid, num_words = load_words(config["dataset_path"])
    train, valid = in_columns(train, config["batch_size"]), in_columns(valid, VALID_COLUMNS)
    model = LanguageModel(num_words, config["num_units"], config["dropout"])
    state = {"lr": config["lr"], "best_loss": math.inf}
    load, save = pytorch_load_save_functions({"model": model}, state)
    first = resume_from_checkpointed_model(config, load) + 1
    report = Reporter()
    start = time.perf_counter()
    for epoch in range(first, config["epochs"] + 1):
        torch.manual_seed(config["seed"] * 1000 + epoch)
        train_one_epoch(model, train, state["lr"], config["clip"])
        loss = validation_loss(model, valid)
        if loss < state["best_loss"]:
            state["best_loss"] = loss
        else:
            state["lr"] /= config["lr_factor"]
        checkpoint_model_at_rung_level(config, save, epoch)
        shown = state["best_loss"] if config["report_current_best"] else loss
        value = -math.exp(min(shown, LARGEST_LOSS) if math.isfinite(shown) else LARGEST_LOSS)
        report(epoch=epoch, objective=value, elapsed_time=time.perf_counter() - start)


if __name__ == "__main__":
    objective(vars(build_parser().parse_args()))
