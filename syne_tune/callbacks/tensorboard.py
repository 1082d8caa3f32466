"""Shows a tuning run in TensorBoard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.constants import ST_RESERVED_PREFIX
from syne_tune.optional import require
from syne_tune.trial import Config, Result, Trial
from syne_tune.tuning_status import is_number


class TensorboardCallback(TunerCallback):
    """Writes metrics, hyperparameters and the running optimum to ``<experiment folder>/tensorboard_output``.

    The step is the running number of the report, the time that of the tuner. Numbers become scalars, other values
    texts. Needs the extra ``tensorboard``.

    Args:
        ignore_metrics: Metrics that are not to be written.
        target_metric: Metric whose running optimum is written, together with the configuration that attains it, as
            ``optimal_<hyperparameter>``.
        mode: ``"min"`` (default) or ``"max"``: what is an optimum of ``target_metric``.
        log_hyperparameters: Whether to write hyperparameters.

    Raises:
        MissingExtraError: When the run starts, if tensorboardX is not installed.
    """

    def __init__(
        self,
        ignore_metrics: Sequence[str] | None = None,
        target_metric: str | None = None,
        mode: str | None = None,
        log_hyperparameters: bool = True,
    ) -> None:
        self._ignored = set(ignore_metrics or ())
        self._target_metric = target_metric
        self._maximise = mode == "max"
        self._log_hyperparameters = log_hyperparameters
        self._tuner: Any = None
        self._writer: Any = None
        self._step = 0
        self._trial_ids: set[int] = set()
        self._optimum: float | None = None
        self._optimal_config: Config = {}

    def on_tuning_start(self, tuner: Any) -> None:
        """Opens the writer; after a resumption, continues behind the last step."""
        self._tuner = tuner
        module = require("tensorboardX", extra="tensorboard")
        self._writer = module.SummaryWriter(str(tuner.tuner_path / "tensorboard_output"))

    def on_trial_result(self, trial: Trial, status: str, result: Result, decision: str) -> None:
        """Writes one report."""
        self._trial_ids.add(trial.trial_id)
        self._update_optimum(trial.config, result)
        elapsed = self._tuner.elapsed
        for name, value in result.items():
            if name not in self._ignored and not name.startswith(ST_RESERVED_PREFIX):
                self._write(name, value, elapsed)
        if self._log_hyperparameters:
            self._write_config(trial.config, "", elapsed)
        if self._optimum is not None:
            self._write(f"optimal_{self._target_metric}", self._optimum, elapsed)
            self._write_config(self._optimal_config, "optimal_", elapsed)
        self._write("runtime", elapsed, elapsed)
        self._write("number_of_trials", len(self._trial_ids), elapsed)
        self._step += 1

    def on_tuning_end(self) -> None:
        """Closes the writer."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _update_optimum(self, config: Config, result: Result) -> None:
        value = result.get(self._target_metric or "")
        if not is_number(value):
            return
        if self._optimum is None or (value > self._optimum if self._maximise else value < self._optimum):
            self._optimum, self._optimal_config = value, dict(config)

    def _write_config(self, config: Config, prefix: str, elapsed: float) -> None:
        for name, value in config.items():
            self._write(f"{prefix}{name}", value, elapsed)

    def _write(self, name: str, value: object, elapsed: float) -> None:
        if is_number(value):
            self._writer.add_scalar(name, value, self._step, walltime=elapsed)
        else:
            self._writer.add_text(name, str(value), self._step, walltime=elapsed)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tuner": None, "_writer": None}
