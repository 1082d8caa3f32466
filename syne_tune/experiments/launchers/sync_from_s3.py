"""How the results of remote experiments come to this machine, as text for the user."""

from __future__ import annotations

from syne_tune.constants import ST_METADATA_FILENAME, ST_RESULTS_DATAFRAME_FILENAME
from syne_tune.experiment_folder import experiment_path, s3_experiment_path


def sync_from_s3_command(experiment_name: str, s3_bucket: str | None = None) -> str:
    """The command of the AWS command line interface that copies the results of a study.

    Args:
        experiment_name: Name of the study.
        s3_bucket: Where it is; by default the bucket of :func:`~syne_tune.experiment_folder.default_s3_bucket`.
    """
    source = s3_experiment_path(s3_bucket=s3_bucket, experiment_name=experiment_name)
    files = " ".join(f'--include "*{name}"' for name in (ST_METADATA_FILENAME, ST_RESULTS_DATAFRAME_FILENAME))
    return f'aws s3 sync {source} {experiment_path()}/{experiment_name} --exclude "*" {files}'


def message_sync_from_s3(tag: str, s3_bucket: str | None = None) -> str:
    """What to do in order to have the results of a study here.

    Args:
        tag: Name of the study.
        s3_bucket: As for :func:`sync_from_s3_command`.
    """
    return (
        f"When the jobs have ended, get the results with\n  syne-tune download {tag}\n"
        f"or with the command line interface of AWS:\n  {sync_from_s3_command(tag, s3_bucket)}\n"
    )
