"""What a job leaves behind, brought to S3: model, output, checkpoints, and the reason of a failure."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from syne_tune.jobs.container_files import local_checkpoints
from syne_tune.jobs.object_store import ObjectStore, S3Location
from syne_tune.jobs.training_job import TrainingJob

_LONGEST_REASON = 1024


class CheckpointSync:
    """Keeps the checkpoints on S3 equal to those of a host. Files that a job deletes stay on S3.

    Args:
        job: The job.
        ml: Folder that the job sees as ``/opt/ml``.
        store: Target.
    """

    def __init__(self, job: TrainingJob, ml: Path, store: ObjectStore) -> None:
        self._store = store
        self._folder = local_checkpoints(job, ml)
        uri = (job.request.get("CheckpointConfig") or {}).get("S3Uri")
        self._target = None if uri is None else S3Location.parse(uri)
        self._seen = dict(self._states())

    def step(self) -> None:
        """Uploads files that have changed; one that is being written meanwhile has its turn later."""
        if self._target is None:
            return
        for path, state in self._states():
            if self._seen.get(path) != state and self._upload(path, self._target):
                self._seen[path] = state

    def _upload(self, path: Path, target: S3Location) -> bool:
        before = _state(path)
        try:
            with open(path, "rb") as file:
                blob = self._store.write_blob(file)
        except FileNotFoundError:
            return False
        if before != _state(path):
            self._store.discard(blob)
            return False
        location = target.below(path.relative_to(self._folder).as_posix())
        self._store.link(location.bucket, location.prefix, blob, {})
        return True

    def forget_what_is_there(self) -> None:
        """Makes the next step upload everything, also what has been there from the start."""
        self._seen = {}

    def _states(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        for path in sorted(self._folder.rglob("*")):
            state = _state(path)
            if state is not None:
                yield path, state


def _state(path: Path) -> tuple[int, int] | None:
    """Size and time of change of a file; ``None`` if it is no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_size, found.st_mtime_ns) if path.is_file() else None


def upload_outputs(job: TrainingJob, hosts: Iterable[Path], store: ObjectStore, with_model: bool) -> str | None:
    """Uploads ``model.tar.gz`` and, if there is anything in it, ``output.tar.gz``.

    Args:
        job: The job.
        hosts: The folder of each host that it sees as ``/opt/ml``.
        store: Target.
        with_model: Whether to upload the model, too.

    Returns:
        URI of the model.
    """
    target = S3Location.parse(job.request["OutputDataConfig"]["S3OutputPath"]).below(f"{job.name}/output/")
    folders = list(hosts)
    if any(any((ml / "output" / "data").iterdir()) for ml in folders):
        _upload_archive([ml / "output" / "data" for ml in folders], target.below("output.tar.gz"), store)
    if not with_model:
        return None
    model = target.below("model.tar.gz")
    _upload_archive([ml / "model" for ml in folders], model, store)
    return str(model)


def _upload_archive(folders: Iterable[Path], target: S3Location, store: ObjectStore) -> None:
    with tempfile.TemporaryFile() as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
            for folder in folders:
                for path in sorted(folder.iterdir()):
                    archive.add(path, path.name)
        file.seek(0)
        store.put(target.bucket, target.prefix, file)


def failure_reason(hosts: Iterable[tuple[Path, Path, int]]) -> str:
    """Why a job failed.

    Args:
        hosts: The folder seen as ``/opt/ml``, the file with the output, and the exit code of each host.

    Returns:
        What the first host that failed wrote to ``output/failure``, else the end of what it printed.
    """
    ml, log, code = next(host for host in hosts if host[2] != 0)
    failure = ml / "output" / "failure"
    if failure.is_file():
        told = failure.read_text(errors="replace")
    else:
        told = f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{_last_words(log)}"'
    ending = f", exit code: {code}"
    return f"AlgorithmError: {told}"[: _LONGEST_REASON - len(ending)] + ending


def _last_words(log: Path) -> str:
    """The last traceback in the output if there is one, else its last lines."""
    text = log.read_bytes()[-20_000:].decode(errors="replace") if log.exists() else ""
    start = text.rfind("Traceback (most recent call last)")
    words = text[start:].strip() if start >= 0 else "\n".join(text.splitlines()[-5:])
    if len(words) <= 800:
        return words
    return "..." + words[-800:]
