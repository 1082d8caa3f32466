"""Report channels of jobs, as SageMaker copies them to S3."""

from __future__ import annotations

from syne_tune.backend.sagemaker_backend.job_names import OWN_FOLDER
from syne_tune.backend.sagemaker_backend.job_reports import LEADER
from syne_tune.backend.sagemaker_backend.job_request import CHECKPOINT_PATH
from syne_tune.backend.sagemaker_backend.trial_checkpoints import CheckpointStore
from syne_tune.report import HOST_IN_CHANNEL
from syne_tune.report_channel import read_channel
from syne_tune.trial import Result


def channel_in_job(job: str, num_hosts: int) -> str:
    """Where a job keeps its report channel, as value of ``SYNE_TUNE_REPORT_CHANNEL``.

    Args:
        job: Name of the job.
        num_hosts: How many machines it runs on. If several, each has a channel of its own.
    """
    return f"{CHECKPOINT_PATH}/{OWN_FOLDER}{_file_name(job, num_hosts, HOST_IN_CHANNEL)}"


class ReportFile:
    """The report channel of one job on S3.

    Args:
        store: Reads from S3.
        uri: Where the checkpoints of its trial are.
        job: Name of the job.
        num_hosts: How many machines it runs on.
    """

    def __init__(self, store: CheckpointStore, uri: str, job: str, num_hosts: int) -> None:
        self._store = store
        self._uri = uri
        self._job = job
        self._num_hosts = num_hosts
        self._name = _file_name(job, num_hosts, LEADER)
        self._consumed = 0

    def read_on(self) -> list[Result] | None:
        """Reports that have come to S3 since the last call; ``None`` if there is no channel."""
        data = self._store.read(self._uri, self._name, self._consumed)
        if data is None:
            return None
        reports, consumed, _ = read_channel(data)
        self._consumed += consumed
        return reports

    def read_all(self) -> list[Result] | None:
        """All reports of a job that has ended; ``None`` if there is no channel.

        If it ran on several machines and the first has reported nothing, those of the next are returned.
        """
        names = [self._name]
        if self._num_hosts > 1:
            names = sorted(self._store.own_files(self._uri, f"{self._job}.algo-"), key=lambda name: (len(name), name))
        found = None
        for name in names:
            data = self._store.read(self._uri, name)
            if data is not None:
                found = read_channel(data)[0]
            if found:
                break
        return found


def _file_name(job: str, num_hosts: int, host: str) -> str:
    return f"{job}.jsonl" if num_hosts == 1 else f"{job}.{host}.jsonl"
