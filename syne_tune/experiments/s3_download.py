"""Copies experiments from S3: what is needed to look at them, and nothing else unless asked for."""

from __future__ import annotations

from pathlib import Path

from syne_tune.backend.sagemaker_backend.s3_folders import s3_download_files_recursively
from syne_tune.constants import (
    ST_EVENT_LOG_FILENAME,
    ST_METADATA_FILENAME,
    ST_RESULTS_DATAFRAME_FILENAME,
    ST_TUNER_DILL_FILENAME,
)
from syne_tune.errors import BackendError, ExperimentNotFoundError
from syne_tune.experiment_folder import default_s3_bucket, experiment_path, s3_experiment_path
from syne_tune.experiments.finding import experiment_folders
from syne_tune.optional import require

_RESULT_FILES = (ST_METADATA_FILENAME, ST_RESULTS_DATAFRAME_FILENAME, ST_EVENT_LOG_FILENAME)


def download_single_experiment(
    tuner_name: str,
    s3_bucket: str | None = None,
    experiment_name: str | None = None,
    *,
    local_path: str | None = None,
    with_tuner: bool = False,
) -> Path:
    """Copies one experiment.

    Args:
        tuner_name: Its name.
        s3_bucket: Where it is; by default the bucket of :func:`~syne_tune.experiment_folder.default_s3_bucket`.
        experiment_name: Name of the study it belongs to, if it does; subfolders of that are searched, too.
        local_path: Root of the copy instead of that of ``experiment_path``.
        with_tuner: Whether to copy ``tuner.dill`` as well. Unpickling it runs code from S3: only do so with experiments
            that you trust.

    Returns:
        Its folder.

    Raises:
        ExperimentNotFoundError: If there is no such experiment, or S3 cannot be read.
        OptionError: If region or credentials are missing.
        MissingExtraError: If ``boto3`` is not installed.
    """
    source = s3_experiment_path(_bucket(s3_bucket), experiment_name or tuner_name)
    root = experiment_path(experiment_name or tuner_name, local_path)
    _copy(source, root, f"/{tuner_name}/", with_tuner)
    found = next((folder for folder in experiment_folders(root) if folder.name == tuner_name), None)
    if found is None:
        raise ExperimentNotFoundError(f"{source} holds no experiment {tuner_name!r}")
    return found


def download_study(
    experiment_name: str, s3_bucket: str | None = None, *, s3_path: str | None = None, with_tuner: bool = False
) -> list[Path]:
    """Copies all experiments of a study, or the one of this name.

    Args:
        experiment_name: Name of the study, or of an experiment that belongs to none.
        s3_bucket: As for :func:`download_single_experiment`.
        s3_path: Address in place of ``s3://{s3_bucket}/syne-tune``.
        with_tuner: As for :func:`download_single_experiment`.

    Returns:
        Their folders.

    Raises:
        ExperimentNotFoundError: If there are none, or S3 cannot be read.
        OptionError: If region or credentials are missing.
        MissingExtraError: If ``boto3`` is not installed.
    """
    base = s3_experiment_path(_bucket(s3_bucket)) if s3_path is None else f"{s3_path.rstrip('/')}/"
    source = f"{base}{experiment_name}/"
    root = experiment_path(experiment_name)
    _copy(source, root, "/", with_tuner)
    found = list(experiment_folders(root))
    if not found:
        raise ExperimentNotFoundError(
            f"{source} holds no experiments. A job writes there from its first report on; 'syne-tune jobs list' shows "
            "whether it runs, and --bucket or --s3-path name other places"
        )
    return found


def _bucket(given: str | None) -> str:
    if given is not None:
        return given
    try:
        return default_s3_bucket(create=False)
    except BackendError as error:
        raise ExperimentNotFoundError(str(error)) from error


def _copy(source: str, root: Path, parent: str, with_tuner: bool) -> None:
    """Copies files of experiments that have changed: those whose folder, as part of the key, ends in ``parent``."""
    errors = require("botocore.exceptions", "aws")
    names = [*_RESULT_FILES, ST_TUNER_DILL_FILENAME] if with_tuner else _RESULT_FILES
    try:
        message = s3_download_files_recursively(source, root, [f"{parent}{name}" for name in names])[
            "first_error_message"
        ]
    except (errors.BotoCoreError, errors.ClientError) as error:
        message = str(error)
    if message is not None:
        raise ExperimentNotFoundError(f"{source} cannot be read: {message}")
