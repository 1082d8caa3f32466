"""Where experiments live, what they are called, and who owns one: paths, names, and the lock of the live tuner."""

from __future__ import annotations

import datetime
import fcntl
import os
import random
import re
import socket
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from syne_tune.constants import (
    ST_DATETIME_FORMAT,
    ST_TUNER_LOCK_FILENAME,
    SYNE_TUNE_DEFAULT_FOLDER,
    SYNE_TUNE_ENV_FOLDER,
)
from syne_tune.errors import BackendError, ExperimentFolderError, ExperimentInUseError, OptionError
from syne_tune.optional import require

_SAGEMAKER_CHECKPOINTS = Path("/opt/ml/checkpoints")
_NAME_PATTERN = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")


def experiment_path(tuner_name: str | None = None, local_path: str | None = None) -> Path:
    """The folder of an experiment, or the one that holds all experiments. Creates nothing.

    Inside a SageMaker job (``SM_MODEL_DIR`` is set) the root is ``/opt/ml/checkpoints``. Else it is ``local_path``,
    else the folder named by the environment variable ``SYNETUNE_FOLDER``, else ``~/syne-tune``.

    Args:
        tuner_name: Name of the experiment; appended to the root if given.
        local_path: Root to use instead of the default one.
    """
    if "SM_MODEL_DIR" in os.environ:
        root = _SAGEMAKER_CHECKPOINTS
    else:
        named = local_path or os.environ.get(SYNE_TUNE_ENV_FOLDER)
        root = Path(named).expanduser() if named else Path.home() / SYNE_TUNE_DEFAULT_FOLDER
    return root / tuner_name if tuner_name else root


def s3_experiment_path(
    s3_bucket: str | None = None, experiment_name: str | None = None, tuner_name: str | None = None
) -> str:
    """The folder on S3 of an experiment, or the one that holds several of them; ends in ``/``.

    Args:
        s3_bucket: Name of the bucket; by default that of :func:`default_s3_bucket`.
        experiment_name: Name of a group of experiments; part of the result if given.
        tuner_name: Name of the experiment; part of the result if given.
    """
    parts = (s3_bucket or default_s3_bucket(), "syne-tune", experiment_name, tuner_name)
    return "".join(["s3://", *(f"{part}/" for part in parts if part)])


def default_s3_bucket(create: bool = True) -> str:
    """The bucket that the ``sagemaker`` package uses by default, which has account and region in its name.

    Args:
        create: Whether to create it if it does not exist yet.

    Raises:
        OptionError: If region or credentials are missing.
        BackendError: If AWS cannot be reached, or refuses.
        MissingExtraError: If ``boto3`` is not installed.
    """
    session = require("boto3", "aws").Session()
    region = session.region_name
    if region is None:
        raise OptionError(
            "No AWS region is set. Set the environment variable AWS_DEFAULT_REGION, for example to us-east-1, or pass "
            "s3_path"
        )
    errors = require("botocore.exceptions", "aws")
    try:
        return _default_bucket(session, create, errors)
    except errors.NoCredentialsError as error:
        raise OptionError(
            "No AWS credentials were found. Run 'aws configure', or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; "
            "for the local job service: syne-tune jobs env"
        ) from error
    except (errors.BotoCoreError, errors.ClientError) as error:
        raise BackendError(
            f"AWS does not say which bucket is the default one: {error}. Check credentials, network, region and "
            "AWS_ENDPOINT_URL; 'syne-tune jobs serve' starts the local job service"
        ) from error


def _default_bucket(session: Any, create: bool, errors: Any) -> str:
    region: str = session.region_name
    bucket = f"sagemaker-{region}-{session.client('sts').get_caller_identity()['Account']}"
    if not create:
        return bucket
    s3 = session.client("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except errors.ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
    return bucket


def check_valid_sagemaker_name(name: str) -> None:
    """Checks the name of an experiment, which must also serve as the name of a SageMaker job.

    Raises:
        OptionError: Unless the name has 1 to 63 letters, digits and hyphens, with a letter or digit at both ends.
    """
    if not _NAME_PATTERN.fullmatch(name):
        raise OptionError(
            f"Name {name!r}: only letters, digits and hyphens are allowed, 63 characters at most, "
            f"with a letter or digit at both ends; for example {_suggested_name(name)!r}"
        )


def _suggested_name(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", name).strip("-")[:63].rstrip("-") or "my-study"


def sanitize_sagemaker_name(name: str) -> str:
    """Replaces underscores by hyphens, then checks the name.

    Raises:
        OptionError: As :func:`check_valid_sagemaker_name`.
    """
    name = name.replace("_", "-")
    check_valid_sagemaker_name(name)
    return name


class _Moments:
    """Times (UTC) in whole milliseconds, each given away once."""

    def __init__(self) -> None:
        self._last = datetime.datetime.min.replace(tzinfo=datetime.timezone.utc)
        self._lock = threading.Lock()

    def next(self) -> datetime.datetime:
        """The present time, or the next one that has not been given away."""
        now = datetime.datetime.now(datetime.timezone.utc)
        with self._lock:
            whole = now.replace(microsecond=now.microsecond // 1000 * 1000)
            self._last = max(whole, self._last + datetime.timedelta(milliseconds=1))
            return self._last


_MOMENTS = _Moments()


def name_from_base(base: str | None, default: str = "base-name", max_length: int = 63) -> str:
    """Appends the time (UTC, to the millisecond) to a name; no two names of one process get the same time.

    Args:
        base: Name to start from; shortened so that the result fits.
        default: Used if ``base`` is ``None``.
        max_length: Longest allowed result, in characters.

    Raises:
        OptionError: If the name contains other characters than letters, digits and hyphens.
    """
    name = default if base is None else base
    check_valid_sagemaker_name(name)
    now = _MOMENTS.next()
    suffix = f"{now.strftime(ST_DATETIME_FORMAT)}-{now.microsecond // 1000:03d}"
    return f"{name[: max_length - len(suffix) - 1].rstrip('-')}-{suffix}"


def random_string(length: int) -> str:
    """Letters and digits, drawn from the operating system's randomness."""
    source = random.SystemRandom()
    return "".join(source.choice(string.ascii_letters + string.digits) for _ in range(length))


def create_experiment_folder(path: Path) -> None:
    """Creates the folder of an experiment, if there is none.

    Raises:
        ExperimentFolderError: If it cannot be created, or nothing can be written to it.
    """
    with writing_into(path):
        path.mkdir(parents=True, exist_ok=True)
        (path / ST_TUNER_LOCK_FILENAME).touch()


@contextmanager
def writing_into(path: Path) -> Iterator[None]:
    """Where files of an experiment are written without which it cannot begin.

    Args:
        path: Folder of the experiment.

    Raises:
        ExperimentFolderError: Instead of the error of the operating system.
    """
    try:
        yield
    except OSError as error:
        raise ExperimentFolderError(
            f"{path}: cannot be written ({error.strerror}). Nothing has been started. Make it writable and free space "
            f"there, or name another place by the environment variable {SYNE_TUNE_ENV_FOLDER}"
        ) from None


class TunerLock:
    """Held by the live tuner of an experiment; the operating system releases it when the process ends, however it ends.

    Args:
        folder: Folder of the experiment; must exist.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / ST_TUNER_LOCK_FILENAME
        self._file: IO[bytes] | None = None

    def acquire(self) -> None:
        """Takes the lock.

        Raises:
            ExperimentInUseError: If another live process holds it; the message names that process.
            ExperimentFolderError: If its file cannot be written.
        """
        with writing_into(self.path.parent):
            file = open(self.path, "ab+", buffering=0)  # noqa: SIM115  # held until release
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().decode().strip() or "unknown process"
            file.close()
            raise ExperimentInUseError(
                f"{self.path.parent}: a live tuner owns this experiment ({owner}). "
                "Wait for it to end, stop it, or choose another tuner_name"
            ) from None
        with writing_into(self.path.parent):
            file.truncate(0)
            file.write(f"pid {os.getpid()} on {socket.gethostname()}\n".encode())
        self._file = file

    def release(self) -> None:
        """Gives the lock back; does nothing if it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> TunerLock:
        self.acquire()
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()


def is_owned(folder: Path) -> bool:
    """Whether a live tuner owns the experiment in ``folder``."""
    path = folder / ST_TUNER_LOCK_FILENAME
    if not path.exists():
        return False
    with open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
