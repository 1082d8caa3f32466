"""Reads the studies of an Optuna journal, a file of JSON lines that are operations; Optuna is not needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.foreign.optuna_records import (
    COMPLETE,
    FAIL,
    PRUNED,
    RUNNING,
    WAITING,
    OptunaStudy,
    OptunaTrial,
    number,
    seconds,
)

_STATES = (RUNNING, COMPLETE, PRUNED, FAIL, WAITING)
_DIRECTIONS = ("NOT_SET", "MINIMIZE", "MAXIMIZE")

Operation = Mapping[str, Any]


def is_journal(first_line: bytes) -> bool:
    """Whether a file that begins with this line is a journal."""
    try:
        operation = json.loads(first_line)
    except ValueError:
        return False
    return isinstance(operation, dict) and "op_code" in operation


def read_journal(path: Path) -> list[OptunaStudy]:
    """Reads all studies.

    Args:
        path: The file.

    Raises:
        ExperimentNotFoundError: If a line, other than a torn last one, is no operation.
    """
    journal = _Journal()
    for line_number, operation in _operations(path):
        try:
            journal.apply(operation)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ExperimentNotFoundError(
                f"{path}: line {line_number} is no operation of an Optuna journal ({type(error).__name__}: {error})"
            ) from error
    return list(journal.studies.values())


def _operations(path: Path) -> Iterator[tuple[int, Operation]]:
    lines = path.read_bytes().split(b"\n")
    for line_number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield line_number, json.loads(line)
        except ValueError as error:
            if line_number == len(lines):  # a torn last line: the operation did not take place
                return
            raise ExperimentNotFoundError(f"{path}: line {line_number} is damaged ({error})") from error


class _Journal:
    """The state after some operations. Studies and trials are numbered in order of their creation."""

    def __init__(self) -> None:
        self.studies: dict[int, OptunaStudy] = {}
        self._num_studies = 0
        self._trials: list[OptunaTrial] = []
        self._handlers: tuple[Callable[[Operation], None], ...] = (
            self._create_study,
            self._delete_study,
            self._ignore,
            self._set_study_attribute,
            self._create_trial,
            self._set_param,
            self._set_state,
            self._set_intermediate_value,
            self._ignore,
            self._ignore,
        )

    def apply(self, operation: Operation) -> None:
        """Applies one operation; codes that are not known are of no interest here."""
        code = operation["op_code"]
        if code < len(self._handlers):
            self._handlers[code](operation)

    def _ignore(self, operation: Operation) -> None:
        """Attributes of users and of trials play no role."""

    def _create_study(self, operation: Operation) -> None:
        directions = [_DIRECTIONS[direction] for direction in operation["directions"]]
        self.studies[self._num_studies] = OptunaStudy(operation["study_name"], directions)
        self._num_studies += 1

    def _delete_study(self, operation: Operation) -> None:
        self.studies.pop(operation["study_id"])

    def _set_study_attribute(self, operation: Operation) -> None:
        self.studies[operation["study_id"]].attributes.update(operation["system_attr"])

    def _create_trial(self, operation: Operation) -> None:
        """Either a trial that begins, or one that was added as a whole."""
        study = self.studies[operation["study_id"]]
        values = operation.get("values") or [operation.get("value")]
        trial = OptunaTrial(
            number=len(study.trials),
            state=_STATES[operation.get("state", 0)],
            started=seconds(operation.get("datetime_start")),
            ended=seconds(operation.get("datetime_complete")),
            params=dict(operation.get("params") or {}),
            distributions={key: json.loads(text) for key, text in (operation.get("distributions") or {}).items()},
            values=[number(value) for value in values if value is not None],
            curve={int(step): number(value) for step, value in (operation.get("intermediate_values") or {}).items()},
        )
        study.trials.append(trial)
        self._trials.append(trial)

    def _set_param(self, operation: Operation) -> None:
        trial, name = self._trials[operation["trial_id"]], operation["param_name"]
        trial.params[name] = float(operation["param_value_internal"])
        trial.distributions[name] = json.loads(operation["distribution"])

    def _set_state(self, operation: Operation) -> None:
        trial = self._trials[operation["trial_id"]]
        trial.state = _STATES[operation["state"]]
        trial.values = [number(value) for value in operation.get("values") or []]
        trial.started = seconds(operation.get("datetime_start")) or trial.started
        trial.ended = seconds(operation.get("datetime_complete")) or trial.ended

    def _set_intermediate_value(self, operation: Operation) -> None:
        trial = self._trials[operation["trial_id"]]
        trial.curve[int(operation["step"])] = number(operation["intermediate_value"])
