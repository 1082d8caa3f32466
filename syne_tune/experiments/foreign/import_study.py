"""Takes a study of another program over into the folder of experiments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiment_folder import check_valid_sagemaker_name, experiment_path
from syne_tune.experiments.foreign.optuna_study import is_optuna_storage, read_optuna
from syne_tune.experiments.foreign.ray_results import is_ray_experiment, read_ray
from syne_tune.experiments.foreign.study import ForeignStudy
from syne_tune.experiments.foreign.write_experiment import write_experiment

_LONGEST_NAME = 63


def read_foreign_study(
    source: str | Path, study: str | None = None, metric: str | Sequence[str] | None = None, mode: str | None = None
) -> ForeignStudy:
    """Reads a study; which program wrote it is seen from the files. Nothing is unpickled.

    Args:
        source: Optuna: SQLite database or journal. Ray Tune: folder of an experiment.
        study: Name of the study, for storages with several.
        metric: Name of the metric, or of each metric. Optuna may know them; Ray Tune does not.
        mode: ``"min"`` or ``"max"``, for Ray Tune.

    Raises:
        ExperimentNotFoundError: If there is nothing that can be read.
        OptionError: If metric or mode does not fit.
    """
    path = Path(source).expanduser()
    names = [metric] if isinstance(metric, str) else list(metric or [])
    if is_optuna_storage(path):
        if mode is not None:
            raise OptionError(f"mode = {mode!r}: Optuna stores the directions of its studies; leave it out")
        return read_optuna(path, study, names or None)
    if is_ray_experiment(path):
        if study is not None:
            raise OptionError(f"study = {study!r}: a folder of Ray Tune holds one study; leave it out")
        return read_ray(path, names[0] if names else None, mode)
    raise ExperimentNotFoundError(
        f"{path}: neither a storage of Optuna (SQLite database or journal) nor a folder of a Ray Tune experiment"
        + ("" if path.exists() else "; there is no such file")
    )


def import_study(
    source: str | Path,
    study: str | None = None,
    metric: str | Sequence[str] | None = None,
    mode: str | None = None,
    name: str | None = None,
    local_path: str | None = None,
) -> Path:
    """Writes a study of another program as an experiment.

    Args:
        source: As for :func:`read_foreign_study`.
        study: Likewise.
        metric: Likewise.
        mode: Likewise.
        name: Of the experiment. Default: made from that of the study.
        local_path: Folder that holds all experiments; by default that of ``syne_tune.util.experiment_path``.

    Returns:
        The folder of the experiment.

    Raises:
        ExperimentNotFoundError: If there is nothing that can be read.
        ExperimentFolderError: If there is an experiment of that name, or the folder cannot be written.
        OptionError: If an argument does not fit.
    """
    found = read_foreign_study(source, study, metric, mode)
    tuner_name = _name_of(found) if name is None else name
    check_valid_sagemaker_name(tuner_name)
    folder = experiment_path(tuner_name, local_path)
    write_experiment(found, folder)
    return folder


def _name_of(study: ForeignStudy) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", study.name).strip("-")[:_LONGEST_NAME].rstrip("-") or "imported"
