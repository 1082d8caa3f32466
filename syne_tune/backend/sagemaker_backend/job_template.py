"""Makes the template of all jobs of a study from what the user has: :func:`job_template`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.backend.sagemaker_backend.estimator_front_end import template_of_estimator
from syne_tune.backend.sagemaker_backend.job_request import JobTemplate, TrialJob
from syne_tune.backend.sagemaker_backend.model_trainer_front_end import template_of_model_trainer
from syne_tune.backend.sagemaker_backend.request_front_end import template_of_request
from syne_tune.errors import OptionError

__all__ = ["JobTemplate", "TrialJob", "job_template", "session_of"]


def job_template(job: Any, inputs: Any = None, **fit_kwargs: Any) -> JobTemplate:
    """What all jobs of a study have in common.

    Args:
        job: An ``Estimator`` of version 2 of the ``sagemaker`` package, a ``ModelTrainer`` of version 3, or the
            request itself, a mapping as of ``CreateTrainingJob`` without name. A request may contain
            ``entry_point``, ``source_dir`` and ``dependencies`` besides, with their meanings in an estimator.
            It is not changed.
        inputs: Training data, in addition to what ``job`` contains: an S3 prefix, a dictionary of channel names
            and prefixes, or what ``fit`` of an estimator or ``train`` of a trainer takes.
        fit_kwargs: More arguments of ``fit`` of an estimator; ``experiment_config`` is one.

    Raises:
        OptionError: If ``job`` is something else, or says something that cannot be done.
        MissingExtraError: If ``boto3`` is not installed.
    """
    classes = {f"{base.__module__}.{base.__name__}" for base in type(job).__mro__}
    if "sagemaker.estimator.EstimatorBase" in classes:
        return template_of_estimator(job, inputs, **fit_kwargs)
    if fit_kwargs:
        raise OptionError(f"Arguments {sorted(fit_kwargs)} are only for estimators; legal is: 'inputs'")
    if "sagemaker.train.model_trainer.ModelTrainer" in classes:
        return template_of_model_trainer(job, inputs)
    if isinstance(job, Mapping):
        return template_of_request(job, inputs)
    raise OptionError(
        f"{job!r} of type {type(job).__name__} describes no training job. Pass an Estimator (sagemaker<3), a "
        "ModelTrainer (sagemaker>=3), or a dictionary with the arguments of boto3's create_training_job"
    )


def session_of(job: Any) -> Any:
    """The ``boto3`` session that an estimator or trainer was made with; ``None`` for the default one."""
    session = getattr(job, "sagemaker_session", None)
    return getattr(session, "boto_session", None)
