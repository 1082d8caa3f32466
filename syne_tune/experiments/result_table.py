"""The table of all reports of an experiment: one row per report, from whichever file tells the whole story.

``results.csv.zip`` is written every few seconds, the event log at every report. When the former lacks rows, because the
tuner was killed or is still running, the table is derived from the latter. Columns, in this order: what the script
reported including ``st_worker_*``, ``st_decision``, ``st_status`` (before the decision), ``trial_id``,
``config_<name>`` per entry of the configuration, ``st_tuner_time`` in seconds.
"""

from __future__ import annotations

import itertools
import logging
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from syne_tune.callbacks.store_results import CONFIG_PREFIX, config_columns, result_row
from syne_tune.constants import (
    ST_DECISION,
    ST_EVENT_LOG_FILENAME,
    ST_RESERVED_PREFIX,
    ST_RESULTS_DATAFRAME_FILENAME,
    ST_STATUS,
    ST_TRIAL_ID,
    ST_TUNER_TIME,
    ST_WORKER_TIMESTAMP,
)
from syne_tune.errors import ExperimentNotFoundError, OptionError, nearest
from syne_tune.event_log import Event, read_events
from syne_tune.trial import Status

logger = logging.getLogger(__name__)

_REPORT_MARK = b'"kind":"report"'
_CHUNK_BYTES = 1 << 24
_SAMPLE_ROWS = 200


def read_results(folder: Path) -> pd.DataFrame | None:
    """Reads the table of all reports of an experiment.

    Args:
        folder: Folder of the experiment.

    Returns:
        One row per report, or ``None`` if the folder holds neither results nor a log.

    Raises:
        ExperimentNotFoundError: If the file of results cannot be read and there is no log to derive it from.
        EventLogError: If the log is needed and damaged before its end.
    """
    log = folder / ST_EVENT_LOG_FILENAME
    table, problem = _read_table_file(folder)
    if not log.is_file():
        if problem is not None:
            raise ExperimentNotFoundError(f"{problem}; and there is no {log} to derive the results from")
        return table
    if table is not None and len(table) >= count_reports(log):
        return table
    if problem is not None:
        logger.warning("%s", problem)
    logger.info("%s: results are derived from the event log, which knows more than %s", folder.name, _name(folder))
    return results_from_events(read_events(log))


def count_reports(log: Path) -> int:
    """Number of reports in an event log, without decoding it; at least the true one.

    Args:
        log: The file ``events.jsonl``.
    """
    count, carry = 0, b""
    with open(log, "rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            text = carry + chunk
            count += text.count(_REPORT_MARK)
            carry = text[-(len(_REPORT_MARK) - 1) :]
    return count


def results_from_events(events: Iterable[Event]) -> pd.DataFrame:
    """Builds the table from the events of a log.

    Columns added by an ``ExtraResultsComposer`` are not in the log, hence not in this table.

    Args:
        events: All events of the experiment, in order.
    """
    configs: dict[int, dict[str, Any]] = {}
    rows: list[dict[str, Any]] = []
    for event in events:
        if event["kind"] == "suggest" and event["config"] is not None:
            configs[event["trial_id"]] = config_columns(event["config"])
        elif event["kind"] == "report":
            trial_id = event["trial_id"]
            columns = {**configs.get(trial_id, {}), ST_TUNER_TIME: event["elapsed"]}
            rows.append(result_row(event["result"], event["decision"], event["status"], trial_id, columns))
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=[ST_DECISION, ST_STATUS, ST_TRIAL_ID, ST_TUNER_TIME])


def events_from_results(results: pd.DataFrame) -> Iterator[Event]:
    """Inverts :func:`results_from_events`, as far as a table tells: one start per trial, and the reports.

    Args:
        results: One row per report.
    """
    started: set[int] = set()
    seq = itertools.count()
    for row in results.to_dict("records"):
        values = {str(key): value for key, value in row.items() if not pd.api.types.is_scalar(value) or pd.notna(value)}
        trial_id, elapsed = int(values.pop(ST_TRIAL_ID)), values.pop(ST_TUNER_TIME, 0.0)
        config = {key: values.pop(key) for key in list(values) if key.startswith(CONFIG_PREFIX)}
        common = {"time": values.get(ST_WORKER_TIMESTAMP, 0.0), "elapsed": elapsed, "trial_id": trial_id}
        if trial_id not in started:
            started.add(trial_id)
            plain = {key.removeprefix(CONFIG_PREFIX): value for key, value in config.items()}
            start = {"kind": "suggest", "action": "start", "config": plain, "checkpoint_trial_id": None}
            yield {"seq": next(seq), **common, **start}
        decision, status = values.pop(ST_DECISION, "CONTINUE"), values.pop(ST_STATUS, Status.in_progress)
        report = {"kind": "report", "result": values, "status": status, "decision": decision}
        yield {"seq": next(seq), **common, **report}


def finite_values(results: pd.DataFrame, metric: str) -> pd.Series[float]:
    """The finite values of a metric, indexed by the position of their rows.

    Args:
        results: One row per report.
        metric: Name of the column.

    Raises:
        OptionError: If there is no such column, or it does not hold numbers.
    """
    if metric not in results:
        columns = [str(name) for name in results if not str(name).startswith((ST_RESERVED_PREFIX, CONFIG_PREFIX))]
        raise OptionError(f"No report contains {metric!r}; {nearest(metric, columns)}")
    try:
        values = results[metric].to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise OptionError(f"The values of {metric!r} are not numbers: {error}") from error
    positions = np.flatnonzero(np.isfinite(values))
    return pd.Series(values[positions], index=positions)


def _read_table_file(folder: Path) -> tuple[pd.DataFrame | None, str | None]:
    """The table as stored, or what is wrong with its file."""
    path = folder / _name(folder)
    if not path.is_file():
        return None, None
    try:
        return _read_csv(path), None
    except pd.errors.EmptyDataError:
        return pd.DataFrame(), None
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        return None, f"{path}: not a readable table of results ({error})"


def _name(folder: Path) -> str:
    """Name of the file of results; older writers did not compress it."""
    plain = ST_RESULTS_DATAFRAME_FILENAME.removesuffix(".zip")
    both = (folder / plain).is_file() and not (folder / ST_RESULTS_DATAFRAME_FILENAME).is_file()
    return plain if both else ST_RESULTS_DATAFRAME_FILENAME


def _read_csv(path: Path) -> pd.DataFrame:
    """Parses with exact floats; strings are kept as shared Python objects, which is twice as fast as anything else."""
    with _opened(path) as file:
        sample = pd.read_csv(file, nrows=_SAMPLE_ROWS)
    strings = sample.columns[~sample.dtypes.map(pd.api.types.is_numeric_dtype)]
    options: dict[str, Any] = {"dtype": dict.fromkeys(strings, object)}
    if pd.__version__ < "3":
        options["float_precision"] = "round_trip"
    with warnings.catch_warnings(), _opened(path) as file:
        warnings.simplefilter("error", pd.errors.DtypeWarning)
        try:
            return pd.DataFrame(pd.read_csv(file, **options))
        except pd.errors.DtypeWarning:  # parts of the file differ in type: look at all of it first
            file.seek(0)
            return pd.DataFrame(pd.read_csv(file, low_memory=False, **options))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a CSV file, which may be the one member of a zip archive."""
    if path.suffix != ".zip":
        with open(path, "rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        members = archive.namelist()
        if len(members) != 1:
            raise ValueError(f"the archive should hold one table, but holds {len(members)} files")
        with archive.open(members[0]) as file:
            yield file
