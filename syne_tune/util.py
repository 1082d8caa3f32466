"""Old import path, kept for existing scripts."""

from syne_tune.compat.example_scripts import (
    repository_root_path,
    script_checkpoint_example_path,
    script_height_example_path,
)
from syne_tune.compat.json_with_numpy import dump_json_with_numpy
from syne_tune.compat.lookups import dict_get, find_first_of_type
from syne_tune.compat.nested_dicts import recursive_merge
from syne_tune.compat.number_checks import is_increasing, is_integer, is_positive_integer
from syne_tune.compat.timing import RegularCallback, catchtime
from syne_tune.experiment_folder import (
    check_valid_sagemaker_name,
    experiment_path,
    name_from_base,
    random_string,
    s3_experiment_path,
    sanitize_sagemaker_name,
)
from syne_tune.metric_modes import metric_name_mode

__all__ = [
    "RegularCallback",
    "catchtime",
    "check_valid_sagemaker_name",
    "dict_get",
    "dump_json_with_numpy",
    "experiment_path",
    "find_first_of_type",
    "is_increasing",
    "is_integer",
    "is_positive_integer",
    "metric_name_mode",
    "name_from_base",
    "random_string",
    "recursive_merge",
    "repository_root_path",
    "s3_experiment_path",
    "sanitize_sagemaker_name",
    "script_checkpoint_example_path",
    "script_height_example_path",
]
