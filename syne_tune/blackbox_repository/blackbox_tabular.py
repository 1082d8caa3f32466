"""A benchmark that is one array: every configuration trained with every seed up to every fidelity."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.blackbox_repository.blackbox import Blackbox, Fidelity, FloatArray, ObjectiveFunctionResult
from syne_tune.blackbox_repository.files import (
    check_kind,
    check_tasks,
    read_array,
    read_frame,
    read_spaces,
    write_array,
    write_description,
    write_frame,
    write_stack,
)
from syne_tune.blackbox_repository.missing_values import impute
from syne_tune.errors import ConfigSpaceError, OptionError, nearest
from syne_tune.trial import Config

if TYPE_CHECKING:
    import pandas as pd

KIND = "tabular"
_HYPERPARAMETERS = "hyperparameters.npz"
_EVALUATIONS = "objectives_evaluations.npy"
_FIDELITIES = "fidelities_values.npy"


class BlackboxTabular(Blackbox):
    """Looks up configurations in a table.

    A configuration may also be given as the number of its row.

    Args:
        hyperparameters: One row per configuration, one column per hyperparameter; no row twice.
        configuration_space: Name to domain.
        fidelity_space: Name to domain of the fidelity.
        objectives_evaluations: Shape ``(num_configurations, num_seeds, num_fidelities, num_objectives)``; NaN where
            nothing is known.
        fidelity_values: Shape ``(num_fidelities,)``, increasing; default is ``1, 2, ...``.
        objectives_names: Default is ``y0, y1, ...``.

    Raises:
        OptionError: If shapes do not match, or a configuration appears twice.
    """

    def __init__(
        self,
        hyperparameters: pd.DataFrame,
        configuration_space: Mapping[str, Any],
        fidelity_space: Mapping[str, Any] | None,
        objectives_evaluations: NDArray[Any],
        fidelity_values: Sequence[float] | NDArray[Any] | None = None,
        objectives_names: Sequence[str] | None = None,
    ) -> None:
        if objectives_evaluations.ndim != 4:
            raise OptionError(
                f"objectives_evaluations has shape {objectives_evaluations.shape}, but must have four dimensions: "
                "configurations, seeds, fidelities, objectives"
            )
        num_rows, self.num_seeds, num_fidelities, num_objectives = objectives_evaluations.shape
        names = list(objectives_names or [f"y{i}" for i in range(num_objectives)])
        super().__init__(configuration_space, fidelity_space, names)
        _check_length("hyperparameters", len(hyperparameters), num_rows)
        _check_length("objectives_names", len(names), num_objectives)
        self.hyperparameters = hyperparameters[list(self.configuration_space.free)]
        self._names = dict.fromkeys(self.hyperparameters.columns)
        self._values_of = _getter(list(self._names))
        self.objectives_evaluations = objectives_evaluations
        values = np.arange(1, num_fidelities + 1) if fidelity_values is None else np.asarray(fidelity_values)
        _check_length("fidelity_values", len(values), num_fidelities)
        if np.any(np.diff(values) <= 0):
            raise OptionError(f"fidelity_values = {values.tolist()}: must be increasing")
        self._fidelity_values = values
        self._rows = self._row_by_values()
        self._rows_by_string: dict[str, int] | None = None

    def _row_by_values(self) -> dict[tuple[Any, ...], int]:
        rows = {values: row for row, values in enumerate(self._value_tuples())}
        if len(rows) < len(self.hyperparameters):
            twice = self.hyperparameters[self.hyperparameters.duplicated()].iloc[0].to_dict()
            raise OptionError(f"hyperparameters: every configuration may appear once, but {twice} appears again")
        return rows

    def _value_tuples(self) -> list[tuple[Any, ...]]:
        columns = [_without_nan(self.hyperparameters[name].tolist()) for name in self.hyperparameters.columns]
        return list(zip(*columns, strict=True))

    def __getstate__(self) -> dict[str, Any]:
        """Without what follows from the table of configurations."""
        return {**vars(self), "_rows": None, "_rows_by_string": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._rows = self._row_by_values()

    # ------------------------------------------------------------------ the contract

    @property
    def fidelity_values(self) -> NDArray[Any] | None:
        """All fidelities, shape ``(num_fidelities,)``; ``None`` without a fidelity space."""
        return None if self.fidelity_space is None else self._fidelity_values

    def objective_function(
        self, configuration: Config | int, fidelity: Fidelity | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        """As in :class:`Blackbox`; a configuration may also be given as the number of its row.

        Args:
            configuration: Values of all hyperparameters, or the number of a row.
            fidelity: See there.
            seed: Default is 0.

        Returns:
            See there.
        """
        if isinstance(configuration, (int, np.integer)):
            configuration = self._configuration(int(configuration))
        return super().objective_function(configuration, fidelity, seed)

    def _objective_function(
        self, configuration: Config, fidelity: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        curve = self._evaluate([configuration], seed)[0]
        if fidelity is not None:
            return self._named(curve[self._column(fidelity[self.fidelity_name()])])
        return self._named(curve[0]) if self.fidelity_space is None else curve

    def _named(self, values: FloatArray) -> dict[str, float]:
        return dict(zip(self.objectives_names, values.tolist(), strict=True))

    def evaluate(self, configurations: Sequence[Config], seed: int | None = None) -> FloatArray:
        """As in :class:`Blackbox`; configurations that stand in the table are found without a detour."""
        names = self._names.keys()
        if configurations and all([configuration.keys() == names for configuration in configurations]):
            found = self.rows_as_they_stand(configurations)
            rows = [row for row in found if row is not None]
            if len(rows) == len(found):
                return self.curves(rows, seed)
        return super().evaluate(configurations, seed)

    def rows_as_they_stand(self, configurations: Sequence[Config]) -> list[int | None]:
        """Numbers of rows; ``None`` for a configuration that lacks a value, or none of whose rows is exactly the same.

        Args:
            configurations: Entries that are no hyperparameters do not count.
        """
        found: list[int | None] = []
        for configuration in configurations:
            try:
                found.append(self._rows.get(self._values_of(configuration)))
            except KeyError:
                found.append(None)
        return found

    def curves(self, rows: Sequence[int], seed: int | None = None) -> FloatArray:
        """Evaluations of some rows.

        Args:
            rows: Their numbers.
            seed: Which repetition; default is 0.

        Returns:
            Shape ``(len(rows), num_fidelities, num_objectives)``.
        """
        self._check_seed(seed)
        repetition = 0 if self.num_seeds == 1 else seed or 0
        return np.asarray(self.objectives_evaluations[rows, repetition], dtype=np.float64)

    def _evaluate(self, configurations: Sequence[Config], seed: int | None) -> FloatArray:
        return self.curves([self._row(configuration) for configuration in configurations], seed)

    def _column(self, value: float) -> int:
        column = int(np.searchsorted(self._fidelity_values, value))
        if column == len(self._fidelity_values) or self._fidelity_values[column] != value:
            values = self._fidelity_values.tolist()
            raise OptionError(f"fidelity = {value!r}: must be one of {values}")
        return column

    def _row(self, configuration: Config) -> int:
        """Row of a configuration: values as they are, or else up to rounding."""
        row = self._row_as_it_stands(configuration)
        return self._row_by_string(configuration) if row is None else row

    def _row_as_it_stands(self, configuration: Config) -> int | None:
        return self._rows.get(tuple([configuration.get(name) for name in self._names]))

    def _row_by_string(self, configuration: Config) -> int:
        space = self.configuration_space
        if self._rows_by_string is None:
            configs = enumerate(self.all_configurations())
            self._rows_by_string = {space.match_string(space.cast(config)): row for row, config in configs}
        row = self._rows_by_string.get(space.match_string(space.cast(configuration)))
        if row is None:
            raise ConfigSpaceError(
                f"{dict(configuration)} is not in the table, which has {len(self._rows)} configurations. "
                "Restrict the search to them (GridSearch, RandomSearch with restrict_configurations="
                "blackbox.all_configurations()), or fill the gaps with add_surrogate(blackbox)"
            )
        return row

    def all_configurations(self) -> list[dict[str, Any]]:
        """All configurations, row by row; inactive hyperparameters are left out."""
        names = list(self.hyperparameters.columns)
        return [_active(names, values) for values in self._value_tuples()]

    def _configuration(self, row: int) -> dict[str, Any]:
        if not 0 <= row < len(self.hyperparameters):
            raise OptionError(f"configuration = {row}: rows are numbered from 0 to {len(self.hyperparameters) - 1}")
        names = list(self.hyperparameters.columns)
        values = [_without_nan(self.hyperparameters[name].iloc[row : row + 1].tolist())[0] for name in names]
        return _active(names, values)

    def rename_objectives(self, objective_name_mapping: Mapping[str, str]) -> BlackboxTabular:
        """The same table with other names of objectives.

        Args:
            objective_name_mapping: From old to new name; objectives not in it keep theirs.

        Raises:
            OptionError: If there is no such objective.
        """
        for name in objective_name_mapping:
            if name not in self.objectives_names:
                raise OptionError(f"rename_objectives: unknown {name!r}; {nearest(name, self.objectives_names)}")
        return BlackboxTabular(
            self.hyperparameters,
            self.configuration_space,
            self.fidelity_space,
            self.objectives_evaluations,
            self._fidelity_values,
            [objective_name_mapping.get(name, name) for name in self.objectives_names],
        )

    def hyperparameter_objectives_values(self, predict_curves: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
        """As in :class:`Blackbox`; what is missing is filled in, see :func:`missing_values.impute`."""
        import pandas as pd

        values = impute(np.asarray(self.objectives_evaluations, dtype=float))
        num_rows, num_seeds, num_fidelities, num_objectives = values.shape
        repeats = num_seeds if predict_curves else num_seeds * num_fidelities
        x = pd.concat([self.hyperparameters] * repeats, ignore_index=True)
        if predict_curves:
            columns = [f"{name}:{r}" for r in self._fidelity_values.tolist() for name in self.objectives_names]
            curves = values.transpose(1, 0, 2, 3).reshape(num_seeds * num_rows, num_fidelities * num_objectives)
            return x, pd.DataFrame(curves, columns=columns)
        if self.fidelity_space is not None:
            x[self.fidelity_name()] = np.repeat(self._fidelity_values, num_seeds * num_rows)
        points = values.transpose(2, 1, 0, 3).reshape(-1, num_objectives)
        return x, pd.DataFrame(points, columns=self.objectives_names)

    def __str__(self) -> str:
        shape = "{} configurations, {} seeds, {} fidelities, {} objectives".format(*self.objectives_evaluations.shape)
        return f"BlackboxTabular({shape}: {', '.join(self.objectives_names)})"


def _getter(names: Sequence[Any]) -> Callable[[Config], tuple[Any, ...]]:
    """Values of a configuration in a certain order."""
    if len(names) > 1:
        return itemgetter(*names)
    return partial(_some_values, names)


def _some_values(names: Sequence[Any], configuration: Config) -> tuple[Any, ...]:
    return tuple([configuration[name] for name in names])


def _check_length(name: str, length: int, expected: int) -> None:
    if length != expected:
        raise OptionError(f"{name} has length {length}, but objectives_evaluations needs {expected}")


def _without_nan(values: list[Any]) -> list[Any]:
    """Hyperparameters that are inactive have no value, for which tables write NaN."""
    return [None if value is None or value != value else value for value in values]


def _active(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


# ---------------------------------------------------------------------- files


def serialize(
    bb_dict: Mapping[str, BlackboxTabular],
    path: str | os.PathLike[str],
    metadata: Mapping[str, Any] | None = None,
    compressed: bool = False,
) -> None:
    """Writes tables of several tasks into one folder; they share configurations, fidelities and objectives.

    Args:
        bb_dict: From task to its table.
        path: The folder; created if missing.
        metadata: Entries to be added to ``metadata.json``.
        compressed: Whether to compress the evaluations, which are then read as a whole.

    Raises:
        OptionError: If there is no task, or the tables do not match.
    """
    check_tasks(bb_dict, BlackboxTabular)
    first = next(iter(bb_dict.values()))
    for task, blackbox in bb_dict.items():
        if not share_rows(first, blackbox):
            raise OptionError(f"serialize: configurations, fidelities or objectives of {task!r} differ from the others")
    folder = Path(path)
    write_description(folder, KIND, first, list(bb_dict), metadata)
    write_frame(folder / _HYPERPARAMETERS, first.hyperparameters)
    write_array(folder / _FIDELITIES, first._fidelity_values)
    evaluations = [blackbox.objectives_evaluations for blackbox in bb_dict.values()]
    write_stack(folder / _EVALUATIONS, evaluations, compressed)


def share_rows(a: BlackboxTabular, b: BlackboxTabular) -> bool:
    """Whether two tables differ in nothing but their values, so that they can be written as one array."""
    return (
        a.configuration_space == b.configuration_space
        and a.fidelity_space == b.fidelity_space
        and a.objectives_names == b.objectives_names
        and np.array_equal(a._fidelity_values, b._fidelity_values)
        and a.objectives_evaluations.shape == b.objectives_evaluations.shape
        and a.hyperparameters.equals(b.hyperparameters)
    )


def deserialize(path: str | os.PathLike[str]) -> dict[str, BlackboxTabular]:
    """Reads what :func:`serialize` wrote. Executes nothing from the folder; large arrays are read when needed.

    Returns:
        From task to its table.

    Raises:
        OptionError: If the folder does not hold tables.
    """
    folder = Path(path)
    metadata = check_kind(folder, KIND)
    configuration_space, fidelity_space = read_spaces(folder)
    hyperparameters = read_frame(folder / _HYPERPARAMETERS)
    fidelity_values = read_array(folder / _FIDELITIES)
    evaluations = read_array(folder / _EVALUATIONS, memory_mapped=True)
    return {
        task: BlackboxTabular(
            hyperparameters,
            configuration_space,
            fidelity_space,
            evaluations[index],
            fidelity_values,
            metadata["objectives_names"],
        )
        for index, task in enumerate(metadata["task_names"])
    }
