"""Takes reports that need no decision out of the queue of a simulation, many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from syne_tune.backend.simulator_backend.events import Event, SimulatorState
from syne_tune.backend.simulator_backend.run import SimulatedRun
from syne_tune.report_block import Continuation, ReportBlock

_NEVER = float("inf")


def take_settled_reports(
    queue: SimulatorState,
    runs: Mapping[int, SimulatedRun],
    delay: float,
    next_event: Callable[[int, SimulatedRun], tuple[Event, float]],
    let_pass: Callable[[float, Event], bool],
    block: ReportBlock,
    max_reports: int,
    max_elapsed: float,
) -> None:
    """Moves reports from the queue to a block, until the next event is something else.

    Args:
        queue: Future events.
        runs: What runs, by trial.
        delay: Seconds from a report to the moment in which it is seen.
        next_event: What will be seen of a run next, and when.
        let_pass: Lets the first event of the queue happen if it is not a report, and nobody has to know of it; returns
            whether it has happened.
        block: Empty; says how the running time of the tuner is counted.
        max_reports: Not more than so many.
        max_elapsed: Only reports before this running time.
    """
    trial_ids, times, rows = block.trial_ids, block.times, block.rows
    while len(times) < max_reports and (first := queue.first()) is not None:
        time, _, _, event = first
        trial_id = event[0]
        if max_elapsed != _NEVER and block.elapsed_before + (time - block.since) >= max_elapsed:
            break
        run = runs.get(trial_id)
        if run is None or run.next >= run.num_settled:
            if let_pass(time, event):
                continue
            break
        if not times:
            block.names = run.names
        elif run.names != block.names:
            break
        trial_ids.append(trial_id)
        times.append(time)
        rows.append(run.take_settled())
        if run.next < run.num_settled:
            queue.replace_first(event, run.start + run.elapsed[run.next] + delay)
        else:
            queue.replace_first(*next_event(trial_id, run))


def note_answers(block: ReportBlock, promises: Mapping[int, Continuation]) -> None:
    """Adds to a block what the scheduler would have answered.

    Args:
        block: The reports.
        promises: What it promised, by trial.
    """
    made = list(map(promises.__getitem__, block.by_trial))
    if made.count(made[0]) == len(made):
        block.answers.append((made[0].reason, made[0].facts))
        return
    for promise in made:
        if (promise.reason, promise.facts) not in block.answers:
            block.answers.append((promise.reason, promise.facts))
    if len(block.answers) > 1:
        for trial_id in block.by_trial:
            promise = promises[trial_id]
            block.answer_of[trial_id] = block.answers.index((promise.reason, promise.facts))
