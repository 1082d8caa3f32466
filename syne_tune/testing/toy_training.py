"""A training job that does what the contract suite of backends asks of it.

Usable as a script (this file is the entry point), as a function that calls the reporter (:func:`train`), and as a
function that yields its metrics (:func:`training_steps`).
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from syne_tune.checkpoint import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    json_load_save_functions,
    resume_from_checkpointed_model,
)
from syne_tune.report import Reporter

FINISH = "finish"
"""Reports ``num_reports`` times, without checkpoint, and ends well."""

CHECKPOINT = "checkpoint"
"""The same, saving a checkpoint before each report and going on from it, slowly enough to be interrupted."""

GO_ON = "go_on"
"""Like ``forever`` in the first run, with a checkpoint; later runs report ``num_reports`` times more and end well."""

FAIL = "fail"
"""Reports ``num_reports`` times, then raises :data:`PLANNED_FAILURE`."""

FAIL_ONCE = "fail_once"
"""Like ``fail`` in the first run; later runs find the checkpoint of the first and end well."""

FOREVER = "forever"
"""Reports until it is stopped."""

SILENT = "silent"
"""Ends well without a report."""

BEHAVIOURS = (FINISH, CHECKPOINT, GO_ON, FAIL, FAIL_ONCE, FOREVER, SILENT)

PLANNED_FAILURE = "this failure is planned"
STDOUT_LINE = "said on standard output"
STDERR_LINE = "said on standard error"

_SECONDS_PER_STEP = 0.02


def training_steps(
    behaviour: str, num_reports: int, value: float, st_checkpoint_dir: str | None = None
) -> Iterator[dict[str, Any]]:
    """Trains a model that consists of nothing but a counter.

    Args:
        behaviour: One of :data:`BEHAVIOURS`.
        num_reports: After how many reports, over all runs, it ends.
        value: Comes back as metric ``loss`` times the epoch.
        st_checkpoint_dir: Directory of the checkpoint.

    Yields:
        ``epoch`` (1, 2, ...), ``loss``, and ``first_epoch``, the epoch with which this run began.
    """
    print(STDOUT_LINE, flush=True)  # noqa: T201
    print(STDERR_LINE, file=sys.stderr, flush=True)  # noqa: T201
    load, save = json_load_save_functions({})
    keeps_checkpoint = behaviour in (CHECKPOINT, GO_ON, FAIL_ONCE)
    config = {"st_checkpoint_dir": st_checkpoint_dir if keeps_checkpoint else None}
    first_epoch = resume_from_checkpointed_model(config, load) + 1
    last_epoch = {SILENT: 0, FOREVER: sys.maxsize}.get(behaviour, num_reports)
    if behaviour == GO_ON:
        last_epoch = sys.maxsize if first_epoch == 1 else first_epoch - 1 + num_reports
    for epoch in range(first_epoch, last_epoch + 1):
        if behaviour in (CHECKPOINT, GO_ON, FOREVER):
            time.sleep(_SECONDS_PER_STEP)
        checkpoint_model_at_rung_level(config, save, epoch)
        yield {"epoch": epoch, "loss": value * epoch, "first_epoch": first_epoch}
    if behaviour == FAIL or (behaviour == FAIL_ONCE and first_epoch == 1):
        raise RuntimeError(PLANNED_FAILURE)


def train(behaviour: str, num_reports: int, value: float, st_checkpoint_dir: str | None = None) -> None:
    """The same with a reporter of its own. For the arguments see :func:`training_steps`."""
    report = Reporter()
    for metrics in training_steps(behaviour, num_reports, value, st_checkpoint_dir):
        report(**metrics)


def main() -> None:
    """Takes the arguments of :func:`train` from the command line."""
    parser = ArgumentParser()
    parser.add_argument("--behaviour", choices=BEHAVIOURS, required=True)
    parser.add_argument("--num_reports", type=int, required=True)
    parser.add_argument("--value", type=float, required=True)
    add_checkpointing_to_argparse(parser)
    train(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
