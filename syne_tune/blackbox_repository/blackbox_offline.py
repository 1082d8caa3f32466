"""A benchmark that is a list of evaluations, as collected by random search."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.blackbox_repository.blackbox import Blackbox, ObjectiveFunctionResult
from syne_tune.blackbox_repository.files import (
    check_kind,
    check_tasks,
    read_frame,
    read_spaces,
    write_description,
    write_frame,
)
from syne_tune.errors import ConfigSpaceError, OptionError, nearest
from syne_tune.trial import Config

if TYPE_CHECKING:
    import pandas as pd

KIND = "offline"
_METRIC_PREFIX = "metric_"


class BlackboxOffline(Blackbox):
    """Looks up evaluations in a list. What is not in it can be had by :func:`add_surrogate`.

    If a configuration appears several times with the same seed and fidelity, the first one counts.

    Args:
        df_evaluations: One row per evaluation: hyperparameters, fidelity if there is one, seed if there are several,
            objectives. It is not changed.
        configuration_space: Name to domain.
        fidelity_space: Name to domain of the fidelity.
        objectives_names: Columns of the objectives; default are those that begin with ``metric_``.
        seed_col: Column of the seed.

    Raises:
        OptionError: If a column is missing.
    """

    def __init__(
        self,
        df_evaluations: pd.DataFrame,
        configuration_space: Mapping[str, Any],
        fidelity_space: Mapping[str, Any] | None = None,
        objectives_names: Sequence[str] | None = None,
        seed_col: str | None = None,
    ) -> None:
        columns = [str(name) for name in df_evaluations.columns]
        default = [name for name in columns if name.startswith(_METRIC_PREFIX)]
        super().__init__(configuration_space, fidelity_space, list(objectives_names or default))
        self.seed_col = seed_col
        self._inputs = [*self.configuration_space.free, *(self.fidelity_space or ())]
        needed = [*self._inputs, *([] if seed_col is None else [seed_col]), *self.objectives_names]
        for name in needed:
            if name not in columns:
                raise OptionError(f"df_evaluations has no column {name!r}; {nearest(name, columns)}")
        self.df = df_evaluations[needed].reset_index(drop=True)
        self._seeds: list[Any] = [None] if seed_col is None else sorted(self.df[seed_col].unique().tolist())
        self.num_seeds = len(self._seeds)
        self._values = self.df[self.objectives_names].to_numpy(dtype=float)
        self._rows = self._index_rows()

    def _index_rows(self) -> dict[tuple[Any, ...], int]:
        names = [*self._inputs, *([] if self.seed_col is None else [self.seed_col])]
        rows: dict[tuple[Any, ...], int] = {}
        for row, values in enumerate(zip(*(self.df[name].tolist() for name in names), strict=True)):
            rows.setdefault(tuple(None if value != value else value for value in values), row)
        return rows

    # ------------------------------------------------------------------ the contract

    @property
    def fidelity_values(self) -> NDArray[Any] | None:
        """All fidelities in the list, shape ``(num_fidelities,)``; ``None`` without a fidelity space."""
        return None if self.fidelity_space is None else np.unique(self.df[self.fidelity_name()].to_numpy())

    def _objective_function(
        self, configuration: Config, fidelity: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        key = [configuration.get(name) for name in self.configuration_space.free]
        end = [] if self.seed_col is None else [self._seeds[seed or 0]]
        values = self.fidelity_values
        if values is None or fidelity is not None:
            at = [] if fidelity is None else [fidelity[self.fidelity_name()]]
            row = self._rows.get((*key, *at, *end))
            if row is None:
                raise self._unknown({**configuration, **(fidelity or {})})
            return dict(zip(self.objectives_names, self._values[row].tolist(), strict=True))
        rows = [self._rows.get((*key, value, *end)) for value in values.tolist()]
        if all(row is None for row in rows):
            raise self._unknown(configuration)
        missing = np.full(len(self.objectives_names), np.nan)
        return np.stack([missing if row is None else self._values[row] for row in rows])

    def _unknown(self, what: Mapping[str, Any]) -> ConfigSpaceError:
        return ConfigSpaceError(
            f"{dict(what)} is not among the {len(self.df)} evaluations. add_surrogate(blackbox) answers for any "
            "configuration"
        )

    def hyperparameter_objectives_values(self, predict_curves: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
        """As in :class:`Blackbox`, row by row as given; evaluations in which an objective is missing are left out."""
        if predict_curves:
            raise OptionError("predict_curves: a list of evaluations need not contain whole curves; pass False")
        known = self.df[self.df[self.objectives_names].notna().all(axis=1)]
        if self.seed_col is not None:
            known = known.sort_values(self.seed_col, kind="stable")
        return known[self._inputs].reset_index(drop=True), known[self.objectives_names].reset_index(drop=True)

    def __str__(self) -> str:
        return (
            f"BlackboxOffline({len(self.df)} evaluations, {self.num_seeds} seeds: {', '.join(self.objectives_names)})"
        )


# ---------------------------------------------------------------------- files


def serialize(
    bb_dict: Mapping[str, BlackboxOffline],
    path: str | os.PathLike[str],
    categorical_cols: Sequence[str] = (),
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Writes lists of evaluations of several tasks into one folder; they share spaces and objectives.

    Args:
        bb_dict: From task to its list.
        path: The folder; created if missing.
        categorical_cols: Written to ``metadata.json``; for programs that read it.
        metadata: Further entries to be added to it.

    Raises:
        OptionError: If there is no task, or the lists do not match.
    """
    check_tasks(bb_dict, BlackboxOffline)
    first = next(iter(bb_dict.values()))
    for task, blackbox in bb_dict.items():
        if list(blackbox.df.columns) != list(first.df.columns) or blackbox.seed_col != first.seed_col:
            raise OptionError(f"serialize: columns of {task!r} are {list(blackbox.df.columns)}, unlike those before")
    own = {"seed_col": first.seed_col, "categorical_cols": list(categorical_cols)}
    folder = Path(path)
    write_description(folder, KIND, first, list(bb_dict), {**(metadata or {}), **own})
    for index, blackbox in enumerate(bb_dict.values()):
        write_frame(_file(folder, index), blackbox.df)


def deserialize(path: str | os.PathLike[str]) -> dict[str, BlackboxOffline]:
    """Reads what :func:`serialize` wrote. Executes nothing from the folder.

    Returns:
        From task to its list.

    Raises:
        OptionError: If the folder does not hold lists of evaluations.
    """
    folder = Path(path)
    metadata = check_kind(folder, KIND)
    configuration_space, fidelity_space = read_spaces(folder)
    names, seed_col = metadata["objectives_names"], metadata.get("seed_col")
    files = [_file(folder, index) for index in range(len(metadata["task_names"]))]
    if not files[0].exists():  # folders of Syne Tune 0.13 name files by tasks
        files = [folder / f"data-{task}.npz" for task in metadata["task_names"]]
    return {
        task: BlackboxOffline(read_frame(file), configuration_space, fidelity_space, names, seed_col)
        for task, file in zip(metadata["task_names"], files, strict=True)
    }


def _file(folder: Path, index: int) -> Path:
    return folder / f"data-{index}.npz"  # names of tasks may contain anything
