"""How progress looks: a table for terminals and notebooks, a line for everything else. Pure functions of the state."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from syne_tune.callbacks.progress_state import Budget, ProgressState, WorkerState, described, short
from syne_tune.trial import Failure


def progress_line(state: ProgressState, elapsed: float) -> str:
    """The state on one line.

    Args:
        state: What is shown.
        elapsed: Running time of the tuner, in seconds.
    """
    parts = [f"[{elapsed:7.1f} s] {_counts(state)}, {state.num_reports} reports"]
    if state.best is not None:
        parts.append(f"best {state.metric} {short(state.best.value)} (trial {state.best.trial_id})")
    if state.budgets:
        parts.append(f"left: {', '.join(_left(budget) for budget in state.budgets)}")
    return "; ".join(parts)


def failure_lines(trial_id: int, failure: Failure) -> list[str]:
    """The last lines of the log of a trial that failed; the message alone if it has no log.

    With a log, the message is left out: it repeats the last line, and the tuner logs it as an error.
    """
    if not failure.log_tail:
        return [_failure(trial_id, failure)]
    first = f"trial {trial_id} failed ({failure.cause.value}); the end of its log:"
    return [first, *(f"    {line}" for line in failure.log_tail)]


def progress_table(state: ProgressState, elapsed: float) -> RenderableType:
    """The state as a table.

    Args:
        state: What is shown.
        elapsed: Running time of the tuner, in seconds.
    """
    lines: list[RenderableType] = [_headline(state, elapsed), _best(state), _workers(state, elapsed)]
    if state.rungs:
        sizes = ", ".join(f"{level}: {size}" for level, size in state.rungs)
        lines.append(Text(f"rungs (level: trials)  {sizes}", no_wrap=True, overflow="ellipsis"))
    for trial_id, failure in state.failures:
        lines.append(Text(_failure(trial_id, failure), style="red", no_wrap=True, overflow="ellipsis"))
    return Group(*lines)


def _failure(trial_id: int, failure: Failure) -> str:
    return f"trial {trial_id} failed ({failure.cause.value}): {failure.message}"


def _headline(state: ProgressState, elapsed: float) -> Text:
    text = Text(f"{state.name}  ", style="bold", no_wrap=True, overflow="ellipsis")
    text.append(f"{elapsed:.0f} s, {_counts(state)}, {state.num_reports} reports", style="default not bold")
    if state.budgets:
        text.append(f"; left: {', '.join(_left(b) for b in state.budgets)}", style="default not bold")
    return text


def _best(state: ProgressState) -> Text:
    if state.best is None:
        return Text(f"best {state.metric}: nothing reported yet")
    best = state.best
    text = Text(f"best {state.metric} ({state.mode}): ", no_wrap=True, overflow="ellipsis")
    text.append(short(best.value), style="bold green")
    text.append(f"  trial {best.trial_id}: {described(best.config)}")
    return text


def _workers(state: ProgressState, elapsed: float) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, show_edge=False, pad_edge=False)
    for heading, ratio in (
        ("trial", None),
        ("for", None),
        ("reports", None),
        ("last report", 2),
        ("config", 3),
    ):
        table.add_column(heading, no_wrap=True, overflow="ellipsis", ratio=ratio)
    for worker in state.workers[: max(state.n_workers, 1)]:
        table.add_row(*_cells(worker, elapsed))
    return table


def _cells(worker: WorkerState | None, elapsed: float) -> list[str]:
    if worker is None:
        return ["idle", "", "", "", ""]
    seconds = f"{max(0.0, elapsed - worker.since):.0f} s"
    return [
        str(worker.trial_id),
        seconds,
        str(worker.num_reports),
        described(worker.last),
        described(worker.config),
    ]


def _counts(state: ProgressState) -> str:
    shown = [f"{number} {word}" for word, number in state.counts.items() if number or word == "running"]
    return f"trials: {', '.join(shown)}" if shown else "no trials yet"


def _left(budget: Budget) -> str:
    left = f"{budget.left:.2f}" if budget.unit == "dollars" else f"{budget.left:.0f}"
    return f"{left} {budget.unit}"
