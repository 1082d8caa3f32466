"""Workers in virtual time: whoever answers ``next``, ``report`` and ``done`` is driven alike.

A training takes the seconds that its problem says, and choosing takes none. A configuration that was paused goes on
where it was, whoever asks for it again.
"""

import heapq
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np


class Job(NamedTuple):
    """What a worker shall do.

    Args:
        number: Which training; the same number goes on with the same training.
        config: Hyperparameters.
        until: The epoch to train to.
        copies: The training from whose present state this one starts.
    """

    number: int
    config: dict
    until: int
    copies: int | None = None


class Report(NamedTuple):
    """A training after an epoch.

    Args:
        time: Seconds since the start of everything.
        epoch: Counted from 1.
        costs: ``(k,)``.
        at_the_end: What the costs would be, or are, after the last epoch.
    """

    time: float
    epoch: int
    costs: np.ndarray
    at_the_end: np.ndarray


@dataclass
class Record:
    """What happened.

    Attributes:
        reports: In the order of time; all epochs of all trainings.
        suggestions: Number of jobs.
        cpu_seconds: Of the method.
    """

    reports: list = field(default_factory=list)
    suggestions: int = 0
    cpu_seconds: float = 0.0

    def complete(self, epochs):
        """Seconds at which complete trainings ended, and their costs ``(n, k)``."""
        found = [report for report in self.reports if report.epoch == epochs]
        return [report.time for report in found], np.array([report.costs for report in found])


class _Study:
    def __init__(self, contender, problem, num_workers):
        self.contender, self.problem, self.idle = contender, problem, num_workers
        self.record, self.events, self.curves, self.reached = Record(), [], {}, {}

    def fill(self, now):
        while self.idle:
            job = self.contender.next()
            if job is None:
                return
            self.record.suggestions += 1
            if job.number not in self.curves:
                self.curves[job.number] = self.problem.evaluate(job.config)
            self.idle -= 1
            start = min(self.reached.get(job.number, 0), job.until - 1)
            seconds = self.curves[job.number][1]
            self.plan(job, start, now - (seconds[start - 1] if start else 0.0))

    def plan(self, job, epochs_done, began):
        time = began + self.curves[job.number][1][epochs_done]
        heapq.heappush(self.events, (time, len(self.events), job, epochs_done + 1, began))

    def handle(self, time, job, epoch, began):
        curve = self.curves[job.number][0]
        costs = curve[epoch - 1]
        self.record.reports.append(Report(time, epoch, costs, curve[-1]))
        self.reached[job.number] = max(epoch, self.reached.get(job.number, 0))
        is_stopped = self.contender.report(job.number, epoch, costs)
        if not is_stopped and epoch < job.until:
            self.plan(job, epoch, began)
            return
        if not is_stopped:
            self.contender.done(job.number, epoch, costs)
        self.idle += 1
        self.fill(time)


def simulate(contender, problem, num_workers, budget):
    """Runs a method until the time is over, or it has nothing left to do; the :class:`Record` of it.

    Args:
        contender: Has ``next() -> Job | None``, ``report(number, epoch, costs) -> bool`` (whether to stop),
            ``done(number, epoch, costs)`` after the last epoch of a job that was not stopped, and ``seconds``, the CPU
            time it took so far.
        problem: See :class:`benchmarks.curves.Curves`.
        num_workers: Number of workers.
        budget: Seconds.
    """
    study = _Study(contender, problem, num_workers)
    study.fill(0.0)
    while study.events and study.events[0][0] <= budget:
        time, _, job, epoch, began = heapq.heappop(study.events)
        study.handle(time, job, epoch, began)
    study.record.cpu_seconds = contender.seconds
    return study.record
