"""Reads the studies of an Optuna storage in SQLite, by the tables of its published schema; Optuna is not needed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.foreign.optuna_records import OptunaStudy, OptunaTrial, number, seconds

HEADER = b"SQLite format 3\x00"
"""Every database of SQLite begins with these bytes."""

_TABLES = ("studies", "study_directions", "trials", "trial_params", "trial_values", "trial_intermediate_values")

Row = dict[str, Any]


def read_sqlite(path: Path) -> list[OptunaStudy]:
    """Reads all studies; changes nothing.

    Args:
        path: File of the database.

    Raises:
        ExperimentNotFoundError: If it is not an Optuna storage, or cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            _check_tables(connection, path)
            return [_read_study(connection, row) for row in _rows(connection, "studies", "study_id")]
    except (sqlite3.Error, ValueError) as error:
        raise ExperimentNotFoundError(f"{path}: cannot be read as an Optuna storage ({error})") from error


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    found = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    missing = [table for table in _TABLES if table not in found]
    if missing:
        raise ExperimentNotFoundError(
            f"{path}: not an Optuna storage of version 2.4 or later, the table {missing[0]!r} is missing. "
            "'optuna storage upgrade' brings an older one up to date"
        )


def _rows(connection: sqlite3.Connection, table: str, order: str) -> Iterator[Row]:
    return (dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}"))


def _rows_of(connection: sqlite3.Connection, table: str, key: str, value: int, order: str) -> list[Row]:
    query = f"SELECT * FROM {table} WHERE {key} = ? ORDER BY {order}"  # names are those of this file
    return [dict(row) for row in connection.execute(query, (value,))]


def _read_study(connection: sqlite3.Connection, row: Row) -> OptunaStudy:
    study_id = row["study_id"]
    directions = _rows_of(connection, "study_directions", "study_id", study_id, "objective")
    attributes = _rows_of(connection, "study_system_attributes", "study_id", study_id, "study_system_attribute_id")
    trials = _rows_of(connection, "trials", "study_id", study_id, "trial_id")
    return OptunaStudy(
        name=row["study_name"],
        directions=[entry["direction"] for entry in directions],
        attributes={entry["key"]: json.loads(entry["value_json"]) for entry in attributes},
        trials=[_read_trial(connection, place, entry) for place, entry in enumerate(trials)],
    )


def _read_trial(connection: sqlite3.Connection, place: int, row: Row) -> OptunaTrial:
    trial_id = row["trial_id"]
    params = _rows_of(connection, "trial_params", "trial_id", trial_id, "param_id")
    values = _rows_of(connection, "trial_values", "trial_id", trial_id, "objective")
    curve = _rows_of(connection, "trial_intermediate_values", "trial_id", trial_id, "step")
    return OptunaTrial(
        number=place if row.get("number") is None else row["number"],
        state=row["state"],
        started=seconds(row["datetime_start"]),
        ended=seconds(row["datetime_complete"]),
        params={entry["param_name"]: float(entry["param_value"]) for entry in params},
        distributions={entry["param_name"]: json.loads(entry["distribution_json"]) for entry in params},
        values=[number(entry["value"], entry.get("value_type")) for entry in values],
        curve={
            entry["step"]: number(entry["intermediate_value"], entry.get("intermediate_value_type")) for entry in curve
        },
    )
