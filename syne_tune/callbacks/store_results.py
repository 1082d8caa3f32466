"""Collects one row per report and writes ``results.csv.zip``, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syne_tune import jsonio
from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.result_rows import CONFIG_PREFIX, ResultRows, config_columns
from syne_tune.callbacks.zip_archive import zip_archive
from syne_tune.constants import (
    ST_DECISION,
    ST_RESULTS_DATAFRAME_FILENAME,
    ST_STATUS,
    ST_TRIAL_ID,
    ST_TUNER_TIME,
)
from syne_tune.report_block import ReportBlock
from syne_tune.trial import Result, Trial

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CONFIG_PREFIX",
    "ExtraResultsComposer",
    "StoreResultsCallback",
    "config_columns",
    "result_row",
]
_MAX_SHARE_OF_TIME = 0.02


def result_row(result: Result, decision: str, status: str, trial_id: int, columns: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the table of results.

    Args:
        result: What was reported.
        decision: What the scheduler decided.
        status: Status of the trial before the decision.
        trial_id: The trial.
        columns: Its :func:`config_columns`.
    """
    return {**result, ST_DECISION: decision, ST_STATUS: status, ST_TRIAL_ID: trial_id, **columns}


class ExtraResultsComposer:
    """Adds columns to the results. Users derive a class from it, which must be picklable."""

    def __call__(self, tuner: Any) -> dict[str, Any] | None:
        """Values to be added to the row of the current report; ``None`` for none."""
        raise NotImplementedError(f"{type(self).__name__} must implement __call__(tuner)")

    def keys(self) -> list[str]:
        """Names of the columns."""
        return []


class StoreResultsCallback(TunerCallback):
    """One row per report: reported values, decision, status, trial, configuration, tuner time, extra columns.

    The file is rewritten every ``results_update_interval`` seconds at most, and less often when it has grown so large
    that writing would take more than two percent of the time: the event log holds everything in between.

    Args:
        add_wallclock_time: Whether rows get ``st_tuner_time``, in seconds.
        extra_results_composer: Adds columns.
    """

    replays = True

    def __init__(
        self, add_wallclock_time: bool = True, extra_results_composer: ExtraResultsComposer | None = None
    ) -> None:
        self._rows = ResultRows()
        self.add_wallclock_time = add_wallclock_time
        self._extra_results_composer = extra_results_composer
        self._tuner: Any = None
        self._next_write = 0.0

    @property
    def results(self) -> list[dict[str, Any]]:
        """All rows so far; the list is made when it is asked for."""
        return list(self._rows)

    @property
    def needs_single_reports(self) -> bool:
        """Whether there is somebody who adds columns to each."""
        return self._extra_results_composer is not None

    def on_tuning_start(self, tuner: Any) -> None:
        """Remembers the tuner, whose folder and clock are used."""
        self._tuner = tuner
        self._next_write = time.monotonic() + tuner.results_update_interval

    def on_trial_result(self, trial: Trial, status: str, result: Result, decision: str) -> None:
        """Adds a row."""
        row = result_row(result, str(decision), status, trial.trial_id, config_columns(trial.config))
        if self.add_wallclock_time:
            row.setdefault(ST_TUNER_TIME, self._tuner.elapsed)
        if self._extra_results_composer is not None:
            row.update(self._extra_results_composer(self._tuner) or {})
        self._rows.add(row)

    def on_settled_reports(self, trials: Mapping[int, Trial], block: ReportBlock) -> None:
        """Adds a row per report."""
        self._rows.add_block(block, {i: trials[i].config for i in block.by_trial}, self.add_wallclock_time)

    def on_loop_end(self) -> None:
        """Writes the file, if it is time to."""
        now = time.monotonic()
        if now >= self._next_write and self._rows:
            self.store_results()
            cost = time.monotonic() - now
            self._next_write = now + max(self._tuner.results_update_interval, cost / _MAX_SHARE_OF_TIME)

    def on_tuning_end(self) -> None:
        """Writes the file a last time."""
        self.store_results()

    def store_results(self) -> None:
        """Writes ``results.csv.zip`` into the folder of the experiment, replacing the previous one atomically."""
        if self._tuner is None or not self._rows:
            return
        archive = zip_archive("results.csv", self._rows.to_csv().encode())
        jsonio.write_atomically(self._tuner.tuner_path / ST_RESULTS_DATAFRAME_FILENAME, archive)

    def dataframe(self) -> pd.DataFrame:
        """All rows so far."""
        import pandas as pd

        return pd.DataFrame(self.results)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tuner": None, "_next_write": 0.0}
