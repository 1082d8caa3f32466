"""What a storage of Optuna holds, whatever its format: :class:`OptunaStudy` and :class:`OptunaTrial`."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syne_tune.errors import ExperimentNotFoundError, nearest

RUNNING, COMPLETE, PRUNED, FAIL, WAITING = "RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"

METRIC_NAMES = "study:metric_names"
"""System attribute of a study under which Optuna keeps names of its objectives."""


@dataclass
class OptunaTrial:
    """One trial.

    Args:
        number: Within its study, from 0.
        state: One of the strings above.
        started: Seconds since the epoch, if it has been started.
        ended: Likewise, if it has ended.
        params: Name to value in the internal form: numbers, positions in the list of choices.
        distributions: Name to distribution.
        values: Objectives, if known.
        curve: Step to intermediate value.
    """

    number: int
    state: str = RUNNING
    started: float | None = None
    ended: float | None = None
    params: dict[str, float] = field(default_factory=dict)
    distributions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)
    curve: dict[int, float] = field(default_factory=dict)


@dataclass
class OptunaStudy:
    """One study.

    Args:
        name: Its name.
        directions: ``"MINIMIZE"`` or ``"MAXIMIZE"`` per objective.
        attributes: System attributes.
        trials: In order of their numbers.
    """

    name: str
    directions: list[str]
    attributes: dict[str, Any] = field(default_factory=dict)
    trials: list[OptunaTrial] = field(default_factory=list)


def seconds(text: str | None) -> float | None:
    """Seconds since the epoch of a date as Optuna writes it; without time zone, local time."""
    return None if not text else datetime.datetime.fromisoformat(text).timestamp()


def number(value: float | None, kind: str | None = "FINITE") -> float:
    """A value of a database, where infinities have a kind of their own and NaN is missing."""
    if kind in ("INF_POS", "INF_NEG"):
        return math.inf if kind == "INF_POS" else -math.inf
    return math.nan if value is None else float(value)


def choose_study(studies: Sequence[OptunaStudy], name: str | None, source: str) -> OptunaStudy:
    """The study of a name, or the only one.

    Raises:
        ExperimentNotFoundError: If there is none, or several and no name; the message lists them.
    """
    names = [study.name for study in studies]
    if name is None and len(studies) == 1:
        return studies[0]
    for study in studies:
        if study.name == name:
            return study
    if name is None:
        raise ExperimentNotFoundError(f"{source} holds {len(names)} studies; name one of them: {names}")
    raise ExperimentNotFoundError(f"{source}: no study {name!r}; {nearest(name, names)}")
