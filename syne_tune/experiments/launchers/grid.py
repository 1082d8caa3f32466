"""All experiments of a study, one after the other, or several at a time in processes of their own."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import closing

from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.execute import FAILED, Launch, Outcome, earlier_outcome, run_experiment
from syne_tune.experiments.launchers.grid_progress import GridProgress
from syne_tune.experiments.launchers.plan import PlannedExperiment
from syne_tune.experiments.launchers.study_folder import StudyFolder
from syne_tune.experiments.launchers.worker_pool import for_other_processes, run_in_processes

_EXIT_FAILED = 1


def run_grid(
    planned: Sequence[PlannedExperiment], launch: Launch, num_processes: int = 1, has_bar: bool = True
) -> list[Outcome]:
    """Runs what is left to do of each experiment. One that fails is reported, and the next one begins.

    Args:
        planned: The experiments, in order.
        launch: What they have in common.
        num_processes: How many are run at the same time; their results do not depend on it.
        has_bar: Whether to draw a bar on a terminal.

    Returns:
        How each of them went, in the order in which they ended.
    """
    outcomes = []
    is_parallel = num_processes > 1 and len(planned) > 1
    with GridProgress(len(planned), has_bar, launch.command) as progress:
        run = (
            _in_processes(planned, launch, num_processes, progress)
            if is_parallel
            else _in_turn(planned, launch, progress)
        )
        with closing(run):
            for outcome in run:
                progress.ended(outcome)
                outcomes.append(outcome)
        progress.summary(str(launch.study.path))
    return outcomes


def _in_turn(planned: Sequence[PlannedExperiment], launch: Launch, progress: GridProgress) -> Generator[Outcome]:
    for experiment in planned:
        outcome = earlier_outcome(experiment, launch)
        if outcome is None:
            progress.started(experiment)
            outcome = run_experiment(experiment, launch)
        yield outcome


def _in_processes(
    planned: Sequence[PlannedExperiment], launch: Launch, num_processes: int, progress: GridProgress
) -> Generator[Outcome]:
    """Several at a time; what was finished before needs no process."""
    left = []
    for experiment in planned:
        outcome = earlier_outcome(experiment, launch)
        if outcome is None:
            left.append(experiment)
        else:
            yield outcome
    try:
        payload = for_other_processes(launch)
    except OptionError as error:
        progress.note(f"{error}; experiments are run one after the other")
        yield from _in_turn(left, launch, progress)
    else:
        yield from run_in_processes(left, payload, num_processes)


def announced_master_seed(study: StudyFolder, given: int | None) -> int:
    """Master seed of a study, which is also printed.

    Args:
        study: Its folder.
        given: From the command line.
    """
    seed = study.master_random_seed(given)
    sys.stdout.write(f"Master random_seed = {seed}\n")
    sys.stdout.flush()
    return seed


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 if all experiments went well, else 1."""
    return _EXIT_FAILED if any(outcome.state == FAILED for outcome in outcomes) else 0
