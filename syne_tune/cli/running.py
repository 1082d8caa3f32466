"""Runs a tuner in front of the user's eyes; what ``run`` and ``resume`` have in common."""

from __future__ import annotations

import contextlib
import dataclasses
import shlex
import sys

from syne_tune.backend.command_line import argument
from syne_tune.callbacks.progress import ProgressCallback
from syne_tune.cli.fronts import front_table, read_front
from syne_tune.cli.output import Output, short
from syne_tune.experiments.overview import BestTrial, Overview, read_overview
from syne_tune.tuner import Tuner


def run_in_foreground(tuner: Tuner, output: Output) -> int:
    """Runs the tuner with a live display, then prints where it got to.

    Args:
        tuner: The tuner.
        output: Where to answer.

    Returns:
        The exit code: 1 if there is no finite value of any metric to show for it.

    Raises:
        TooManyFailuresError: If more trials failed than allowed; everything reported is kept.
    """
    display = ProgressCallback(console=output.progress_console())
    others = [callback for callback in tuner.callbacks if not isinstance(callback, ProgressCallback)]
    tuner.callbacks = [*others, display]
    try:
        with contextlib.redirect_stdout(sys.stderr if output.as_json else sys.stdout):
            tuner.run()
    except KeyboardInterrupt:
        sys.stderr.write(f"Interrupted. Everything reported is kept; go on with: syne-tune resume {tuner.name}\n")
        raise
    overview, front = read_overview(tuner.tuner_path), read_front(tuner.tuner_path)
    data = {**dataclasses.asdict(overview), **({} if front is None else {"pareto_front": dataclasses.asdict(front)})}
    output.answer(data, _summary(overview), *([] if front is None else [front_table(front)]))
    return 0 if any(best.value is not None for best in overview.best) else 1


def _summary(overview: Overview) -> str:
    lines = [f"Experiment {overview.name} ended: {overview.end_reason}"]
    for best in overview.best:
        lines += _best(best)
    return "\n".join([*lines, f"Results: {overview.path}"])


def _best(best: BestTrial) -> list[str]:
    if best.value is None:
        return [f"{best.metric} was never reported as a finite number"]
    arguments = [part for name, value in best.config.items() for part in argument(name, value)]
    return [f"Best {best.metric}: {short(best.value)}, trial {best.trial_id}: {shlex.join(arguments)}"]
