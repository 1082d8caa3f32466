"""Results of Ray Tune: one folder per trial, with ``params.json``, ``result.json``, ``progress.csv``; without Ray.

Pickled files are not opened. The search space and the metric are not stored in a form that can be read without running
code: ranges are those of the values that were seen, the metric is named by the user.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from syne_tune.constants import ST_RESERVED_PREFIX
from syne_tune.errors import ExperimentNotFoundError, OptionError, nearest
from syne_tune.experiments.foreign.conditions import conditional_space
from syne_tune.experiments.foreign.seen_values import guessed_domain, plain_value
from syne_tune.experiments.foreign.study import ForeignReport, ForeignStudy, ForeignTrial
from syne_tune.trial import Status

PROGRAM = "Ray Tune"
_ITERATION = "training_iteration"
_PARAMS, _RESULTS, _PROGRESS = "params.json", "result.json", "progress.csv"
_ERRORS = ("error.txt", "error.pkl")
_BOOKKEEPING = frozenset(
    {
        "trial_id",
        "experiment_id",
        "experiment_tag",
        "pid",
        "date",
        "timestamp",
        "hostname",
        "node_ip",
        "done",
        "should_checkpoint",
        "iterations_since_restore",
        "time_since_restore",
        "timesteps_since_restore",
        "timesteps_total",
        "episodes_total",
        "warmup_time",
        "checkpoint_dir_name",
        "time_this_iter_s",
        "config",
    }
)
"""What Ray Tune adds to reports and is of no interest here."""

Row = dict[str, Any]


def is_ray_experiment(path: Path) -> bool:
    """Whether a folder has trials of Ray Tune in it."""
    return path.is_dir() and next(_trial_folders(path), None) is not None


def _trial_folders(path: Path) -> Iterator[Path]:
    return (params.parent for params in sorted(path.glob(f"*/{_PARAMS}")))


def read_ray(path: Path, metric: str | None = None, mode: str | None = None) -> ForeignStudy:
    """Reads one experiment.

    Args:
        path: Its folder.
        metric: Name of the metric; must be given.
        mode: ``"min"`` or ``"max"``; must be given.

    Raises:
        ExperimentNotFoundError: If there are no trials, or a file is damaged.
        OptionError: If metric or mode is missing, or no trial reported the metric.
    """
    folders = list(_trial_folders(path))
    if not folders:
        raise ExperimentNotFoundError(f"{path}: no folder in it holds {_PARAMS}, so there are no trials of {PROGRAM}")
    configs = [_config(folder) for folder in folders]
    tables = [_rows(folder) for folder in folders]
    name = _metric(metric, mode, tables)
    space, notes = _space(configs)
    found = zip(folders, configs, tables, strict=True)
    trials = [_trial(folder, config, rows) for folder, config, rows in found]
    seen = "ranges of the search space are those of the values that were seen"
    return ForeignStudy(
        name=path.resolve().name,
        program=PROGRAM,
        source=str(path),
        space=space,
        metric_names=(name,),
        metric_modes=(str(mode),),
        resource_attr=_ITERATION,
        trials=tuple(sorted(trials, key=lambda trial: trial.started)),
        notes=(seen, *notes),
    )


def _metric(metric: str | None, mode: str | None, tables: list[list[Row]]) -> str:
    reported = dict.fromkeys(key for rows in tables for row in rows for key in _metrics(row))
    if metric is None or mode not in ("min", "max"):
        raise OptionError(
            f"metric = {metric!r}, mode = {mode!r}: {PROGRAM} does not store them in a readable form; name the metric, "
            f"and 'min' or 'max'. Reported were: {', '.join(map(repr, reported)) or 'nothing'}"
        )
    if metric not in reported:
        raise OptionError(f"metric = {metric!r}: no trial reported it; {nearest(metric, reported)}")
    return metric


def _space(configs: list[dict[str, Any]]) -> tuple[Any, list[str]]:
    names = dict.fromkeys(name for config in configs for name in config)
    domains = {name: guessed_domain([config[name] for config in configs if name in config]) for name in names}
    return conditional_space(domains, configs)


# -- files ----------------------------------------------------------------------------------------------------------


def _config(folder: Path) -> dict[str, Any]:
    try:
        params = json.loads((folder / _PARAMS).read_text())
    except (OSError, ValueError) as error:
        raise ExperimentNotFoundError(f"{folder / _PARAMS}: cannot be read ({error})") from error
    if not isinstance(params, dict):
        raise ExperimentNotFoundError(f"{folder / _PARAMS}: must hold an object, from name to value")
    return dict(_flat(params))


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested objects as ``outer/inner``, as Ray Tune writes them in tables."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}/")
        else:
            yield (f"param_{name}" if name.startswith(ST_RESERVED_PREFIX) else name), plain_value(value)


def _rows(folder: Path) -> list[Row]:
    """Reports in order; from the table if there are no lines of JSON."""
    path = folder / _RESULTS
    lines = path.read_text().splitlines() if path.is_file() else []
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            if number == len(lines):  # a torn last line: the program was killed while it wrote
                break
            raise ExperimentNotFoundError(f"{path}: line {number} is damaged ({error})") from error
    return rows or _rows_of_table(folder / _PROGRESS)


def _rows_of_table(path: Path) -> list[Row]:
    if not path.is_file():
        return []
    with open(path, newline="") as file:
        return [{key: _cell(text) for key, text in row.items() if text} for row in csv.DictReader(file)]


def _cell(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"True": True, "False": False}.get(text, text)


# -- trials ---------------------------------------------------------------------------------------------------------


def _trial(folder: Path, config: dict[str, Any], rows: list[Row]) -> ForeignTrial:
    modified = (folder / _PARAMS).stat().st_mtime
    reports = tuple(ForeignReport(float(row.get("timestamp", modified)), _metrics(row)) for row in rows)
    ended = reports[-1].time if reports else modified
    spent = float(rows[0].get("time_total_s", 0.0)) if rows else 0.0
    started = reports[0].time - spent if reports else modified
    problem = next((folder / name for name in _ERRORS if (folder / name).is_file()), None)
    return ForeignTrial(
        label=str(rows[0].get("trial_id", folder.name)) if rows else folder.name,
        config=config,
        reports=reports,
        started=started,
        ended=ended,
        status=_status(rows, problem),
        problem=_last_line(problem),
    )


def _status(rows: list[Row], problem: Path | None) -> str:
    """Ray Tune does not tell apart trials that ended by themselves and those it stopped."""
    if problem is not None:
        return Status.failed
    return Status.completed if rows and rows[-1].get("done") is True else Status.in_progress


def _last_line(path: Path | None) -> str:
    if path is None or path.suffix != ".txt":
        return ""
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _metrics(row: Row) -> dict[str, float]:
    """The numbers that the training script reported."""
    flat = {key: value for key, value in row.items() if not isinstance(value, Mapping)}
    for key, value in row.items():
        if isinstance(value, Mapping) and key != "config":
            flat.update(_flat(value, f"{key}/"))
    return {
        key: value
        for key, value in flat.items()
        if key not in _BOOKKEEPING
        and not key.startswith(("config/", ST_RESERVED_PREFIX))
        and isinstance(value, (int, float))
        and not isinstance(value, bool)
    }
