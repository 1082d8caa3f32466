"""Backends that read what trials report from a blackbox."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from syne_tune.backend.simulator_backend.run import ReportTable
from syne_tune.backend.simulator_backend.simulator_backend import SimulatorBackend
from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.blackbox_surrogate import add_surrogate
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.latest import load_latest
from syne_tune.blackbox_repository.learning_curves import increasing, num_known, regular_curves
from syne_tune.blackbox_repository.repository import blackbox_metadata
from syne_tune.blackbox_repository.surrogate_models import make_surrogate
from syne_tune.config_space import Domain
from syne_tune.constants import ST_WORKER_COST, ST_WORKER_TIME
from syne_tune.errors import BackendError, OptionError, nearest
from syne_tune.trial import Config, Failure, Result

__all__ = ["BlackboxRepositoryBackend", "UserBlackboxBackend", "make_surrogate"]
_PER_RUN = (ST_WORKER_TIME, ST_WORKER_COST)


class UserBlackboxBackend(SimulatorBackend):
    """Simulates trials by looking them up in a blackbox.

    A trial reports all objectives and the fidelity, under its name, at one fidelity after the other, at the times given
    by ``elapsed_time_attr``. Entries of a configuration that the blackbox does not know are not used. A resumed trial
    counts ``elapsed_time_attr``, ``st_worker_time`` and ``st_worker_cost`` from its resumption, as real ones do.

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
        self._columns_per_run = [names.index(name) for name in _PER_RUN if name in names and name != elapsed_time_attr]
        self._names = tuple(blackbox.configuration_space)
        self._fidelities = blackbox.fidelity_values
        self._resources: list[Any] = [] if self._fidelities is None else self._fidelities.tolist()

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

    def foresee(self, configs: Sequence[Config]) -> list[ReportTable | None]:
        """Looks up configurations in a table together; models are asked one by one, since digits may depend on it.

        Args:
            configs: As in the base class, with constants.

        Returns:
            As there.
        """
        blackbox, resources = self._blackbox, self._resources
        is_same_for_all = self.seed is not None or blackbox.num_seeds == 1
        if not isinstance(blackbox, BlackboxTabular) or not is_same_for_all or self._fidelities is None:
            return super().foresee(configs)
        curves = regular_curves(blackbox, configs, self.seed, self._elapsed_column)
        names, resource_attr, number = blackbox.objectives_names, self.resource_attr, len(resources)
        parts = {number: resources}
        tables: list[ReportTable | None] = []
        for config, found in zip(configs, curves, strict=True):
            if found is None:
                tables.append(None)
                continue
            values, elapsed = found
            length = self._num_fidelities(config)
            if length < number:
                values, elapsed = values[:length], elapsed[:length]
            part = parts.get(length) or parts.setdefault(length, resources[:length])
            tables.append(ReportTable(names, values, resource_attr, part, elapsed, True))
        return tables

    def _run_job_and_collect_results(self, trial_id: int, config: Config) -> tuple[Sequence[Result], Failure | None]:
        known = {name: config[name] for name in self._names if name in config}
        values = self._blackbox.evaluate([known], self._seed_of(trial_id))[0]
        length = num_known(values)
        resources: list[Any] = []
        if self._fidelities is not None:
            length = min(length, self._num_fidelities(config))
            resources = self._resources if length == len(self._resources) else self._resources[:length]
        values = values[:length]
        elapsed = values[:, self._elapsed_column]
        times = increasing(elapsed)
        if times is not elapsed:
            values = values.copy()
            values[:, self._elapsed_column] = times
        first = self._reached.get(trial_id, 0) if self.support_checkpointing else 0
        if first > 0 and self._columns_per_run:
            values = values.copy()
            values[first:, self._columns_per_run] -= values[first - 1 : first, self._columns_per_run]
        return ReportTable(self._blackbox.objectives_names, values, self.resource_attr, resources), None

    def _num_fidelities(self, config: Config) -> int:
        assert self._fidelities is not None, "asked for only if there are some"
        if self.max_resource_attr is None or self.max_resource_attr not in config:
            return len(self._fidelities)
        return bisect_right(self._resources, config[self.max_resource_attr])

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


DEFAULT_BLACKBOX = "mlp-digits"
"""A table that comes with the package."""


class BlackboxRepositoryBackend(UserBlackboxBackend):
    """Simulates trials by looking them up in a blackbox of the repository.

    A pickled backend contains how it was made, not the blackbox, which is loaded again.

    Args:
        blackbox_name: See :func:`~syne_tune.blackbox_repository.repository.load_blackbox`.
        elapsed_time_attr: As in :class:`UserBlackboxBackend`. Default: what the repository says about the blackbox.
        max_resource_attr: See there.
        seed: See there.
        support_checkpointing: See there.
        dataset: Which task. May be left out if there is only one.
        surrogate: Name of a model that answers for configurations the blackbox does not know, see
            :func:`~syne_tune.blackbox_repository.surrogate_models.make_surrogate`.
        surrogate_kwargs: Arguments of its constructor; for ``yahpo-...``, the ``yahpo_kwargs`` of ``load_blackbox``.
        add_surrogate_kwargs: Further arguments of
            :func:`~syne_tune.blackbox_repository.blackbox_surrogate.add_surrogate`.
        config_space_surrogate: Space of the model, if it is larger; entries that are no domains do not count.
        **simulatorbackend_kwargs: As in :class:`UserBlackboxBackend`.

    Raises:
        OptionError: If there is no such blackbox, task, model, objective or seed.
    """

    def __init__(
        self,
        blackbox_name: str = DEFAULT_BLACKBOX,
        elapsed_time_attr: str | None = None,
        max_resource_attr: str | None = None,
        seed: int | None = None,
        support_checkpointing: bool = True,
        dataset: str | None = None,
        surrogate: str | None = None,
        surrogate_kwargs: Mapping[str, Any] | None = None,
        add_surrogate_kwargs: Mapping[str, Any] | None = None,
        config_space_surrogate: Mapping[str, Any] | None = None,
        **simulatorbackend_kwargs: Any,
    ) -> None:
        if config_space_surrogate is not None and surrogate is None:
            raise OptionError("config_space_surrogate: is the space of a surrogate; name one, or leave it out")
        self.blackbox_name = blackbox_name
        self.dataset = dataset
        self.surrogate = surrogate
        self.surrogate_kwargs = surrogate_kwargs
        self.add_surrogate_kwargs = add_surrogate_kwargs
        self.config_space_surrogate = config_space_surrogate
        blackbox = self._load()
        elapsed = elapsed_time_attr or blackbox_metadata(blackbox_name).get("metric_elapsed_time")
        if elapsed is None:
            raise OptionError(f"elapsed_time_attr: name one of the objectives {blackbox.objectives_names}")
        super().__init__(blackbox, elapsed, max_resource_attr, seed, support_checkpointing, **simulatorbackend_kwargs)

    def _load(self) -> Blackbox:
        yahpo_kwargs = self.surrogate_kwargs if self.blackbox_name.startswith("yahpo-") else None
        blackbox = self._task_of(load_latest(self.blackbox_name, yahpo_kwargs))
        if self.surrogate is None:
            return blackbox
        space = self.config_space_surrogate
        domains = None if space is None else {key: value for key, value in space.items() if isinstance(value, Domain)}
        model = make_surrogate(self.surrogate, None if yahpo_kwargs else self.surrogate_kwargs)
        return add_surrogate(blackbox, model, domains, **(self.add_surrogate_kwargs or {}))

    def _task_of(self, blackboxes: Mapping[str, Blackbox]) -> Blackbox:
        if self.dataset is None and len(blackboxes) == 1:
            return next(iter(blackboxes.values()))
        if self.dataset is None or self.dataset not in blackboxes:
            hint = nearest(str(self.dataset), blackboxes)
            raise OptionError(f"dataset = {self.dataset!r}: no such task of {self.blackbox_name!r}; {hint}")
        return blackboxes[self.dataset]

    def entrypoint_path(self) -> Path:
        """Name of the blackbox, after which experiments are called."""
        return Path(self.blackbox_name)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_blackbox": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._blackbox = self._load()
