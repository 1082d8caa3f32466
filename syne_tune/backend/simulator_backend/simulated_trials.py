"""The trials of a simulation, most of which begin and end before anybody looks: :class:`SimulatedTrials`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np

from syne_tune.backend.simulator_backend.run import ReportTable, SimulatedRun, SimulatedTrial
from syne_tune.by_trial import ByTrial
from syne_tune.course import Started
from syne_tune.trial import Config


class Ended(NamedTuple):
    """What has become of a trial: its status, and when its job ended; ``None``: it has not yet."""

    status: str
    time: float | None


class SimulatedTrials(ByTrial[int, SimulatedTrial]):
    """Trials by id."""

    def __init__(self) -> None:
        super().__init__(_ended_trial)

    def add_stretch(
        self, started: Sequence[Started], runs: Mapping[int, SimulatedRun], ended: Mapping[int, Ended]
    ) -> None:
        """Adds trials that have started in a stretch.

        Args:
            started: The trials.
            runs: What they have reported, and will; of those that have ended, a table.
            ended: Those that have ended, and others.
        """
        over = [run for trial_id, run in runs.items() if trial_id in ended]
        ends = accumulate((run.next for run in over), initial=0)
        reported, places = _joined(over), pairwise(ends)
        entries: dict[int, SimulatedTrial | tuple[object, ...]] = {}
        for time, trial_id, config, _ in started:
            run = runs[trial_id]
            if trial_id in ended:
                about_run = (run.elapsed_attr, run.number, run.start)
                entries[trial_id] = (trial_id, config, time, *ended[trial_id], *about_run, reported, next(places))
            else:
                trial = SimulatedTrial(trial_id, dict(config), datetime.datetime.fromtimestamp(time))
                trial.runs.append(run)
                entries[trial_id] = trial
        self.add(entries)


def _joined(runs: Sequence[SimulatedRun]) -> ReportTable | None:
    """What some runs have reported, one after the other, as one table."""
    tables = [run.reports for run in runs if isinstance(run.reports, ReportTable)]
    assert len(tables) == len(runs), "the caller knows"
    if not runs:
        return None
    made = [(table.values[: run.next], table.resources[: run.next]) for table, run in zip(tables, runs, strict=True)]
    values, resources = zip(*made, strict=True)
    return tables[0].like(np.concatenate(values), list(chain.from_iterable(resources)))


def _ended_trial(
    trial_id: int,
    config: Config,
    time: float,
    status: str,
    ended: float | None,
    elapsed_attr: str,
    number: int,
    start: float,
    reported: ReportTable,
    place: tuple[int, int],
) -> SimulatedTrial:
    """A trial that has started at ``time``, and whose only run has made the reports of a table from and up to a place.

    Which run it was is told by its ``number`` and ``start``.
    """
    created = datetime.datetime.fromtimestamp(time)
    end_time = None if ended is None else datetime.datetime.fromtimestamp(ended)
    trial = SimulatedTrial(trial_id, dict(config), created, status=status, training_end_time=end_time)
    run = SimulatedRun(reported.part(*place), None, elapsed_attr, number, start)
    run.next = len(run.reports)
    run.end()
    trial.runs.append(run)
    return trial
