"""A training script that can be paused and resumed: after each epoch it writes where it stands."""

import time
from argparse import ArgumentParser

from syne_tune import Reporter
from syne_tune.utils import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    json_load_save_functions,
    resume_from_checkpointed_model,
)


def main():
    parser = ArgumentParser()
    parser.add_argument("--num-epochs", type=int, default=10)
    parser.add_argument("--multiplier", type=float, default=1)
    parser.add_argument("--sleep-time", type=float, default=0.1)
    add_checkpointing_to_argparse(parser)
    config = vars(parser.parse_known_args()[0])

    state = {"train_acc": 0.0}
    load, save = json_load_save_functions(state)
    report = Reporter()
    start = resume_from_checkpointed_model(config, load)
    if start > 0:  # the process that saved this may have died before it could report
        report(train_acc=state["train_acc"], epoch=start)
    for epoch in range(start + 1, config["num_epochs"] + 1):
        time.sleep(config["sleep_time"])
        state["train_acc"] = 1 - 1 / (1 + config["multiplier"] * epoch)
        checkpoint_model_at_rung_level(config, save, epoch)  # before the report that may pause the trial
        report(train_acc=state["train_acc"], epoch=epoch)


if __name__ == "__main__":
    main()
