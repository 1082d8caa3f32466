"""The experiments of a study as a dictionary and as one table: for scripts that draw by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from syne_tune.experiment_folder import experiment_path
from syne_tune.experiments.comparison.result_files import (
    DatetimeBounds,
    Run,
    Selection,
    ToSetup,
    ToSubplot,
    find_runs,
)
from syne_tune.experiments.loading import load_folder


def create_index_for_result_files(
    experiment_names: Sequence[str],
    metadata_to_setup: ToSetup | Mapping[str, ToSetup],
    metadata_to_subplot: ToSubplot | None = None,
    metadata_keys: Sequence[str] | None = None,
    metadata_subplot_level: bool = False,
    benchmark_key: str | None = "benchmark",
    with_subdirs: str | Sequence[str] | None = "*",
    datetime_bounds: DatetimeBounds | Mapping[str, DatetimeBounds] | None = None,
    seed_key: str | None = None,
) -> dict[str, Any]:
    """Which experiments belong to which benchmark and setup.

    Args:
        experiment_names: Tags of the studies: beginnings of the names of experiments.
        metadata_to_setup: Maps metadata to the name of the setup, ``None`` to leave the experiment out; or such a
            function per benchmark.
        metadata_to_subplot: Maps metadata to the panel, ``None`` to leave the experiment out.
        metadata_keys: Entries of the metadata to be collected.
        metadata_subplot_level: Whether these are told apart by panel.
        benchmark_key: Entry of the metadata which names the benchmark; ``None``: there is only one.
        with_subdirs: As in :class:`~.comparative_results.ComparativeResults`.
        datetime_bounds: As there.
        seed_key: Entry of the metadata which holds the seed; if given, the index is by benchmark and seed.

    Returns:
        ``index``: by benchmark, or by benchmark and seed, a list of ``(path relative to the folder of all experiments,
        setup, subplot)``; ``setup_names``: a set; with ``metadata_keys`` also ``metadata_values``: by benchmark, key,
        setup, and perhaps subplot, one value per experiment.

    Raises:
        ExperimentNotFoundError: If there is none.
        OptionError: If metadata lack the benchmark, or a bound is no time stamp.
    """
    names = (experiment_names,) if isinstance(experiment_names, str) else tuple(experiment_names)
    selection = Selection(
        names,
        metadata_to_setup,
        metadata_to_subplot,
        benchmark_key,
        seed_key=seed_key or "seed",
        with_subdirs=with_subdirs,
        datetime_bounds=datetime_bounds,
    )
    runs = find_runs(selection)
    index: dict[Any, list[tuple[Path, str, int]]] = {}
    for run in runs:
        key = run.benchmark if seed_key is None else (run.benchmark, run.seed)
        index.setdefault(key, []).append((run.folder.relative_to(experiment_path()), run.setup, run.subplot))
    found: dict[str, Any] = {"index": index, "setup_names": {run.setup for run in runs}}
    if metadata_keys is not None:
        found["metadata_values"] = metadata_values(runs, metadata_keys, metadata_subplot_level)
    return found


def metadata_values(runs: Iterable[Run], keys: Sequence[str], by_subplot: bool) -> dict[str, Any]:
    """Entries of the metadata, by benchmark, key, setup, and perhaps subplot: one value per experiment."""
    values: dict[str, Any] = {}
    for run in runs:
        by_key = values.setdefault(run.benchmark, {key: {} for key in keys})
        for key in keys:
            place = by_key[key].setdefault(run.setup, {}) if by_subplot else by_key[key]
            place.setdefault(run.subplot if by_subplot else run.setup, []).append(run.metadata.get(key))
    return values


def load_results_dataframe_per_benchmark(experiment_list: Iterable[tuple[Path | str, str, int]]) -> pd.DataFrame:
    """The results of several experiments, one below the other.

    Args:
        experiment_list: Entries of the index made by :func:`create_index_for_result_files`.

    Returns:
        One row per report, with the columns ``setup_name``, ``subplot_no`` and ``tuner_name`` added. Experiments
        without results are left out; without any, a frame without rows.
    """
    frames = []
    for path, setup, subplot in experiment_list:
        experiment = load_folder(experiment_path() / path)
        if experiment.results is not None:
            frames.append(experiment.results.assign(setup_name=setup, subplot_no=subplot, tuner_name=experiment.name))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
