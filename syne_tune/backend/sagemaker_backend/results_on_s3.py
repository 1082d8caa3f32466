"""Results of experiments that ran as SageMaker jobs, and the folder such a job keeps to itself."""

from __future__ import annotations

from pathlib import Path

from syne_tune.backend.sagemaker_backend.s3_folders import s3_download_files_recursively
from syne_tune.errors import BackendError
from syne_tune.experiment_folder import experiment_path, s3_experiment_path


def download_sagemaker_results(s3_path: str | None = None) -> None:
    """Downloads the results of experiments that are not there yet. Needs no program besides ``boto3``.

    Args:
        s3_path: Where they are on S3; by default all of them, see
            :func:`~syne_tune.experiment_folder.s3_experiment_path`. They go to
            :func:`~syne_tune.experiment_folder.experiment_path`.

    Raises:
        BackendError: If a file could not be downloaded.
    """
    source = s3_path or s3_experiment_path()
    counts = s3_download_files_recursively(source, experiment_path())
    if counts["first_error_message"] is not None:
        raise BackendError(f"Not all results in {source!r} could be downloaded: {counts['first_error_message']}")


def backend_path_not_synced_to_s3() -> Path:
    """A folder within a job that SageMaker does not copy to S3; created if need be."""
    path = Path("/opt/ml/input/data")
    path.mkdir(parents=True, exist_ok=True)
    return path
