"""Studies of Optuna, from a database or a journal, without Optuna."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from syne_tune.constants import ST_RESERVED_PREFIX
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.foreign.conditions import conditional_space, is_complete
from syne_tune.experiments.foreign.optuna_distributions import Parameter, parameter
from syne_tune.experiments.foreign.optuna_journal import is_journal, read_journal
from syne_tune.experiments.foreign.optuna_records import (
    COMPLETE,
    FAIL,
    METRIC_NAMES,
    PRUNED,
    OptunaStudy,
    OptunaTrial,
    choose_study,
)
from syne_tune.experiments.foreign.optuna_sqlite import HEADER, read_sqlite
from syne_tune.experiments.foreign.study import ForeignReport, ForeignStudy, ForeignTrial
from syne_tune.trial import Status

PROGRAM = "Optuna"
_STEP = "step"
_CURVE = "intermediate_value"
_STATUS = {COMPLETE: Status.completed, PRUNED: Status.stopped, FAIL: Status.failed}


def is_optuna_storage(path: Path) -> bool:
    """Whether a file looks like a storage of Optuna."""
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        first_line = file.readline()
    return first_line.startswith(HEADER) or is_journal(first_line)


def read_optuna(path: Path, study: str | None = None, metric_names: Sequence[str] | None = None) -> ForeignStudy:
    """Reads one study.

    Intermediate values are reports of the metric if the last of them is the final value wherever there are some; then
    the resource is ``step``, counted from 1. Otherwise they are reports of ``intermediate_value``. They have no time of
    their own: they are spread evenly over the running time of their trial.

    Args:
        path: SQLite database, or journal.
        study: Name of the study; may be left out if there is one only.
        metric_names: Names of the objectives. Default: as stored, else ``value`` or ``value_0``, ``value_1``, ...

    Raises:
        ExperimentNotFoundError: If the file is no storage, or there is no such study.
    """
    if not is_optuna_storage(path):
        raise ExperimentNotFoundError(f"{path}: neither an SQLite database nor a journal of Optuna")
    with open(path, "rb") as file:
        is_database = file.read(len(HEADER)) == HEADER
    studies = read_sqlite(path) if is_database else read_journal(path)
    return _converted(choose_study(studies, study, str(path)), path, metric_names)


def _converted(study: OptunaStudy, path: Path, metric_names: Sequence[str] | None) -> ForeignStudy:
    trials = [trial for trial in study.trials if trial.started is not None]
    names = _metric_names(study, metric_names)
    parameters = _parameters(trials)
    configs = [_config(trial, parameters) for trial in trials]
    domains = {_public(name): known.domain for name, known in parameters.items()}
    settled = [config for trial, config in zip(trials, configs, strict=True) if trial.state in (COMPLETE, PRUNED)]
    space, notes = conditional_space(domains, settled or configs)
    kept = [(trial, config) for trial, config in zip(trials, configs, strict=True) if is_complete(config, space)]
    if len(kept) < len(trials):
        notes.append(f"{len(trials) - len(kept)} trials are left out: they ended before all parameters were chosen")
    is_metric = len(names) == 1 and _curves_end_in_values(trials)
    first_step = min((step for trial in trials for step in trial.curve), default=1)
    converter = _Converter(names, names[0] if is_metric else _CURVE, max(0, 1 - first_step))
    return ForeignStudy(
        name=study.name,
        program=PROGRAM,
        source=str(path),
        space=space,
        metric_names=tuple(names),
        metric_modes=tuple("max" if direction == "MAXIMIZE" else "min" for direction in study.directions),
        resource_attr=_STEP if is_metric and any(trial.curve for trial in trials) else None,
        trials=tuple(converter.trial(trial, config) for trial, config in kept),
        notes=(*(known.note for known in parameters.values() if known.note), *notes),
    )


def _metric_names(study: OptunaStudy, given: Sequence[str] | None) -> list[str]:
    count = len(study.directions)
    default = ["value"] if count == 1 else [f"value_{place}" for place in range(count)]
    names = list(given or study.attributes.get(METRIC_NAMES) or default)
    if len(names) != count:
        raise ExperimentNotFoundError(f"study {study.name!r} has {count} objectives, but names are given for {names}")
    return names


def _parameters(trials: Sequence[OptunaTrial]) -> dict[str, Parameter]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for trial in trials:
        for name, distribution in trial.distributions.items():
            found.setdefault(name, []).append(distribution)
    return {name: parameter(name, distributions) for name, distributions in found.items()}


def _public(name: str) -> str:
    """Names with the reserved prefix get another one."""
    return f"param_{name}" if name.startswith(ST_RESERVED_PREFIX) else name


def _config(trial: OptunaTrial, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    return {_public(name): parameters[name].value(internal) for name, internal in trial.params.items()}


def _curves_end_in_values(trials: Sequence[OptunaTrial]) -> bool:
    """Whether the last intermediate value of each completed trial that has one is its final value."""
    completed = [trial for trial in trials if trial.state == COMPLETE and trial.curve]
    return all(trial.values[:1] == [trial.curve[max(trial.curve)]] for trial in completed)


class _Converter:
    """From trials of Optuna to plain ones.

    Args:
        names: Of the metrics.
        curve_name: What intermediate values are called.
        shift: What is added to steps.
    """

    def __init__(self, names: Sequence[str], curve_name: str, shift: int) -> None:
        self._names = names
        self._curve_name = curve_name
        self._shift = shift

    def trial(self, trial: OptunaTrial, config: dict[str, Any]) -> ForeignTrial:
        """One trial."""
        assert trial.started is not None, "trials that were never started are left out"
        latest = trial.started if trial.ended is None else trial.ended
        return ForeignTrial(
            label=str(trial.number),
            config=config,
            reports=tuple(self._reports(trial, trial.started, latest)),
            started=trial.started,
            ended=latest,
            status=_STATUS.get(trial.state, Status.in_progress),
        )

    def _reports(self, trial: OptunaTrial, started: float, ended: float) -> list[ForeignReport]:
        steps = sorted(trial.curve)
        times = [started + (ended - started) * (place + 1) / (len(steps) or 1) for place in range(len(steps))]
        reports = [
            ForeignReport(time, {_STEP: step + self._shift, self._curve_name: trial.curve[step]})
            for time, step in zip(times, steps, strict=True)
        ]
        is_told = self._curve_name == self._names[0] and bool(steps)
        if trial.values and not is_told and not _all_nan(trial.values):
            reports.append(ForeignReport(ended, dict(zip(self._names, trial.values, strict=False))))
        return reports


def _all_nan(values: Sequence[float]) -> bool:
    return all(math.isnan(value) for value in values)
