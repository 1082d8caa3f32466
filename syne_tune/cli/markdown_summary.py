"""An experiment as one page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from syne_tune.cli.output import duration, moment, short
from syne_tune.experiments.overview import BestTrial, Overview


def markdown_summary(overview: Overview) -> str:
    """Status, best configurations and failures.

    Args:
        overview: The experiment.
    """
    ended = f" ({overview.end_reason})" if overview.end_reason else ""
    lines = [
        f"# {overview.name}",
        "",
        f"{overview.scheduler} on `{overview.entrypoint}`, created {moment(overview.created)}, "
        f"{overview.phase}{ended} after {duration(overview.elapsed)}: "
        f"{sum(overview.trials.values())} trials, {len(overview.failures)} of them failed, "
        f"{overview.num_reports} reports.",
    ]
    for best in overview.best:
        lines += _best(best)
    if overview.failures:
        failures = [(failed.trial_id, failed.cause, failed.message) for failed in overview.failures]
        lines += ["", "## Failed trials", "", *_table(("trial", "cause", "message"), failures)]
    return "\n".join(lines) + "\n"


def _best(best: BestTrial) -> list[str]:
    if best.value is None:
        return []
    heading = f"## Best {best.metric}: {short(best.value)} ({best.mode}), trial {best.trial_id}"
    return ["", heading, "", *_table(("parameter", "value"), best.config.items())]


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines]


def _cell(value: object) -> str:
    return short(value).replace("|", "\\|").replace("\n", " ")
