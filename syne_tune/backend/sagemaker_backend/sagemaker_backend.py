"""Trials as SageMaker training jobs: :class:`SageMakerBackend`."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from syne_tune.backend.command_line import check_config
from syne_tune.backend.sagemaker_backend.aws_clients import AwsClients
from syne_tune.backend.sagemaker_backend.backlog import Backlog
from syne_tune.backend.sagemaker_backend.job_delays import JobDelays
from syne_tune.backend.sagemaker_backend.job_names import StudyNames
from syne_tune.backend.sagemaker_backend.job_reader import Patience
from syne_tune.backend.sagemaker_backend.job_template import job_template, session_of
from syne_tune.backend.sagemaker_backend.look_pace import LookPace, shortest_interval
from syne_tune.backend.sagemaker_backend.metric_definitions import with_metrics
from syne_tune.backend.sagemaker_backend.study_jobs import StudyJobs
from syne_tune.backend.sagemaker_backend.trial_jobs import JobFacts, TrialJobs
from syne_tune.backend.sagemaker_backend.trial_requests import TrialRequests
from syne_tune.backend.sagemaker_backend.waiting_starts import WaitingStart
from syne_tune.backend.trial_backend import BUSY_STATUS, TrialBackend
from syne_tune.constants import ST_INSTANCE_COUNT
from syne_tune.experiment_folder import name_from_base, s3_experiment_path
from syne_tune.jsonio import plain
from syne_tune.report import expectations
from syne_tune.trial import Failure, Result, Status, TrialRecord, TrialResult

logger = logging.getLogger(__name__)

_PATIENCE_AT_THE_END = 600.0
_PATIENCE_OF_STOPS = 60.0
"""Of somebody who has interrupted the tuner, also while AWS cannot be reached."""
_NOT_SAVED = ("_study", "_made_requests", "_made_backlog", "_jobs", "_pace", "_retrying")
"""What a tuner that takes over finds out anew, by the log and by AWS."""


class SageMakerBackend(TrialBackend):
    """Runs each trial as a SageMaker training job.

    Jobs outlive the tuner, and are found again by the tuner that continues the experiment. With ``AWS_ENDPOINT_URL``
    set, all of it happens in the local service of ``syne-tune jobs serve``. See ``docs/how-to/sagemaker.md``.

    Args:
        sm_estimator: What a job runs and where: an ``Estimator`` of the ``sagemaker`` package, version 2, a
            ``ModelTrainer`` of version 3, or a request for ``create_training_job`` of ``boto3``. It is not changed.
        metrics_names: Metrics that the AWS console shall show for each job.
        s3_path: Below which checkpoints and code are kept; default is ``syne-tune`` in the default bucket.
        delete_checkpoints: See :class:`~syne_tune.backend.trial_backend.TrialBackend`.
        pass_args_as_json: See there. The file comes to the job with its checkpoints.
        **sagemaker_fit_kwargs: What else ``fit`` of the estimator would get, ``inputs`` for instance.

    Raises:
        OptionError: If ``sm_estimator`` describes no job.

    Attributes:
        s3_path: Below which checkpoints and code are kept.
        clients: Clients of AWS, which count their requests.
        delays: How long jobs take to start and to stop.
    """

    patience: Patience = Patience()
    """How long to wait for reports that may be late."""

    quota_patience: float = 120.0
    """Seconds after which a job is given up that AWS refuses because of a quota, if no other job of the study runs."""

    def __init__(
        self,
        sm_estimator: Any,
        metrics_names: Sequence[str] | None = None,
        s3_path: str | None = None,
        delete_checkpoints: bool = False,
        pass_args_as_json: bool = False,
        **sagemaker_fit_kwargs: Any,
    ) -> None:
        super().__init__(delete_checkpoints, pass_args_as_json)
        template = job_template(sm_estimator, **sagemaker_fit_kwargs)
        self._template = with_metrics(template, metrics_names) if metrics_names else template
        self._s3_path = None if s3_path is None else s3_path.rstrip("/")
        self.clients = AwsClients(session_of(sm_estimator))
        self.poll_interval = 5.0
        self.delays = JobDelays(has_warm_pool="KeepAlivePeriodInSeconds" in template.request["ResourceConfig"])
        self._tuner_name = ""
        self._expects = ""
        self._resource_attr: str | None = None
        self._counts: dict[int, int] = {}  # how many runs there are of trials whose jobs have not been looked up yet
        self._forget_live_objects()

    def _forget_live_objects(self) -> None:
        self._study: StudyJobs | None = None
        self._made_requests: TrialRequests | None = None
        self._made_backlog: Backlog | None = None
        self._jobs: dict[int, TrialJobs] = {}
        self._pace = LookPace()
        self._retrying: set[int] = set()

    def __str__(self) -> str:
        return f"sagemaker entry_point {self.entrypoint_path().name}"

    def __getstate__(self) -> dict[str, Any]:
        counts = {**self._counts, **{trial_id: jobs.count for trial_id, jobs in self._jobs.items()}}
        trials = {
            trial_id: trial.add_results([], trial.status, trial.training_end_time)
            for trial_id, trial in self._trial_dict.items()
        }
        kept = {name: value for name, value in self.__dict__.items() if name not in _NOT_SAVED}
        return {**kept, "_counts": counts, "_trial_dict": trials}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget_live_objects()

    # ------------------------------------------------------------------ paths, names

    @property
    def s3_path(self) -> str:
        """Address on S3 below which checkpoints and code are kept."""
        if self._s3_path is None:
            self._s3_path = s3_experiment_path().rstrip("/")
        return self._s3_path

    @s3_path.setter
    def s3_path(self, s3_path: str) -> None:
        self._s3_path = s3_path.rstrip("/")
        self._forget_live_objects()

    def set_path(self, results_root: str | None = None, tuner_name: str | None = None) -> None:
        """Names the study.

        Args:
            results_root: Not used: trials keep their files on S3.
            tuner_name: Name of the tuner, which becomes part of the names of jobs and of addresses on S3.
        """
        if tuner_name is not None and tuner_name != self._tuner_name:
            self._tuner_name = tuner_name
            self._forget_live_objects()

    def entrypoint_path(self) -> Path:
        """The script; the image, if that brings its own."""
        return Path(self._template.program or self._template.request["AlgorithmSpecification"].get("TrainingImage", ""))

    def set_entrypoint(self, entry_point: str) -> None:
        """Replaces the script; jobs started from now on run it."""
        self._template = dataclasses.replace(self._template, entry_point=entry_point)
        self._made_requests = None

    def upload_code(self) -> None:
        """Uploads the code of the jobs now, so that a pickled copy of this backend can do without the files here."""
        uri = self._requests.uploaded_code()
        if uri is not None:
            self._template = dataclasses.replace(self._template, entry_point=self._template.program, source_dir=uri)
            self._made_requests = None

    def job_name(self, trial_id: int) -> str | None:
        """Name of the latest job of a trial; ``None`` if it has none."""
        last = self._jobs_of(trial_id).last
        return None if last is None else last.name

    def checkpoint_uri(self, trial_id: int) -> str:
        """Where the checkpoints of a trial are on S3; ends with a slash."""
        return self._names.checkpoints(trial_id)

    @property
    def _names(self) -> StudyNames:
        if not self._tuner_name:
            self._tuner_name = name_from_base("trials")
        return StudyNames(self._tuner_name, self.s3_path)

    @property
    def _all(self) -> StudyJobs:
        if self._study is None:
            may_start_over = self._template.may_start_over
            self._study = StudyJobs(self.clients, self._names, self.delays, self.patience, may_start_over)
        return self._study

    @property
    def _requests(self) -> TrialRequests:
        if self._made_requests is None:
            self._made_requests = TrialRequests(
                self._template, self._names, self._all.store, self.clients.s3, self.pass_args_as_json
            )
        return self._made_requests

    @property
    def _backlog(self) -> Backlog:
        if self._made_backlog is None:
            self._made_backlog = Backlog(self._all, self._names, self._is_busy, self._start, self.quota_patience)
        return self._made_backlog

    # ------------------------------------------------------------------ starting

    def expect_reports(self, names: Sequence[str], resource_attr: str | None = None) -> None:
        """Makes the reporters of trials started from now on refuse reports that lack something.

        Args:
            names: Metrics the scheduler needs.
            resource_attr: Name of the resource, if the scheduler uses one.
        """
        self._expects = expectations(names, resource_attr)
        self._resource_attr = resource_attr

    def _schedule(self, trial_id: int, config: dict[str, Any]) -> None:
        """Starts the next job of a trial, as soon as the one before has ended and its checkpoint is there."""
        check_config(trial_id, config, "another machine")
        self._backlog.starts[trial_id] = WaitingStart(dict(config), trial_id in self._retrying)
        self._retrying.discard(trial_id)
        self._pace.hurry()
        self._backlog.work()

    def _start(self, trial_id: int, start: WaitingStart) -> None:
        jobs = self._jobs_of(trial_id)
        num_hosts = int(start.config.get(ST_INSTANCE_COUNT, self._template.instance_count))
        is_from_scratch = not start.retry or not self._all.store.has_checkpoint(self.checkpoint_uri(trial_id))
        facts = JobFacts(plain(start.config), start.retry, is_from_scratch, num_hosts)
        request = partial(self._requests.request, trial_id=trial_id, run=jobs.count, facts=facts, expects=self._expects)
        jobs.add(self._all.start(trial_id, jobs.count, facts, request))

    def adopt_trial(self, record: TrialRecord) -> None:
        """Takes over a trial; a job that has been started is picked up, whether it still runs or has ended.

        Args:
            record: What the log knows.
        """
        trial_id, trial = record.trial.trial_id, self._take_over(record)
        self._jobs.pop(trial_id, None)
        self._backlog.starts.pop(trial_id, None)
        if record.status not in BUSY_STATUS:
            self._adopt_idle(trial_id, record.run + 1)
            return
        self._counts[trial_id] = record.run
        jobs = self._jobs_of(trial_id)
        job = self._all.recall(trial_id, record.run, trial.config)
        if job is not None:
            jobs.add(job)
            return
        if record.is_retry:
            self._retrying.add(trial_id)
        if record.checkpoint_trial_id is not None and record.run == 0:
            self.copy_checkpoint(record.checkpoint_trial_id, trial_id)
        self._schedule(trial_id, trial.config)

    def _adopt_idle(self, trial_id: int, num_runs: int) -> None:
        self._counts[trial_id] = num_runs
        if any(self._all.is_listed_as_open(trial_id, run) for run in range(num_runs)):
            self._jobs_of(trial_id)
            self._end_jobs(trial_id)

    # ------------------------------------------------------------------ ending

    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        self._end_jobs(trial_id)

    def _resume_trial(self, trial_id: int) -> None:
        self._retrying.discard(trial_id)

    def _retry_trial(self, trial_id: int) -> None:
        self._retrying.add(trial_id)

    def _stop_trial(self, trial_id: int, result: Result | None) -> None:
        self._known(trial_id)
        self._end_jobs(trial_id)

    def _end_jobs(self, trial_id: int) -> None:
        self._backlog.checkpoints.drop_copy_to(trial_id)
        if self._backlog.starts.pop(trial_id, None) is not None:
            self._jobs_of(trial_id).count += 1  # this run never had a job
        for job in self._all.open_of(trial_id):
            self._all.stop(job)
        self._pace.hurry()

    def stop_all(self) -> None:
        """Asks all jobs to end, also those that an earlier tuner started just before it died.

        If checkpoints are to be deleted, waits until that can be done.
        """
        with self.clients.rates["sagemaker"].at_most(_PATIENCE_OF_STOPS):
            super().stop_all()
            if self._study is None:
                return
            self._study.stop_strays()
        deadline = time.monotonic() + _PATIENCE_AT_THE_END
        while self._backlog.checkpoints.has_deletions:
            if time.monotonic() > deadline:
                logger.warning("Some jobs have not ended yet; their checkpoints are left below %s", self.s3_path)
                return
            self._refresh()
            self._backlog.work()
            self.wait(self.poll_interval)

    # ------------------------------------------------------------------ what trials say

    def wait(self, timeout: float) -> None:
        """Sleeps until it is time to ask for changes: soon after something has happened, else less and less often.

        Args:
            timeout: Most seconds.
        """
        self._backlog.work()
        time.sleep(max(0.0, min(timeout, self._pace.seconds_left)))

    def _refresh(self) -> None:
        """Brings the states of jobs up to date, unless that has just been done."""
        if not self._pace.is_due:
            return
        num_open = len(self._all.open)
        has_changed = self._all.refresh()
        if len(self._all.open) < num_open:
            self._backlog.quota.note_free_instances()
        self._pace.note_look(has_changed, self.poll_interval)
        self.delays.advise(starts_without_delay=not self.tells_of_idle_jobs)

    def _all_trial_results(self, trial_ids: list[int]) -> list[TrialResult]:
        self._refresh()
        self._backlog.work()
        known = [trial_id for trial_id in trial_ids if trial_id in self._trial_dict]
        known.sort(key=lambda trial_id: self._jobs[trial_id].due if trial_id in self._jobs else 0.0)
        return [self._read(trial_id) for trial_id in known]  # longest due first: there may not be time for all logs

    def _read(self, trial_id: int) -> TrialResult:
        trial = self._trial_dict[trial_id]
        if trial.status in BUSY_STATUS and trial_id not in self._backlog.starts:
            jobs = self._jobs_of(trial_id)
            if self._all.fetch_reports(jobs, self._resource_attr, shortest_interval(self.poll_interval)) > 0:
                self._pace.hurry()
            trial.metrics = jobs.metrics
            self._update_status(trial, jobs)
        return trial

    def _update_status(self, trial: TrialResult, jobs: TrialJobs) -> None:
        last, seen = jobs.last, self._last_metric_seen_index.get(trial.trial_id, 0)
        if last is None or last.end is None or not jobs.is_complete:
            return
        if last.end.status != Status.stopped or len(jobs.metrics) <= seen:  # reports of stopped trials are hidden
            trial.status = last.end.status
            trial.training_end_time = last.end.time.astimezone().replace(tzinfo=None)

    def failure(self, trial_id: int) -> Failure:
        """Why a trial failed.

        Args:
            trial_id: A trial that failed.
        """
        trial, last = self._known(trial_id), self._jobs_of(trial_id).last
        if trial.failure is None and last is not None and last.end is not None:
            trial.failure = last.end.failure(self._all.logs.tail(last.name, 20) if last.end.has_trained else [])
        return trial.failure or super().failure(trial_id)

    def busy_trial_ids(self) -> list[tuple[int, str]]:
        """Trials with a job, those included that are just ending, or that wait for their turn."""
        self._refresh()
        self._backlog.work()
        trial_ids = {*self._backlog.starts, *(job.trial_id for job in self._all.open.values())}
        busy = ((i, self._trial_dict[i].status) for i in sorted(trial_ids))
        return [(i, status if status in BUSY_STATUS else Status.stopping) for i, status in busy]

    def stdout(self, trial_id: int) -> list[str]:
        """Lines of the trial's log, over all of its jobs; standard output and standard error are not told apart."""
        jobs = self._jobs_of(trial_id).jobs
        return [line for number in sorted(jobs) for line in self._all.logs.lines(jobs[number].name)]

    def stderr(self, trial_id: int) -> list[str]:
        """The same as :meth:`stdout`."""
        return self.stdout(trial_id)

    # ------------------------------------------------------------------ checkpoints

    def copy_checkpoint(self, src_trial_id: int, tgt_trial_id: int) -> None:
        """Copies the checkpoint of one trial to another, which has none yet.

        If the source is just ending, that happens once it has ended; if it runs and has no checkpoint on S3 yet, once
        it has. The target is started after that.

        Raises:
            BackendError: If the source has no checkpoint, or it cannot be copied.
        """
        self._backlog.checkpoints.copy(src_trial_id, tgt_trial_id)
        self._backlog.work_on_checkpoints()

    def delete_checkpoint(self, trial_id: int) -> None:
        """Deletes the checkpoint of a trial; of one that is just ending, as soon as it has ended."""
        self._backlog.checkpoints.delete(trial_id)
        self._backlog.work_on_checkpoints()

    def _is_busy(self, trial_id: int) -> bool:
        trial = self._trial_dict.get(trial_id)
        return trial is not None and trial.status in BUSY_STATUS

    def _jobs_of(self, trial_id: int) -> TrialJobs:
        if trial_id not in self._jobs:
            self._jobs[trial_id] = self._all.recall_all(trial_id, self._counts.pop(trial_id, 0))
        return self._jobs[trial_id]
