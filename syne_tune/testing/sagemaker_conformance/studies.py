"""A small study of SageMaker jobs, run here or by a process that can be killed, and what must hold afterwards.

::

    python -m syne_tune.testing.sagemaker_conformance.studies spec.json     # runs it, or goes on with it
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from syne_tune.backend.sagemaker_backend.job_names import StudyNames
from syne_tune.backend.sagemaker_backend.job_reader import Patience
from syne_tune.backend.sagemaker_backend.request_rate import RequestRate
from syne_tune.backend.sagemaker_backend.sagemaker_backend import SageMakerBackend
from syne_tune.backend.sagemaker_backend.training_jobs import TrainingJobs
from syne_tune.config_space import uniform
from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.event_log import read_events
from syne_tune.experiment_folder import experiment_path
from syne_tune.optimizer.baselines import ASHA
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.testing.sagemaker_conformance import slow_training
from syne_tune.testing.sagemaker_conformance.clouds import Cloud
from syne_tune.tuner import Tuner

REQUESTS_FILE = "requests.json"
"""In the folder of the experiment: how many requests the process that ended it had sent, by service."""


@dataclass(frozen=True)
class StudySpec:
    """A study in which every trial reports a known number of times.

    Args:
        name: Of the study.
        s3_path: Below which everything is kept on S3.
        request: What jobs run.
        num_trials: How many trials.
        num_reports: How often each of them reports.
        step_seconds: Between two reports.
        n_workers: How many trials run at the same time.
        poll_interval: Most seconds between two looks at jobs.
        log_patience: See :class:`~syne_tune.backend.sagemaker_backend.job_reader.Patience`; so the next two.
        gap_patience: Likewise.
        longest_pause: Likewise.
        max_failures: How many trials may fail.
    """

    name: str
    s3_path: str
    request: dict[str, Any]
    num_trials: int = 4
    num_reports: int = 30
    step_seconds: float = 0.05
    n_workers: int = 2
    poll_interval: float = 0.25
    log_patience: float = 2.0
    gap_patience: float = 0.5
    longest_pause: float = 2.0
    max_failures: int = 0

    @classmethod
    def on(cls, cloud: Cloud, folder: Path, **options: Any) -> StudySpec:
        """A study on a cloud, with a name that depends on a folder."""
        changes: Mapping[str, Any] = options.pop("changes", {})
        return cls(
            name=cloud.study_name(folder),
            s3_path=cloud.s3_path,
            request=cloud.request(slow_training.__file__, **changes),
            poll_interval=cloud.poll_interval,
            log_patience=cloud.patience.log,
            gap_patience=cloud.patience.gap,
            longest_pause=cloud.patience.longest,
            **options,
        )

    @property
    def folder(self) -> Path:
        """Folder of the experiment."""
        return experiment_path(self.name)

    def tuner(self) -> Tuner:
        """The tuner: a new one, or that of the experiment if there is one."""
        if (self.folder / ST_EVENT_LOG_FILENAME).exists():
            return Tuner.load(self.folder)
        backend = SageMakerBackend(self.request, s3_path=self.s3_path)
        backend.patience = Patience(self.log_patience, self.gap_patience, self.longest_pause)
        space = {"value": uniform(0, 1), "num_reports": self.num_reports, "step_seconds": self.step_seconds}
        beyond = self.num_reports + 1  # no trial is ever stopped
        return Tuner(
            trial_backend=backend,
            scheduler=ASHA(space, "loss", "epoch", random_seed=1, grace_period=beyond, max_t=beyond + 1),
            stop_criterion=StoppingCriterion(max_num_trials_finished=self.num_trials),
            n_workers=self.n_workers,
            sleep_time=self.poll_interval,
            results_update_interval=1.0,
            max_failures=self.max_failures,
            tuner_name=self.name,
            suffix_tuner_name=False,
            wait_trial_completion_when_stopping=True,
        )

    def run(self) -> Tuner:
        """Runs the study to its end; what it reads is then in the folder of the experiment."""
        tuner = self.tuner()
        tuner.run()
        backend = tuner.trial_backend
        assert isinstance(backend, SageMakerBackend), "made above"
        (self.folder / REQUESTS_FILE).write_text(json.dumps(backend.clients.num_requests()))
        return tuner

    def epochs(self) -> dict[int, list[int]]:
        """What each trial has reported, in the order in which the tuner received it."""
        found: dict[int, list[int]] = defaultdict(list)
        for event in read_events(self.folder / ST_EVENT_LOG_FILENAME):
            if event["kind"] == "report":
                found[event["trial_id"]].append(event["result"]["epoch"])
        return dict(found)

    def statuses(self) -> dict[int, str]:
        """The last status of each trial that has one."""
        events = read_events(self.folder / ST_EVENT_LOG_FILENAME)
        return {event["trial_id"]: event["status"] for event in events if event["kind"] == "status"}


def jobs_of(spec: StudySpec, cloud: Cloud) -> dict[str, str]:
    """Names of all jobs of a study that SageMaker knows, with their statuses."""
    part = StudyNames(spec.name, spec.s3_path).common_part
    listed = TrainingJobs(cloud.client("sagemaker"), RequestRate(), part).all()
    return {name: state.status for name, state in listed.items()}


def check_reports(spec: StudySpec, but_for: Mapping[int, int] | None = None) -> None:
    """No report is lost, doubled, or out of order.

    Args:
        spec: A study that has ended.
        but_for: Trials that ended early, with the least number of their reports.
    """
    early, epochs = but_for or {}, spec.epochs()
    complete = list(range(1, spec.num_reports + 1))
    assert len(epochs) >= spec.num_trials, f"only {sorted(epochs)} have reported"
    for trial_id, seen in epochs.items():
        expected = complete[: len(seen)] if trial_id in early else complete
        assert seen == expected, f"trial {trial_id} of {spec.name} reported {seen}"
        assert len(seen) >= early.get(trial_id, 0), f"trial {trial_id} of {spec.name} lost reports: {seen}"


def check_jobs(spec: StudySpec, cloud: Cloud, expected: int | None = None) -> None:
    """No job is left running, and none was started twice.

    Args:
        spec: A study that has ended.
        cloud: Where it ran.
        expected: How many jobs there must be; default is one per trial.
    """
    jobs = jobs_of(spec, cloud)
    running = {name for name, status in jobs.items() if status == "InProgress"}
    assert not running, f"jobs are left running: {sorted(running)}"
    number = len(spec.epochs()) if expected is None else expected
    assert len(jobs) == number, f"{len(jobs)} jobs in place of {number}: {sorted(jobs)}"


def requests_per_trial(spec: StudySpec) -> dict[str, float]:
    """How many requests the process that ended the study had sent, by service, divided by the number of trials."""
    sent: dict[str, int] = json.loads((spec.folder / REQUESTS_FILE).read_text())
    return {service: round(number / len(spec.epochs()), 1) for service, number in sent.items()}


def write_spec(spec: StudySpec, path: Path) -> None:
    """Writes a study down, for a process of its own."""
    path.write_text(json.dumps(asdict(spec)))


if __name__ == "__main__":
    StudySpec(**json.loads(Path(sys.argv[1]).read_text())).run()
