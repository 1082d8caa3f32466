"""Environment variables and command line of a job's first process."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.jobs import container_init
from syne_tune.jobs.container_files import PROGRAM, SUBMIT_DIRECTORY, entry_point, input_data_config, resource_config
from syne_tune.jobs.instances import gpus_of_job
from syne_tune.jobs.job_failure import JobFailure
from syne_tune.jobs.sdk_defaults import SETTINGS_VARIABLE, sdk_defaults_path
from syne_tune.jobs.training_job import TrainingJob

_PASSED_ON = ("HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
_SERVICE_GOES_FIRST = 3
"""Seconds that a service has to end a job that runs too long, before the container does it."""

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def environment(job: TrainingJob, host: str, ml: Path, endpoint: str) -> dict[str, str]:
    """All variables a job starts with. Nothing of the service's own is handed on but locale, home, and pip's settings.

    Args:
        job: The job.
        host: Name of the host.
        ml: Where the job finds what is ``/opt/ml`` in a container.
        endpoint: Address of the service.
    """
    inherited = {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith("PIP_")}
    scripts = Path(job.interpreter).parent
    return {
        **inherited,
        "PATH": f"{scripts}:{ml}/packages/bin:{_SYSTEM_PATH}",
        "PYTHONPATH": f"{ml}/code:{ml}/packages",
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": f"{ml}/tmp",  # of its own: paths below /opt/ml are the same in every job
        **_of_every_job(job, host, endpoint),
        SETTINGS_VARIABLE: str(sdk_defaults_path(ml / "metadata", job.region)),
        "SAGEMAKER_BASE_DIR": str(ml),
        **_toolkit(job, host, ml),
        **job.request.get("Environment", {}),
    }


def container_environment(job: TrainingJob, host: str, endpoint: str) -> dict[str, str]:
    """What a real container gets besides the variables of its image; the rest it finds in files.

    Args:
        job: The job.
        host: Name of the host.
        endpoint: Address of the service.
    """
    return {**_of_every_job(job, host, endpoint), **job.request.get("Environment", {})}


def container_arguments(job: TrainingJob) -> tuple[list[str], list[str]]:
    """Entry point that replaces the one of a real image, and what comes behind it: ``train`` by default."""
    specification = job.request["AlgorithmSpecification"]
    entrypoint = list(specification.get("ContainerEntrypoint", []))
    return entrypoint, list(specification.get("ContainerArguments", [] if entrypoint else ["train"]))


def command(job: TrainingJob, ml: Path, staged: Path, stop_grace: float) -> list[str]:
    """What the container runs.

    Args:
        job: The job.
        ml: Where the job finds what is ``/opt/ml`` in a container.
        staged: The same folder as seen from outside.
        stop_grace: Seconds between the request to end and the kill, for jobs that run too long while no service is
            there to end them.

    Raises:
        JobFailure: If the job has no script and the image no program.
    """
    seconds = math.ceil(job.max_runtime - job.trained) + _SERVICE_GOES_FIRST
    init = [job.interpreter, "-IS", container_init.__file__, "--seconds", str(seconds), "--grace", str(stop_grace)]
    specification = job.request["AlgorithmSpecification"]
    if "ContainerEntrypoint" in specification:
        return [*init, "--", *specification["ContainerEntrypoint"], *specification.get("ContainerArguments", [])]
    program = entry_point(job)
    if program is None:
        train = Path(job.interpreter).parent / "train"
        if not train.is_file():
            raise JobFailure(
                f"AlgorithmError: image {specification['TrainingImage']!r} has no program 'train' in {train.parent}; "
                f"give an entry point (hyperparameters {PROGRAM} and {SUBMIT_DIRECTORY}) "
                "or a ContainerEntrypoint"
            )
        return [*init, "--", str(train), *specification.get("ContainerArguments", [])]
    script = [job.interpreter] if program.endswith(".py") else ["/bin/bash"]
    if (staged / "code" / "requirements.txt").is_file():
        init += ["--requirements", f"{ml}/code/requirements.txt", "--packages", f"{ml}/packages"]
    return [*init, "--", *script, program, *arguments(hyperparameters(job))]


def hyperparameters(job: TrainingJob) -> dict[str, Any]:
    """Those of the user, decoded; the ones the SDK adds for itself are left out."""
    given: Mapping[str, str] = job.request.get("HyperParameters", {})
    return {name: decoded(value) for name, value in given.items() if not name.startswith("sagemaker_")}


def decoded(value: str) -> Any:
    """A hyperparameter that may or may not be JSON."""
    try:
        return jsonio.loads(value)
    except ValueError:
        return value


def arguments(values: Mapping[str, Any]) -> list[str]:
    """Hyperparameters as a script gets them, sorted by name: ``--name value``, or ``-n value`` for one letter."""
    words = []
    for name in sorted(values):
        words += [f"--{name}" if len(name) > 1 else f"-{name}", as_text(values[name])]
    return words


def as_text(value: Any) -> str:
    """A decoded hyperparameter on a command line or in a variable."""
    return value if isinstance(value, str) else jsonio.dumps(value) if isinstance(value, (dict, list)) else str(value)


def _of_every_job(job: TrainingJob, host: str, endpoint: str) -> dict[str, str]:
    return {
        "TRAINING_JOB_NAME": job.name,
        "TRAINING_JOB_ARN": job.arn,
        "CURRENT_HOST": host,
        "AWS_REGION": job.region,
        "AWS_DEFAULT_REGION": job.region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAGEMAKER_REGION": job.region,
    }


def _toolkit(job: TrainingJob, host: str, ml: Path) -> dict[str, str]:
    values = hyperparameters(job)
    channels = sorted(input_data_config(job))
    program = entry_point(job)
    variables: dict[str, Any] = {
        "SM_MODEL_DIR": f"{ml}/model",
        "SM_INPUT_DIR": f"{ml}/input",
        "SM_INPUT_CONFIG_DIR": f"{ml}/input/config",
        "SM_OUTPUT_DIR": f"{ml}/output",
        "SM_OUTPUT_DATA_DIR": f"{ml}/output/data",
        "SM_OUTPUT_INTERMEDIATE_DIR": f"{ml}/output/intermediate",
        "SM_MODULE_DIR": decoded(job.request.get("HyperParameters", {}).get(SUBMIT_DIRECTORY, "")),
        "SM_MODULE_NAME": (program or "").removesuffix(".py"),
        "SM_USER_ENTRY_POINT": program or "",
        "SM_CURRENT_HOST": host,
        "SM_CURRENT_INSTANCE_TYPE": job.instance_type,
        "SM_HOSTS": job.host_names,
        "SM_NETWORK_INTERFACE_NAME": "eth0",
        "SM_NUM_CPUS": os.cpu_count() or 1,
        "SM_NUM_GPUS": gpus_of_job(job.instance_type),
        "SM_LOG_LEVEL": 20,
        "SM_RESOURCE_CONFIG": resource_config(job, host),
        "SM_INPUT_DATA_CONFIG": input_data_config(job),
        "SM_CHANNELS": channels,
        "SM_HPS": values,
        "SM_USER_ARGS": arguments(values),
        **{f"SM_CHANNEL_{name.upper()}": f"{ml}/input/data/{name}" for name in channels},
        **{f"SM_HP_{name.upper()}": value for name, value in values.items()},
    }
    variables["SM_TRAINING_ENV"] = {
        "channel_input_dirs": {name: f"{ml}/input/data/{name}" for name in channels},
        "current_host": host,
        "hosts": job.host_names,
        "hyperparameters": values,
        "job_name": job.name,
        "model_dir": f"{ml}/model",
        "output_data_dir": f"{ml}/output/data",
        "user_entry_point": program,
    }
    return {name: as_text(value) for name, value in variables.items()}
