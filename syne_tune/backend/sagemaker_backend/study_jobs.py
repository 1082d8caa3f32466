"""All jobs of a study: starting them, following their statuses in one listing, stopping them."""

from __future__ import annotations

import datetime
import itertools
import logging
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.backend.files import same_config
from syne_tune.backend.sagemaker_backend.aws_clients import AwsClients
from syne_tune.backend.sagemaker_backend.job_delays import JobDelays
from syne_tune.backend.sagemaker_backend.job_end import (
    JobEnd,
    end_of_job,
    end_of_listed,
    end_of_vanished,
)
from syne_tune.backend.sagemaker_backend.job_logs import JobLogs
from syne_tune.backend.sagemaker_backend.job_names import StudyNames
from syne_tune.backend.sagemaker_backend.job_reader import JobReader, Patience
from syne_tune.backend.sagemaker_backend.report_files import ReportFile
from syne_tune.backend.sagemaker_backend.training_jobs import JobState, NameTaken, TrainingJobs
from syne_tune.backend.sagemaker_backend.trial_checkpoints import CheckpointStore
from syne_tune.backend.sagemaker_backend.trial_jobs import Job, JobFacts, TrialJobs
from syne_tune.backend.sagemaker_backend.trial_requests import DIGEST_VARIABLE
from syne_tune.trial import Config

logger = logging.getLogger(__name__)

_CLOCK_SKEW = datetime.timedelta(minutes=1)
_UNSEEN = 600.0
_LISTING_LASTS = 60.0


class StudyJobs:
    """All jobs of a study.

    Args:
        clients: Of AWS.
        names: Of jobs.
        delays: Told how long starting and stopping takes.
        patience: How long to wait for reports that may be late.
        may_start_over: Whether jobs survive the loss of their machines.

    Attributes:
        store: Checkpoints, and files of our own beside them.
        logs: Logs of the jobs.
        open: Jobs that occupy machines, by name.
    """

    def __init__(
        self, clients: AwsClients, names: StudyNames, delays: JobDelays, patience: Patience, may_start_over: bool
    ) -> None:
        self.store = CheckpointStore(clients.s3, clients.rates["s3"])
        self.logs = JobLogs(clients.logs, clients.rates["logs"])
        self.open: dict[str, Job] = {}
        self._names = names
        self._delays = delays
        self._patience = patience
        self._may_start_over = may_start_over
        self._client = TrainingJobs(clients.sagemaker, clients.rates["sagemaker"], names.common_part)
        self._logs_rate = clients.rates["logs"]
        self._listed: dict[str, JobState] = {}
        self._listing_ends = -math.inf
        self._seen_at: dict[str, float] = {}
        self._since = datetime.datetime.now(datetime.timezone.utc) - _CLOCK_SKEW

    def open_of(self, trial_id: int) -> list[Job]:
        """Jobs of a trial that occupy machines."""
        return [job for job in self.open.values() if job.trial_id == trial_id]

    # ------------------------------------------------------------------ starting, stopping

    def start(self, trial_id: int, run: int, facts: JobFacts, request_for: Callable[[str], Mapping[str, Any]]) -> Job:
        """Starts a job, under the first name that nothing else has taken.

        Args:
            trial_id: The trial.
            run: Number of the run.
            facts: Written down beforehand.
            request_for: From the name of the job to the request.

        Raises:
            QuotaExceeded: If there are too many instances at present.
            BackendError: If AWS refuses the job.
        """
        attempt = 0
        while True:
            name = self._names.job(trial_id, run, attempt)
            self.store.write(self._names.checkpoints(trial_id), _facts_file(name), facts.to_bytes())
            request = request_for(name)
            try:
                self._client.create(request)
                return self._follow(Job(name, trial_id, facts, self._reader(trial_id, name, facts)))
            except NameTaken:
                state = self._state_if_same(request)
            if state is not None:
                return self._follow(Job(name, trial_id, facts, self._reader(trial_id, name, facts), state))
            attempt += 1

    def _state_if_same(self, request: Mapping[str, Any]) -> JobState | None:
        """State of the job that has a name, if it is the one to be started: an answer of AWS may have got lost."""
        name = request["TrainingJobName"]
        found = self._client.describe(name)
        if found is None:
            return None
        state = JobState.of(found)
        is_same = _digest_of(found) == _digest_of(request)
        if is_same and (not state.is_final or state.created > self._since):
            return state
        logger.warning("There is another job %s already (%s); the next one gets another name", name, state.status)
        if not state.is_final and self._names.is_ours(found.get("CheckpointConfig", {}).get("S3Uri", "")):
            self._client.stop(name)
        return None

    def stop(self, job: Job) -> None:
        """Asks a job to end, unless that has happened."""
        if job.is_open and job.stop_asked is None:
            self._client.stop(job.name)
            job.stop_asked = time.monotonic()

    def recall(self, trial_id: int, run: int, config: Config | None = None) -> Job | None:
        """A job that an earlier tuner has started; ``None`` if there is none.

        Args:
            trial_id: The trial.
            run: Number of the run.
            config: What it was started with, if that is known. Then it is asked for by name if it is not listed, since
                it may be too new for that.
        """
        name, state = self._listed_job(trial_id, run)
        if state is None and config is not None:
            found = self._client.describe(name)
            state = None if found is None else JobState.of(found)
        if state is None:
            return None
        facts = JobFacts.from_bytes(self.store.read(self._names.checkpoints(trial_id), _facts_file(name)))
        if facts is None or (config is not None and not same_config(dict(facts.config), dict(config))):
            return None  # a job of another study, whose name happens to look like that
        return self._follow(Job(name, trial_id, facts, self._reader(trial_id, name, facts), state))

    def recall_all(self, trial_id: int, count: int) -> TrialJobs:
        """The jobs of a trial that an earlier tuner has started.

        Args:
            trial_id: The trial.
            count: How many runs there have been.
        """
        uri = self._names.checkpoints(trial_id)
        jobs = TrialJobs(lambda: self.store.has_checkpoint(uri))
        jobs.count = count
        found = {run: self.recall(trial_id, run) for run in range(count)}
        jobs.jobs = {run: job for run, job in found.items() if job is not None}
        return jobs

    def is_listed_as_open(self, trial_id: int, run: int) -> bool:
        """Whether a job of an earlier tuner may still run, as far as a listing made once can tell."""
        state = self._listed_job(trial_id, run)[1]
        return state is not None and not state.is_final

    def _listed_job(self, trial_id: int, run: int) -> tuple[str, JobState | None]:
        """Name and state of the job of a run; the last one, if jobs of other origin had taken the first names."""
        name, state = self._names.job(trial_id, run), None
        for attempt in itertools.count():
            listed = self._listing().get(self._names.job(trial_id, run, attempt))
            if listed is None:
                return name, state
            name, state = self._names.job(trial_id, run, attempt), listed
        raise AssertionError("the loop has no other end")

    def _listing(self) -> dict[str, JobState]:
        """All jobs of the study, as a listing has shown them not long ago."""
        if time.monotonic() > self._listing_ends:
            self._listed = self._client.all()
            self._listing_ends = time.monotonic() + _LISTING_LASTS
        return self._listed

    def stop_strays(self) -> None:
        """Asks jobs of the study to end that an earlier tuner started, without living to write that down."""
        if self._listing_ends == -math.inf:
            return  # no trial was taken over
        for name, state in self._client.all().items():
            if not state.is_final and name not in self.open and self._names.may_be_name(name):
                found = self._client.describe(name) or {}
                if self._names.is_ours(found.get("CheckpointConfig", {}).get("S3Uri", "")):
                    logger.warning("Job %s belongs to no trial; it is stopped", name)
                    self._client.stop(name)

    def _follow(self, job: Job) -> Job:
        if job.is_open:
            self.open[job.name] = job
            self._seen_at[job.name] = time.monotonic()
        return job

    def _reader(self, trial_id: int, name: str, facts: JobFacts) -> JobReader:
        channel = ReportFile(self.store, self._names.checkpoints(trial_id), name, facts.num_hosts)
        return JobReader(name, facts.num_hosts, self.logs, channel, self._patience)

    # ------------------------------------------------------------------ what becomes of them

    def refresh(self) -> bool:
        """Brings the states of open jobs up to date; returns whether one has changed."""
        if not self.open:
            return False
        now, has_changed = time.monotonic(), False
        for name, state in self._client.changed().items():
            job = self.open.get(name)
            if job is not None:
                self._seen_at[name] = now
                has_changed |= self._update(job, state)
        unseen = next((job for job in self.open.values() if now - self._seen_at[job.name] > _UNSEEN), None)
        return has_changed or (unseen is not None and self._ask_for(unseen))

    def _ask_for(self, job: Job) -> bool:
        """Looks at a job that no listing has shown for long; returns whether it has changed."""
        self._seen_at[job.name] = time.monotonic()
        found = self._client.describe(job.name)
        if found is not None:
            return self._update(job, JobState.of(found))
        job.end = end_of_vanished(job.name)
        self._close(job)
        return True

    def _update(self, job: Job, state: JobState) -> bool:
        before = job.state
        if before == state or (before is not None and before.changed > state.changed):
            return False
        job.state = state
        if state.secondary == "Training" and (before is None or not before.may_have_reported):
            self._delays.note_start((state.changed - state.created).total_seconds())
        if state.is_final:
            if job.stop_asked is not None:
                self._delays.note_stop(time.monotonic() - job.stop_asked)
            self._close(job)
        return before is None or (before.status, before.secondary) != (state.status, state.secondary)

    def _close(self, job: Job) -> None:
        self.open.pop(job.name, None)
        self._seen_at.pop(job.name, None)

    # ------------------------------------------------------------------ what they report

    def fetch_reports(self, jobs: TrialJobs, resource_attr: str | None, interval: float) -> int:
        """Fetches new reports of a trial; returns how many there are.

        Args:
            jobs: Of the trial.
            resource_attr: Name of the resource, if there is one.
            interval: Least seconds until the log of a job that runs is read again.
        """
        number = 0
        jobs.advance(resource_attr)
        while (job := jobs.current()) is not None:
            if job.is_open:
                if self._may_read_log(job):
                    number += jobs.take(job.reader.look(time.monotonic(), interval), resource_attr)
                return number
            rest = job.reader.finish(self.end_of(job), time.monotonic())
            if rest is None:
                return number
            number += jobs.take(rest, resource_attr, is_all=True)
        return number

    def end_of(self, job: Job) -> JobEnd:
        """How a job, which has ended, did so."""
        if job.end is None:
            job.end = self._find_end(job)
        return job.end

    def _find_end(self, job: Job) -> JobEnd:
        status = "" if job.state is None else job.state.status
        is_known = status == "Completed" or (status == "Stopped" and job.stop_asked is not None)
        if job.state is not None and is_known and not self._may_start_over:
            return end_of_listed(job.state)
        found = self._client.describe(job.name)
        return end_of_vanished(job.name) if found is None else end_of_job(found)

    def _may_read_log(self, job: Job) -> bool:
        """Whether it is time to look at the log of a job that runs, and there is room for a request."""
        is_due = job.state is not None and job.state.may_have_reported and time.monotonic() >= job.reader.due
        return is_due and self._logs_rate.is_free()


def _facts_file(job: str) -> str:
    return f"{job}.run.json"


def _digest_of(request: Mapping[str, Any]) -> str | None:
    digest: str | None = request.get("Environment", {}).get(DIGEST_VARIABLE)
    return digest
