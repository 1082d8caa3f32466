"""Loading experiments from their folders. Nothing is unpickled unless ``load_tuner=True`` asks for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from syne_tune.constants import ST_METADATA_FILENAME, ST_TUNER_DILL_FILENAME
from syne_tune.errors import ExperimentNotFoundError, SyneTuneError
from syne_tune.experiment_folder import experiment_path
from syne_tune.experiments.experiment_result import ExperimentResult
from syne_tune.experiments.finding import experiment_folders, named_experiment
from syne_tune.experiments.result_table import read_results
from syne_tune.experiments.s3_download import download_single_experiment
from syne_tune.metadata_file import read_metadata

if TYPE_CHECKING:
    from syne_tune.tuner import Tuner

logger = logging.getLogger(__name__)

PathFilter = Callable[[str], bool]
ExperimentFilter = Callable[[ExperimentResult], bool]


def load_experiment(
    tuner_name: str,
    download_if_not_found: bool = True,
    load_tuner: bool = False,
    local_path: str | None = None,
    experiment_name: str | None = None,
) -> ExperimentResult:
    """Loads one experiment.

    Args:
        tuner_name: Name of the experiment, or a path.
        download_if_not_found: Whether to look for it on S3 if it is not here, and to copy it: metadata, results and
            event log; the tuner only with ``load_tuner``.
        load_tuner: Whether to unpickle the tuner. Unpickling runs code from the file: only do so with files that you
            trust.
        local_path: Folder that holds all experiments; by default that of ``syne_tune.util.experiment_path``.
        experiment_name: Subfolder of it in which to look first, as it arises when results are copied from S3.

    Returns:
        The experiment; parts that its folder lacks are ``None``.

    Raises:
        ExperimentNotFoundError: If there is no such experiment, or one of its files is damaged; the message names the
            nearest names, or the file.
    """
    root = experiment_path(local_path=local_path)
    if experiment_name is not None and (root / experiment_name).is_dir():
        root = root / experiment_name
    try:
        folder = named_experiment(tuner_name, root)
    except ExperimentNotFoundError as error:
        if not download_if_not_found or "/" in tuner_name:
            raise
        folder = _downloaded(tuner_name, error, local_path, experiment_name, load_tuner)
    return load_folder(folder, load_tuner=load_tuner)


def _downloaded(
    tuner_name: str, reason: Exception, local_path: str | None, experiment_name: str | None, with_tuner: bool
) -> Path:
    try:
        return download_single_experiment(
            tuner_name, experiment_name=experiment_name, local_path=local_path, with_tuner=with_tuner
        )
    except SyneTuneError as error:
        raise ExperimentNotFoundError(f"{reason}. Nor was it found on S3: {error}") from None


def load_folder(folder: Path, load_tuner: bool = False) -> ExperimentResult:
    """Loads the experiment in a folder.

    Args:
        folder: Folder of the experiment.
        load_tuner: Whether to unpickle the tuner, see :func:`load_experiment`.

    Raises:
        ExperimentNotFoundError: If a file is damaged; the message names it.
    """
    return ExperimentResult(
        name=folder.name,
        results=read_results(folder),
        metadata=read_metadata(folder),
        tuner=_unpickle_tuner(folder) if load_tuner else None,
        path=folder,
    )


def get_metadata(path_filter: PathFilter | None = None, root: Path | str | None = None) -> dict[str, dict[str, Any]]:
    """The metadata of all experiments in a folder and its subfolders.

    Args:
        path_filter: Keeps an experiment if true for the path of its ``metadata.json``; all are kept by default.
        root: Folder to search; by default that of ``syne_tune.util.experiment_path``, looked up at each call.

    Returns:
        Metadata by name of the experiment, plus the key ``path``. If two subfolders hold experiments of the same name,
        the second one is listed under its path relative to ``root``. Damaged files are skipped with a warning.
    """
    top = experiment_path() if root is None else Path(root)
    found: dict[str, dict[str, Any]] = {}
    for folder in _selected(top, path_filter):
        metadata = _or_warning(read_metadata, folder)
        if metadata is not None:
            name = str(folder.relative_to(top)) if folder.name in found else folder.name
            found[name] = {**metadata, "path": str(folder)}
    return found


def list_experiments(
    path_filter: PathFilter | None = None,
    experiment_filter: ExperimentFilter | None = None,
    root: Path | str | None = None,
    load_tuner: bool = False,
) -> list[ExperimentResult]:
    """Loads all experiments in a folder and its subfolders that have both results and metadata.

    Args:
        path_filter: Keeps an experiment if true for the path of its ``metadata.json``; all are kept by default.
        experiment_filter: Keeps an experiment if true for it; all are kept by default.
        root: Folder to search; by default that of ``syne_tune.util.experiment_path``, looked up at each call.
        load_tuner: Whether to unpickle the tuners, see :func:`load_experiment`.

    Returns:
        Experiments, newest first. Damaged ones are skipped with a warning.
    """
    top = experiment_path() if root is None else Path(root)
    loaded = [_or_warning(lambda path: load_folder(path, load_tuner), folder) for folder in _selected(top, path_filter)]
    whole = [experiment for experiment in loaded if experiment is not None and _is_whole(experiment)]
    kept = [experiment for experiment in whole if experiment_filter is None or experiment_filter(experiment)]
    return sorted(kept, key=lambda experiment: experiment.creation_date(), reverse=True)


def load_experiments_df(
    path_filter: PathFilter | None = None,
    experiment_filter: ExperimentFilter | None = None,
    root: Path | str | None = None,
    load_tuner: bool = False,
) -> pd.DataFrame:
    """The results of all experiments in a folder and its subfolders, one below the other.

    Args:
        path_filter: As for :func:`list_experiments`.
        experiment_filter: As for :func:`list_experiments`.
        root: As for :func:`list_experiments`.
        load_tuner: As for :func:`list_experiments`.

    Returns:
        One row per report. Columns of the results, ``tuner_name``, and one per entry of the metadata; lists of length
        n > 1 are spread over ``<key>-0`` to ``<key>-(n-1)``. Without experiments, a frame without rows.
    """
    experiments = list_experiments(path_filter, experiment_filter, root, load_tuner)
    frames = [_with_metadata(experiment) for experiment in experiments]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _with_metadata(experiment: ExperimentResult) -> pd.DataFrame:
    assert experiment.results is not None
    columns: dict[str, Any] = {"tuner_name": experiment.name}
    for key, value in (experiment.metadata or {}).items():
        if isinstance(value, list) and len(value) > 1:
            columns.update({f"{key}-{i}": entry for i, entry in enumerate(value)})
        else:
            columns[key] = value[0] if isinstance(value, list) and value else value
    rows = len(experiment.results)
    added = pd.DataFrame({key: [value] * rows for key, value in columns.items()}, index=experiment.results.index)
    kept = experiment.results.drop(columns=[key for key in columns if key in experiment.results])
    return pd.concat([kept, added], axis="columns")


def _selected(root: Path, path_filter: PathFilter | None) -> list[Path]:
    folders = experiment_folders(root)
    return [path for path in folders if path_filter is None or path_filter(str(path / ST_METADATA_FILENAME))]


def _is_whole(experiment: ExperimentResult) -> bool:
    return experiment.results is not None and experiment.metadata is not None


def _or_warning(load: Callable[[Path], Any], folder: Path) -> Any:
    try:
        return load(folder)
    except SyneTuneError as error:
        logger.warning("Skipped: %s", error)
        return None


def _unpickle_tuner(folder: Path) -> Tuner | None:
    if not (folder / ST_TUNER_DILL_FILENAME).is_file():
        return None
    from syne_tune.tuner import Tuner

    return Tuner.load(str(folder))
