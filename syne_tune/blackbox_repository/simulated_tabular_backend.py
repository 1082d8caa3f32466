"""Backends that read what trials report from a blackbox."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from syne_tune.backend.simulator_backend.simulator_backend import SimulatorBackend
from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.learning_curves import LearningCurve, increasing, num_known
from syne_tune.blackbox_repository.surrogate_models import make_surrogate
from syne_tune.errors import BackendError, OptionError, nearest
from syne_tune.trial import Config, Failure, Result

__all__ = ["UserBlackboxBackend", "make_surrogate"]


class UserBlackboxBackend(SimulatorBackend):
    """Simulates trials by looking them up in a blackbox.

    A trial reports all objectives and the fidelity, under its name, at one fidelity after the other, at the times given
    by ``elapsed_time_attr``. Entries of a configuration that the blackbox does not know are not used.

    Args:
        blackbox: What trials would report.
        elapsed_time_attr: Objective that holds the seconds from the beginning of the training to the report.
        max_resource_attr: Entry of the configuration that holds the highest fidelity of a trial.
        seed: Repetition that all trials use. Default: if there are several, each trial is given one by its number, so
            that equal experiments give equal results.
        support_checkpointing: Whether a resumed trial goes on where it was paused, as opposed to starting from the
            lowest fidelity.
        **simulatorbackend_kwargs: See :class:`~syne_tune.backend.simulator_backend.simulator_backend.SimulatorBackend`.

    Raises:
        OptionError: If the blackbox has no objective ``elapsed_time_attr``, or no such seed.
    """

    def __init__(
        self,
        blackbox: Blackbox,
        elapsed_time_attr: str,
        max_resource_attr: str | None = None,
        seed: int | None = None,
        support_checkpointing: bool = True,
        **simulatorbackend_kwargs: Any,
    ) -> None:
        super().__init__(type(blackbox).__name__, elapsed_time_attr, **simulatorbackend_kwargs)
        names = blackbox.objectives_names
        if elapsed_time_attr not in names:
            raise OptionError(f"elapsed_time_attr = {elapsed_time_attr!r}: {nearest(elapsed_time_attr, names)}")
        if seed is not None and blackbox.num_seeds > 1 and not 0 <= seed < blackbox.num_seeds:
            raise OptionError(f"seed = {seed}: the blackbox has {blackbox.num_seeds} seeds, from 0 on")
        self._blackbox = blackbox
        self.max_resource_attr = max_resource_attr
        self.seed = seed
        self.support_checkpointing = support_checkpointing
        self._elapsed_column = names.index(elapsed_time_attr)
        self._names = tuple(blackbox.configuration_space)
        self._fidelities = blackbox.fidelity_values

    @property
    def blackbox(self) -> Blackbox:
        """What trials would report."""
        return self._blackbox

    @property
    def resource_attr(self) -> str | None:
        """Name under which trials report the fidelity; ``None`` if there is none."""
        return None if self._fidelities is None else self._blackbox.fidelity_name()

    @property
    def keeps_checkpoints(self) -> bool:
        """As given by ``support_checkpointing``."""
        return self.support_checkpointing

    def _run_job_and_collect_results(self, trial_id: int, config: Config) -> tuple[Sequence[Result], Failure | None]:
        known = {name: config[name] for name in self._names if name in config}
        values = self._blackbox.evaluate([known], self._seed_of(trial_id))[0]
        length = num_known(values)
        resources: list[Any] = []
        if self._fidelities is not None:
            length = min(length, self._num_fidelities(config))
            resources = self._fidelities[:length].tolist()
        values = values[:length].copy()
        values[:, self._elapsed_column] = increasing(values[:, self._elapsed_column])
        return LearningCurve(self._blackbox.objectives_names, values, self.resource_attr, resources), None

    def _num_fidelities(self, config: Config) -> int:
        assert self._fidelities is not None, "asked for only if there are some"
        if self.max_resource_attr is None or self.max_resource_attr not in config:
            return len(self._fidelities)
        return int(np.searchsorted(self._fidelities, config[self.max_resource_attr], side="right"))

    def _seed_of(self, trial_id: int) -> int | None:
        num_seeds = self._blackbox.num_seeds
        if self.seed is not None or num_seeds == 1:
            return self.seed
        return int(np.random.RandomState(trial_id).randint(num_seeds))

    def expect_reports(self, names: Sequence[str], resource_attr: str | None = None) -> None:
        """Refuses metrics that the blackbox does not have.

        Args:
            names: Metrics the scheduler needs.
            resource_attr: Name of the resource, if the scheduler uses one.

        Raises:
            OptionError: Names the metric, and those there are.
        """
        reported = [*self._blackbox.objectives_names, *([] if self.resource_attr is None else [self.resource_attr])]
        for name in [*names, *([] if resource_attr is None else [resource_attr])]:
            if name not in reported:
                raise OptionError(f"The scheduler needs {name!r}, which the blackbox lacks: {nearest(name, reported)}")

    def entrypoint_path(self) -> Path:
        """Name of the class of the blackbox."""
        return Path(type(self._blackbox).__name__)

    def set_entrypoint(self, entry_point: str) -> None:
        """Not possible: create another backend with another blackbox.

        Raises:
            BackendError: Always.
        """
        raise BackendError(
            f"UserBlackboxBackend reads a blackbox and runs no script, so that {entry_point!r} cannot be its entry "
            "point. Create another backend with another blackbox, or use LocalBackend"
        )
