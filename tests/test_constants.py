"""The names on the wire and on disk are an interface: files written today are read in years."""

from __future__ import annotations

import re

import pytest

from syne_tune import constants

DOCUMENTED = {
    "SYNE_TUNE_ENV_FOLDER": "SYNETUNE_FOLDER",
    "SYNE_TUNE_DEFAULT_FOLDER": "syne-tune",
    "ST_TUNER_CREATION_TIMESTAMP": "st_tuner_creation_timestamp",
    "ST_TUNER_START_TIMESTAMP": "st_tuner_start_timestamp",
    "ST_WORKER_ITER": "st_worker_iter",
    "ST_WORKER_TIMESTAMP": "st_worker_timestamp",
    "ST_WORKER_TIME": "st_worker_time",
    "ST_WORKER_COST": "st_worker_cost",
    "ST_INSTANCE_TYPE": "st_instance_type",
    "ST_INSTANCE_COUNT": "st_instance_count",
    "ST_SAGEMAKER_METRIC_TAG": "tune-metric",
    "ST_TRIAL_ID": "trial_id",
    "ST_TUNER_TIMESTAMP": "st_tuner_timestamp",
    "ST_TUNER_TIME": "st_tuner_time",
    "ST_DECISION": "st_decision",
    "ST_STATUS": "st_status",
    "ST_CHECKPOINT_DIR": "st_checkpoint_dir",
    "ST_CONFIG_JSON_FNAME_ARG": "st_config_json_filename",
    "ST_REMOTE_UPLOAD_DIR_NAME": "tuner",
    "ST_RESULTS_DATAFRAME_FILENAME": "results.csv.zip",
    "ST_METADATA_FILENAME": "metadata.json",
    "ST_TUNER_DILL_FILENAME": "tuner.dill",
    "ST_DATETIME_FORMAT": "%Y-%m-%d-%H-%M-%S",
    "MAX_METRICS_SUPPORTED_BY_SAGEMAKER": 40,
    "TUNER_DEFAULT_SLEEP_TIME": 5.0,
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_value(name: str) -> None:
    assert getattr(constants, name) == DOCUMENTED[name]


def test_columns_that_syne_tune_adds_cannot_clash_with_metrics_of_a_user() -> None:
    names = [n for n in vars(constants) if re.match(r"ST_(WORKER|TUNER_TIME|DECISION|STATUS|CHECKPOINT)", n)]
    assert len(names) >= 8
    assert all(getattr(constants, name).startswith(constants.ST_RESERVED_PREFIX) for name in names)


def test_version_has_three_numbers() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", constants.VERSION)
