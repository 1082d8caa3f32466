"""A training script that can be paused and resumed: after each epoch it writes where it stands."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path

from syne_tune import Reporter
from syne_tune.utils import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    resume_from_checkpointed_model,
)


def load_state(folder):
    """Reads the checkpoint in ``folder``; returns the number of finished epochs."""
    path = Path(folder) / "state.json"
    return json.loads(path.read_text())["epoch"] if path.exists() else 0


def save_state(folder, epoch):
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "state.json").write_text(json.dumps({"epoch": epoch}))


def main():
    parser = ArgumentParser()
    parser.add_argument("--num-epochs", type=int, default=10)
    parser.add_argument("--multiplier", type=float, default=1)
    parser.add_argument("--sleep-time", type=float, default=0.1)
    add_checkpointing_to_argparse(parser)
    config = vars(parser.parse_known_args()[0])

    report = Reporter()
    start = resume_from_checkpointed_model(config, load_state)
    for epoch in range(start + 1, config["num_epochs"] + 1):
        time.sleep(config["sleep_time"])
        train_acc = 1 - 1 / (1 + config["multiplier"] * epoch)
        checkpoint_model_at_rung_level(config, save_state, epoch)  # before the report that may pause the trial
        report(train_acc=train_acc, epoch=epoch)


if __name__ == "__main__":
    main()
