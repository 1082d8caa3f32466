"""A training job that lasts for a while, and of which each report must reach the tuner exactly once.

It reports first and saves its checkpoint afterwards: whoever interrupts it may make it repeat a report, but cannot make
it leave one out.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser

from syne_tune.checkpoint import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    json_load_save_functions,
    resume_from_checkpointed_model,
)
from syne_tune.report import Reporter


def main() -> None:
    """Reports ``num_reports`` times, ``step_seconds`` apart."""
    parser = ArgumentParser()
    parser.add_argument("--num_reports", type=int, required=True)
    parser.add_argument("--step_seconds", type=float, required=True)
    parser.add_argument("--value", type=float, required=True)
    add_checkpointing_to_argparse(parser)
    arguments = parser.parse_args()
    config = {"st_checkpoint_dir": arguments.st_checkpoint_dir}
    load, save = json_load_save_functions({})
    report = Reporter()
    for epoch in range(resume_from_checkpointed_model(config, load) + 1, arguments.num_reports + 1):
        time.sleep(arguments.step_seconds)
        report(epoch=epoch, loss=arguments.value / epoch)
        checkpoint_model_at_rung_level(config, save, epoch)


if __name__ == "__main__":
    main()
