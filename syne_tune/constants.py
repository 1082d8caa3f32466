"""Names on the wire and on disk: reserved metric names, file names, environment variables.

Standard library only and no imports, because :mod:`syne_tune.report` runs inside every training job.
"""

VERSION = "0.1.0"

SYNE_TUNE_ENV_FOLDER = "SYNETUNE_FOLDER"
"""Environment variable naming the folder that holds all experiments."""

SYNE_TUNE_DEFAULT_FOLDER = "syne-tune"
"""Folder below the home directory that holds all experiments by default."""

ST_RESERVED_PREFIX = "st_"
"""Metrics and hyperparameters must not start with this."""

ST_TUNER_CREATION_TIMESTAMP = "st_tuner_creation_timestamp"
ST_TUNER_START_TIMESTAMP = "st_tuner_start_timestamp"

ST_WORKER_ITER = "st_worker_iter"
"""Running number of a report within one run of a trial, from 0."""

ST_WORKER_TIMESTAMP = "st_worker_timestamp"
"""Seconds since the epoch at which a report was made."""

ST_WORKER_TIME = "st_worker_time"
"""Seconds from the creation of the reporter to the report."""

ST_WORKER_COST = "st_worker_cost"
"""Dollars spent by the trial up to the report."""

ST_INSTANCE_TYPE = "st_instance_type"
ST_INSTANCE_COUNT = "st_instance_count"

ST_TRIAL_ID = "trial_id"
ST_TUNER_TIMESTAMP = "st_tuner_timestamp"

ST_TUNER_TIME = "st_tuner_time"
"""Seconds the tuner had been running when it received a report; pauses between sessions do not count."""

ST_DECISION = "st_decision"
ST_STATUS = "st_status"

ST_CHECKPOINT_DIR = "st_checkpoint_dir"
"""Argument with which every trial is told its checkpoint directory."""

ST_CONFIG_JSON_FNAME_ARG = "st_config_json_filename"
"""Argument with which a trial is told the file of its configuration (``pass_args_as_json``)."""

ST_SAGEMAKER_METRIC_TAG = "tune-metric"
"""Tag of a report on standard output: ``[tune-metric]: {...}``."""

ST_REMOTE_UPLOAD_DIR_NAME = "tuner"
ST_RESULTS_DATAFRAME_FILENAME = "results.csv.zip"
ST_METADATA_FILENAME = "metadata.json"
ST_TUNER_DILL_FILENAME = "tuner.dill"

ST_EVENT_LOG_FILENAME = "events.jsonl"
"""The log every other file of an experiment derives from."""

ST_TUNER_LOCK_FILENAME = "tuner.lock"
"""Locked by the live tuner of an experiment."""

ST_DATETIME_FORMAT = "%Y-%m-%d-%H-%M-%S"
MAX_METRICS_SUPPORTED_BY_SAGEMAKER = 40
TUNER_DEFAULT_SLEEP_TIME = 5.0

ENV_REPORT_CHANNEL = "SYNE_TUNE_REPORT_CHANNEL"
"""Environment variable of a trial: the file its reporter appends to."""

ENV_REPORT_WAKE = "SYNE_TUNE_REPORT_WAKE"
"""Environment variable of a trial: the FIFO its reporter writes one byte to after each report."""

ENV_REPORT_EXPECTS = "SYNE_TUNE_REPORT_EXPECTS"
"""Environment variable of a trial: what every report must contain, as ``{"metrics": [...], "resource": ...}``."""
