"""Old import path, kept for existing scripts."""

from syne_tune.backend.sagemaker_backend.aws_account import (
    default_config,
    default_sagemaker_session,
    get_execution_role,
)
from syne_tune.backend.sagemaker_backend.limited_names import map_identifier_limited_length
from syne_tune.backend.sagemaker_backend.metric_definitions import (
    add_metric_definitions_to_sagemaker_estimator,
    metric_definitions_from_names,
)
from syne_tune.backend.sagemaker_backend.results_on_s3 import backend_path_not_synced_to_s3, download_sagemaker_results
from syne_tune.backend.sagemaker_backend.s3_folders import (
    s3_copy_objects_recursively,
    s3_delete_objects_recursively,
    s3_download_files_recursively,
)
from syne_tune.backend.sagemaker_backend.tar_files import untar

__all__ = [
    "add_metric_definitions_to_sagemaker_estimator",
    "backend_path_not_synced_to_s3",
    "default_config",
    "default_sagemaker_session",
    "download_sagemaker_results",
    "get_execution_role",
    "map_identifier_limited_length",
    "metric_definitions_from_names",
    "s3_copy_objects_recursively",
    "s3_delete_objects_recursively",
    "s3_download_files_recursively",
    "untar",
]
