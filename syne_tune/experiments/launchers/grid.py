"""All experiments of a study, one after the other, or several at a time in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import cast

import cloudpickle

from syne_tune.experiments.launchers.execute import FAILED, Launch, Outcome, run_experiment
from syne_tune.experiments.launchers.grid_progress import GridProgress
from syne_tune.experiments.launchers.plan import PlannedExperiment
from syne_tune.experiments.launchers.study_folder import StudyFolder

_EXIT_FAILED = 1
_NUM_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


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
    with GridProgress(len(planned), has_bar) as progress:
        is_parallel = num_processes > 1 and len(planned) > 1
        run = _in_processes(planned, launch, num_processes) if is_parallel else _in_turn(planned, launch, progress)
        for outcome in run:
            progress.ended(outcome)
            outcomes.append(outcome)
        progress.summary(str(launch.study.path))
    return outcomes


def _in_turn(planned: Sequence[PlannedExperiment], launch: Launch, progress: GridProgress) -> Iterator[Outcome]:
    for experiment in planned:
        progress.started(experiment)
        yield run_experiment(experiment, launch)


def _in_processes(planned: Sequence[PlannedExperiment], launch: Launch, num_processes: int) -> Iterator[Outcome]:
    """Experiments in fresh processes, which share nothing with this one but files."""
    payload = cloudpickle.dumps(launch)
    context = multiprocessing.get_context("spawn")
    num_workers = min(num_processes, len(planned))
    with _one_thread_per_process(), ProcessPoolExecutor(num_workers, mp_context=context) as pool:
        futures = {pool.submit(_run_pickled, payload, experiment): experiment for experiment in planned}
        try:
            for future in as_completed(futures):
                yield _outcome(future, futures[future])
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _one_thread_per_process() -> Iterator[None]:
    """Processes that begin meanwhile do linear algebra in one thread, unless the environment says otherwise.

    Several processes with as many threads as there are cores would wait for each other.
    """
    added = [name for name in _NUM_THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def _outcome(future: Future[Outcome], planned: PlannedExperiment) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(planned, FAILED, message="a process of the pool died; call again to run what is left")


def _run_pickled(payload: bytes, planned: PlannedExperiment) -> Outcome:
    return run_experiment(planned, cast(Launch, cloudpickle.loads(payload)))


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
