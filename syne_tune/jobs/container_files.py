"""What a job finds in ``/opt/ml`` when it starts: configuration, input channels, code, checkpoints."""

from __future__ import annotations

import gzip
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from syne_tune import jsonio
from syne_tune.jobs.api_error import ApiError
from syne_tune.jobs.job_failure import JobFailure
from syne_tune.jobs.object_store import ObjectStore, S3Location, StoredObject
from syne_tune.jobs.sdk_defaults import write_notebook_metadata, write_sdk_defaults
from syne_tune.jobs.training_job import TrainingJob

PROGRAM = "sagemaker_program"
SUBMIT_DIRECTORY = "sagemaker_submit_directory"

_FOLDERS = ("input/config", "input/data", "model", "code", "output/data", "checkpoints", "tmp")


def stage(job: TrainingJob, host: str, ml: Path, store: ObjectStore) -> None:
    """Lays out everything for one host.

    Args:
        job: The job.
        host: Name of the host.
        ml: Empty or missing folder that the job will see as ``/opt/ml``.
        store: Where the inputs are.

    Raises:
        JobFailure: If an input or the code cannot be found.
    """
    for name in _FOLDERS:
        (ml / name).mkdir(parents=True, exist_ok=True)
    write_configuration(job, host, ml)
    write_notebook_metadata(ml, job.request["RoleArn"])
    write_sdk_defaults(ml / "metadata", job.region)
    for channel in job.request.get("InputDataConfig", []):
        _stage_channel(job, host, channel, ml / "input" / "data" / channel["ChannelName"], store)
    _stage_code(job, ml / "code", store)
    if checkpoints := job.request.get("CheckpointConfig"):
        location = S3Location.parse(checkpoints["S3Uri"]).below("")
        _copy_objects(_found(store, location), location, local_checkpoints(job, ml))


def local_checkpoints(job: TrainingJob, ml: Path) -> Path:
    """The folder that is kept equal to the checkpoints on S3.

    Args:
        job: The job.
        ml: What it sees as ``/opt/ml``.
    """
    path = (job.request.get("CheckpointConfig") or {}).get("LocalPath", "/opt/ml/checkpoints")
    return ml / PurePosixPath(path).relative_to("/opt/ml")


def write_configuration(job: TrainingJob, host: str, ml: Path) -> None:
    """Writes ``input/config/*.json``, with all hyperparameters as strings."""
    folder = ml / "input" / "config"
    jsonio.write_json(folder / "hyperparameters.json", job.request.get("HyperParameters", {}))
    jsonio.write_json(folder / "resourceconfig.json", resource_config(job, host))
    jsonio.write_json(folder / "inputdataconfig.json", input_data_config(job))


def resource_config(job: TrainingJob, host: str) -> dict[str, Any]:
    """Content of ``resourceconfig.json`` for one host."""
    group = {"instance_group_name": "homogeneousCluster", "instance_type": job.instance_type, "hosts": job.host_names}
    return {
        "current_host": host,
        "current_instance_type": job.instance_type,
        "current_group_name": "homogeneousCluster",
        "hosts": job.host_names,
        "instance_groups": [group],
        "network_interface_name": "eth0",
    }


def input_data_config(job: TrainingJob) -> dict[str, dict[str, str]]:
    """Content of ``inputdataconfig.json``."""
    result = {}
    for channel in job.request.get("InputDataConfig", []):
        source = channel["DataSource"]["S3DataSource"]
        entry = {
            "TrainingInputMode": "File",
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
        }
        result[channel["ChannelName"]] = entry | (
            {"ContentType": channel["ContentType"]} if "ContentType" in channel else {}
        )
    return result


def _stage_channel(job: TrainingJob, host: str, channel: dict[str, Any], folder: Path, store: ObjectStore) -> None:
    source = channel["DataSource"]["S3DataSource"]
    location = S3Location.parse(source["S3Uri"])
    objects = _found(store, location)
    if not objects:
        raise JobFailure(
            f"ClientError: Data download failed:No S3 objects found under S3 URL {source['S3Uri']!r} given in input "
            f"data source. Please ensure that the bucket exists in the selected region ({job.region}), that objects "
            f"exist under that S3 prefix (channel {channel['ChannelName']!r})"
        )
    if source.get("S3DataDistributionType") == "ShardedByS3Key":
        objects = objects[job.host_names.index(host) :: job.instance_count]
    folder.mkdir(parents=True, exist_ok=True)
    _copy_objects(objects, location, folder, unzip=channel.get("CompressionType") == "Gzip")


def _found(store: ObjectStore, location: S3Location) -> list[StoredObject]:
    try:
        return store.list(location.bucket, location.prefix)
    except ApiError as error:
        raise JobFailure(f"ClientError: Data download failed:{error}") from error


def _copy_objects(objects: Iterable[StoredObject], location: S3Location, folder: Path, unzip: bool = False) -> None:
    for stored in objects:
        name = relative_name(stored.key, location.prefix)
        if name.endswith("/") or not name:
            continue
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise JobFailure(f"ClientError: the key {stored.key!r} would be written outside of {folder.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        if unzip and name.endswith(".gz"):
            with gzip.open(stored.path) as packed, open(target.with_suffix(""), "wb") as file:
                shutil.copyfileobj(packed, file)
        else:
            shutil.copyfile(stored.path, target)


def relative_name(key: str, prefix: str) -> str:
    """File name, below the folder of a channel, of an object whose key begins with the prefix of the channel."""
    if key == prefix or (prefix and not prefix.endswith("/") and not key[len(prefix) :].startswith("/")):
        return key[prefix.rfind("/") + 1 :]
    return key[len(prefix) :].lstrip("/")


def _stage_code(job: TrainingJob, folder: Path, store: ObjectStore) -> None:
    parameters = job.request.get("HyperParameters", {})
    if SUBMIT_DIRECTORY not in parameters:
        return
    uri = _unquoted(parameters[SUBMIT_DIRECTORY])
    if not uri.startswith("s3://"):
        return
    location = S3Location.parse(uri)
    try:
        archive = store.get(location.bucket, location.prefix)
    except ApiError as error:
        raise JobFailure(f"ClientError: the code {uri!r} ({SUBMIT_DIRECTORY}) cannot be read: {error}") from error
    try:
        extract(archive.path, folder)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise JobFailure(f"ClientError: the code {uri!r} is no usable tar archive: {error}") from error
    program = entry_point(job)
    if program is not None and not (folder / program).is_file():
        names = ", ".join(sorted(p.name for p in folder.iterdir())) or "nothing"
        raise JobFailure(f"AlgorithmError: the entry point {program!r} is not in {uri!r}, which contains: {names}")


def entry_point(job: TrainingJob) -> str | None:
    """The user's script in script mode; ``None`` if the image brings its own program."""
    program = job.request.get("HyperParameters", {}).get(PROGRAM)
    return None if program is None else _unquoted(program)


def extract(archive: Path, folder: Path) -> None:
    """Unpacks a tar archive, refusing members that point outside of the folder.

    Raises:
        tarfile.TarError: If it is damaged or such a member is in it.
    """
    root = folder.resolve()
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            if not _stays_inside(member, root):
                raise tarfile.ExtractError(f"{member.name!r} points outside of the archive")
        packed.extractall(folder)


def _stays_inside(member: tarfile.TarInfo, root: Path) -> bool:
    targets = [root / member.name]
    if member.issym():
        targets.append((root / member.name).parent / member.linkname)
    if member.islnk():
        targets.append(root / member.linkname)
    return not member.isdev() and all(target.resolve().is_relative_to(root) for target in targets)


def _unquoted(value: str) -> str:
    """Hyperparameters of the SDKs are JSON; those of others are plain."""
    try:
        decoded = jsonio.loads(value)
    except ValueError:
        return value
    return decoded if isinstance(decoded, str) else value
