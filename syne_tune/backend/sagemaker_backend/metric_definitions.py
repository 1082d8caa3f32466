"""Definitions by which SageMaker finds reported metrics in the log of a job, and shows them in its console."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from syne_tune.backend.sagemaker_backend.job_request import JobTemplate
from syne_tune.constants import MAX_METRICS_SUPPORTED_BY_SAGEMAKER, ST_SAGEMAKER_METRIC_TAG

logger = logging.getLogger(__name__)

_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"


def metric_definitions_from_names(metrics_names: Sequence[str]) -> list[dict[str, str]]:
    """Definitions for metrics as the reporter prints them.

    Args:
        metrics_names: Names of metrics.

    Returns:
        ``Name`` and ``Regex`` of each; the regular expression has one group, the number.
    """
    return [{"Name": name, "Regex": _regex(name)} for name in metrics_names]


def _regex(name: str) -> str:
    return rf"\[{re.escape(ST_SAGEMAKER_METRIC_TAG)}\]: \{{.*{re.escape(json.dumps(name))}: ({_NUMBER})"


def with_metrics(template: JobTemplate, metrics_names: Sequence[str]) -> JobTemplate:
    """A template whose jobs have these metrics as well. Of more than 40, the last ones are left out, with a warning.

    Args:
        template: The template without them.
        metrics_names: Names of metrics.
    """
    specification = template.request["AlgorithmSpecification"]
    definitions = _merged(specification.get("MetricDefinitions", []), metrics_names)
    return replace(
        template,
        request={
            **template.request,
            "AlgorithmSpecification": {**specification, "MetricDefinitions": definitions},
        },
    )


def add_metric_definitions_to_sagemaker_estimator(estimator: Any, metrics_names: Sequence[str]) -> None:
    """Adds definitions to an estimator of version 2 of the ``sagemaker`` package.

    Existing ones with the same names are replaced. Of more than 40, the last ones are left out, with a warning.

    Args:
        estimator: The estimator; its attribute ``metric_definitions`` is set.
        metrics_names: Names of metrics.
    """
    estimator.metric_definitions = _merged(estimator.metric_definitions or [], metrics_names)


def _merged(present: Sequence[Mapping[str, str]], names: Sequence[str]) -> list[dict[str, str]]:
    merged = [*(dict(one) for one in present if one["Name"] not in names), *metric_definitions_from_names(names)]
    kept, left_out = merged[:MAX_METRICS_SUPPORTED_BY_SAGEMAKER], merged[MAX_METRICS_SUPPORTED_BY_SAGEMAKER:]
    if left_out:
        logger.warning(
            "SageMaker shows at most %d metrics; left out: %s. The tuner sees all of them nevertheless",
            MAX_METRICS_SUPPORTED_BY_SAGEMAKER,
            ", ".join(one["Name"] for one in left_out),
        )
    return kept
