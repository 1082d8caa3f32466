"""Runs a tuner as a SageMaker training job: :class:`RemoteLauncher`."""

from __future__ import annotations

import copy
import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from syne_tune.backend import LocalBackend, PythonBackend
from syne_tune.backend.sagemaker_backend.job_names import TUNER_TAG
from syne_tune.backend.sagemaker_backend.job_request import IGNORED, JobTemplate, TrialJob
from syne_tune.backend.sagemaker_backend.job_template import job_template
from syne_tune.backend.sagemaker_backend.metric_definitions import with_metrics
from syne_tune.backend.sagemaker_backend.s3_objects import split_uri
from syne_tune.backend.sagemaker_backend.sagemaker_backend import SageMakerBackend
from syne_tune.constants import ST_REMOTE_UPLOAD_DIR_NAME, ST_TUNER_DILL_FILENAME
from syne_tune.errors import OptionError
from syne_tune.experiment_folder import s3_experiment_path
from syne_tune.remote import remote_main
from syne_tune.remote.constants import DEFAULT_CPU_INSTANCE
from syne_tune.remote.estimator_options import request_from_options, request_with_defaults
from syne_tune.remote.framework_images import tuner_image
from syne_tune.remote.remote_metrics_callback import RemoteTuningMetricsCallback
from syne_tune.remote.requirements import requirements_text
from syne_tune.remote.tuner_description import DESCRIPTION_FILENAME, TunerDescription, this_python
from syne_tune.remote.tuner_jobs import TunerJobs, package_folder
from syne_tune.snapshot import write_snapshot
from syne_tune.tuner import Tuner

_MAX_FOLDER_BYTES = 200 * 2**20
_REQUIREMENTS = "requirements.txt"
_TRIALS = "trials"
_PROGRAM = Path(remote_main.__file__).name


class RemoteLauncher:
    """Runs a tuner on an instance of SageMaker, where it survives the end of this process, and that of the instance.

    The job gets the tuner, the folder of the training script, and this very version of Syne Tune as one package of
    code, and leaves the experiment at ``{s3_path}/{tuner.name}/``. While it runs, SageMaker keeps that up to date; if
    the instance is taken away, the next one goes on from there. See ``docs/how-to/remote-tuning.md``.

    Args:
        tuner: As for running here; with a local, Python or SageMaker backend. It is not changed.
        role: ARN of the role of the job; by default the one that ``get_execution_role`` finds.
        instance_type: Machine on which the tuner runs.
        dependencies: Folders and files with code that the tuner needs; importable by their names in the job.
        store_logs_localbackend: Whether logs and checkpoints of the trials of a local backend are kept on S3.
        log_level: Level of what the tuner logs, as in :mod:`logging`; by default ``INFO``.
        s3_path: Address on S3; by default ``s3://{default bucket}/syne-tune/``.
        no_tuner_logging: Whether the tuner logs errors only.
        publish_tuning_metrics: Whether the job has the best result so far as metrics, see
            :class:`~syne_tune.remote.remote_metrics_callback.RemoteTuningMetricsCallback`.
        estimator: Describes the job in place of what follows: anything that
            :func:`~syne_tune.backend.sagemaker_backend.job_template.job_template` takes. Its script is not used.
        **estimator_kwargs: More about the job, by the names that estimators have for it; among them ``image_uri``,
            ``environment``, ``max_run``, ``use_spot_instances`` and ``max_wait``, ``volume_size``, ``tags``.

    Raises:
        OptionError: If a dependency does not exist, or an argument is not allowed or has no counterpart in a job.
    """

    def __init__(
        self,
        tuner: Tuner,
        role: str | None = None,
        instance_type: str = DEFAULT_CPU_INSTANCE,
        dependencies: Sequence[str] | None = None,
        store_logs_localbackend: bool = False,
        log_level: int | None = None,
        s3_path: str | None = None,
        no_tuner_logging: bool = False,
        publish_tuning_metrics: bool = True,
        *,
        estimator: Any = None,
        **estimator_kwargs: Any,
    ) -> None:
        for path in dependencies or ():
            if not Path(path).exists():
                raise OptionError(f"RemoteLauncher: dependency {path!r} does not exist, seen from {os.getcwd()!r}")
        if instance_type == "local":
            raise OptionError(
                "RemoteLauncher: instance_type='local' is not supported. To run jobs on this machine, start the job "
                "service: 'syne-tune jobs serve', then 'eval \"$(syne-tune jobs env)\"' where this runs"
            )
        request_from_options(estimator_kwargs)
        if estimator is not None and (role is not None or estimator_kwargs):
            given = ["role"] * (role is not None) + list(estimator_kwargs)
            raise OptionError(f"RemoteLauncher: {given} say what estimator says already; set them there")
        self.tuner = tuner
        self.role = role
        self.instance_type = instance_type
        self.dependencies = [str(path) for path in dependencies or ()]
        self.store_logs_localbackend = store_logs_localbackend
        self.log_level = log_level
        self.s3_path = s3_path
        self.no_tuner_logging = no_tuner_logging
        self.publish_tuning_metrics = publish_tuning_metrics
        self.estimator = estimator
        self.estimator_kwargs = estimator_kwargs
        self._upload_dir: Path | None = None

    # ------------------------------------------------------------------ what is sent along

    def upload_dir(self) -> Path:
        """Temporary folder of what is sent along with the package; removed by :meth:`run`, or when this object goes."""
        if self._upload_dir is None:
            self._upload_dir = Path(tempfile.mkdtemp(prefix="syne-tune-"))
            weakref.finalize(self, shutil.rmtree, self._upload_dir, ignore_errors=True)
        return self._upload_dir

    def prepare_upload(self) -> None:
        """Fills :meth:`upload_dir`: the program of the job, its requirements, tuner and training script.

        Raises:
            OptionError: If the folder of the script is too large to be sent along unasked, or the tuner cannot be
                pickled or has run.
        """
        if self.tuner.num_events > 0:
            raise OptionError(
                f"{self.tuner.name} has run already, so it cannot start anew elsewhere: create another Tuner for "
                "RemoteLauncher, or continue this one here with run()"
            )
        target = self.upload_dir()
        script = self._script()
        folder = target / ST_REMOTE_UPLOAD_DIR_NAME
        if script is not None:
            _copy_folder(script.parent, folder)
        folder.mkdir(exist_ok=True)
        _write_tuner(folder / ST_TUNER_DILL_FILENAME, self._tuner_of_job())
        description = TunerDescription(
            python=this_python(),
            interpreter=sys.executable,
            script_folder=None if script is None else ST_REMOTE_UPLOAD_DIR_NAME,
        )
        (folder / DESCRIPTION_FILENAME).write_bytes(description.to_bytes())
        shutil.copyfile(remote_main.__file__, target / _PROGRAM)
        (target / _REQUIREMENTS).write_text(self._requirements(script), encoding="utf-8")

    def _script(self) -> Path | None:
        """The training script, if the tuner runs one on its own instance."""
        backend = self.tuner.trial_backend
        if isinstance(backend, LocalBackend) and not isinstance(backend, PythonBackend):
            return backend.entrypoint_path().absolute()
        return None

    def _requirements(self, script: Path | None) -> str:
        beside = [] if script is None else [script.parent / _REQUIREMENTS]
        return requirements_text([path.read_text(encoding="utf-8") for path in beside if path.is_file()], ["aws"])

    def _tuner_of_job(self) -> Tuner:
        callback, backend = self._metrics_callback(), self.tuner.trial_backend
        changed = copy.copy(self.tuner)
        changed.callbacks = [*self.tuner.callbacks, *([] if callback is None else [callback])]
        if isinstance(backend, SageMakerBackend):
            changed.trial_backend = self._backend_of_job(backend)
        return changed

    def _backend_of_job(self, backend: SageMakerBackend) -> SageMakerBackend:
        """A copy that does not need the code on this machine.

        Its trials keep their checkpoints apart from the folder of the experiment, all of which SageMaker copies to the
        next instance if one is taken away.
        """
        changed = copy.copy(backend)
        if changed.s3_path == self._base():
            changed.s3_path = f"{changed.s3_path}/{_TRIALS}"
        changed.upload_code()
        return changed

    def _metrics_callback(self) -> RemoteTuningMetricsCallback | None:
        if not self.publish_tuning_metrics:
            return None
        scheduler = self.tuner.scheduler
        return RemoteTuningMetricsCallback(
            scheduler.metric_names(),
            scheduler.metric_mode(),
            config_space=scheduler.config_space,
            resource_attr=getattr(scheduler, "resource_attr", None),
        )

    # ------------------------------------------------------------------ the job

    def run(self, wait: bool = True) -> None:
        """Starts the job.

        If a job of this tuner has ended before its time, because it was stopped or failed, another one goes on where it
        was: call this again, with a tuner of the same name and ``suffix_tuner_name=False``.

        Args:
            wait: Whether to return only when the job has ended. Its log is printed meanwhile.

        Raises:
            OptionError: If credentials, region or role are missing, or an argument is not allowed.
            BackendError: If the job cannot be created, one of this tuner runs already, or, with ``wait``, it fails.
        """
        bucket, _ = split_uri(self._base())
        jobs = TunerJobs(bucket)
        name = jobs.free_name(self.tuner.name)
        try:
            self.prepare_upload()
            template = self._template(jobs.region, bucket)
            code = jobs.upload(template)
        finally:
            shutil.rmtree(self.upload_dir(), ignore_errors=True)
            self._upload_dir = None
        job = TrialJob(
            name=name,
            arguments=self._arguments(),
            checkpoint_s3_uri=f"{self._base()}/{self.tuner.name}",
            environment={"AWS_DEFAULT_REGION": jobs.region},
            tags={TUNER_TAG: self.tuner.name},
        )
        jobs.start(template, job, code)
        if wait:
            jobs.wait(job.name)

    def _base(self) -> str:
        if self.s3_path is None:
            self.s3_path = s3_experiment_path()
        return self.s3_path.rstrip("/")

    def _template(self, region: str, bucket: str) -> JobTemplate:
        if self.estimator is not None:
            template = job_template(self.estimator)
        else:
            options = {"role": self.role, "instance_type": self.instance_type, **self.estimator_kwargs}
            if options.get("image_uri") is None:
                options["image_uri"] = tuner_image(region, self.instance_type, this_python())
            template = job_template(request_with_defaults(options, bucket))
        callback = self._metrics_callback()
        return replace(
            with_metrics(template, [] if callback is None else callback.metric_names),
            entry_point=_PROGRAM,
            source_dir=str(self.upload_dir()),
            dependencies=(str(package_folder()), *self.dependencies),
        )

    def _arguments(self) -> dict[str, Any]:
        level = {} if self.log_level is None else {"log_level": self.log_level}
        return {"store_logs": self.store_logs_localbackend, "no_tuner_logging": self.no_tuner_logging, **level}


def _write_tuner(path: Path, tuner: Tuner) -> None:
    try:
        write_snapshot(path, tuner)
    except Exception as error:  # pickling objects of the user's raises anything
        raise OptionError(
            f"RemoteLauncher: the tuner cannot be pickled ({type(error).__name__}: {error}). Scheduler, backend, "
            "stopping criterion and callbacks must not hold open files, locks or connections"
        ) from error


def _copy_folder(source: Path, target: Path) -> None:
    size = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
    if size > _MAX_FOLDER_BYTES:
        raise OptionError(
            f"The folder {str(source)!r} of the training script holds {size / 2**20:.0f} MB, and would be uploaded as "
            "a whole. Move the script to a folder of its own; data belong into S3"
        )
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*IGNORED), dirs_exist_ok=True)
