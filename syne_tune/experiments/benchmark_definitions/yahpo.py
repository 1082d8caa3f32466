"""YAHPO Gym: neural networks that predict the outcome of training, for many learners and data sets.

Pfisterer, Schneider, Moosbauer, Binder, Bischl, *YAHPO Gym: An Efficient Multi-Objective Multi-Fidelity Benchmark for
Hyperparameter Optimization*, AutoML 2022. The scenarios with conditional spaces (``*_super``) have no definition here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.benchmark_definitions.common import SurrogateBenchmarkDefinition
from syne_tune.experiments.benchmark_definitions.lcbench import OPENML_TASK_IDS, lcbench_selected_datasets
from syne_tune.experiments.benchmark_definitions.yahpo_instances import (
    IAML_INSTANCES,
    IAML_SELECTED,
    RBV2_INSTANCES,
    RBV2_METRICS,
)

IAML_MAX_WALLCLOCK_TIME = {"rpart": 240, "glmnet": 180, "ranger": 300, "xgboost": 300}
"""Suggested budget of each learner, in seconds."""

IAML_FIDELITIES = (1, 2, 4, 8, 12, 16, 20)
RBV2_FIDELITIES = (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20)
"""Twentieths of the training data, where ``restrict_fidelities`` is asked for."""

RBV2_MAX_WALLCLOCK_TIME = 900
_MAX_RESOURCE_ATTR = "max_resources"
_METRICS = ("f1", "auc")

Definitions = dict[str, SurrogateBenchmarkDefinition]


def yahpo_nb301_benchmark(dataset_name: str = "CIFAR10") -> SurrogateBenchmarkDefinition:
    """Architectures of NAS-Bench-301."""
    return SurrogateBenchmarkDefinition(
        max_wallclock_time=12 * 3600,
        n_workers=4,
        elapsed_time_attr="runtime",
        metric="val_accuracy",
        mode="max",
        blackbox_name="yahpo-nb301",
        dataset_name=dataset_name,
        max_resource_attr=_MAX_RESOURCE_ATTR,
    )


yahpo_nb301_benchmark_definitions = {"yahpo-nb301-CIFAR10": yahpo_nb301_benchmark()}
"""The only task of NAS-Bench-301."""


def yahpo_lcbench_benchmark(dataset_name: str, datasets: Sequence[str] | None = None) -> SurrogateBenchmarkDefinition:
    """LCBench, predicted by YAHPO. Its model was fitted to invalid first and last epochs too: prefer ``lcbench``.

    Args:
        dataset_name: Name of the data set.
        datasets: Names of those from which transfer learning may learn.

    Raises:
        OptionError: If a data set is unknown.
    """
    return SurrogateBenchmarkDefinition(
        max_wallclock_time=7200,
        n_workers=4,
        elapsed_time_attr="time",
        metric="val_accuracy",
        mode="max",
        blackbox_name="yahpo-lcbench",
        dataset_name=_openml_task(dataset_name),
        max_resource_attr=_MAX_RESOURCE_ATTR,
        datasets=None if datasets is None else [_openml_task(name) for name in datasets],
    )


def _openml_task(dataset_name: str) -> str:
    if dataset_name not in OPENML_TASK_IDS:
        raise OptionError(f"data set {dataset_name!r}: {nearest(dataset_name, OPENML_TASK_IDS)}")
    return str(OPENML_TASK_IDS[dataset_name])


yahpo_lcbench_benchmark_definitions = {f"yahpo-lcbench-{x}": yahpo_lcbench_benchmark(x) for x in OPENML_TASK_IDS}
"""All 34 tasks."""

yahpo_lcbench_selected_benchmark_definitions = {
    f"yahpo-lcbench-{name}": yahpo_lcbench_benchmark(name, datasets=lcbench_selected_datasets)
    for name in lcbench_selected_datasets
}
"""Those of the selected data sets."""


def yahpo_iaml_benchmark(
    method: str, instance: str, metric: str, restrict_fidelities: bool = False
) -> SurrogateBenchmarkDefinition:
    """One learner of scenario ``iaml`` on one data set.

    Args:
        method: The learner: ``"rpart"``, ``"glmnet"``, ``"ranger"`` or ``"xgboost"``.
        instance: OpenML id of the data set.
        metric: ``"f1"`` or ``"auc"``.
        restrict_fidelities: Whether trials report at :data:`IAML_FIDELITIES` only.

    Raises:
        OptionError: If learner or metric is unknown.
    """
    _check("method", method, IAML_MAX_WALLCLOCK_TIME)
    _check("metric", metric, _METRICS)
    return SurrogateBenchmarkDefinition(
        max_wallclock_time=IAML_MAX_WALLCLOCK_TIME[method],
        n_workers=4,
        elapsed_time_attr="timetrain",
        metric=metric,
        mode="max",
        blackbox_name=f"yahpo-iaml_{method}",
        dataset_name=instance,
        max_num_evaluations=1000,
        max_resource_attr=_MAX_RESOURCE_ATTR,
        fidelities=list(IAML_FIDELITIES) if restrict_fidelities else None,
    )


def yahpo_iaml_benchmark_definitions(method: str, restrict_fidelities: bool = False) -> Definitions:
    """One learner on all data sets of scenario ``iaml``, for both metrics; see :func:`yahpo_iaml_benchmark`."""
    instances = {metric: IAML_INSTANCES for metric in _METRICS}
    return _iaml_definitions(method, instances, restrict_fidelities)


def yahpo_iaml_selected_benchmark_definitions(method: str, restrict_fidelities: bool = False) -> Definitions:
    """As :func:`yahpo_iaml_benchmark_definitions`, without data sets on which nearly all configurations are equal."""
    _check("method", method, IAML_SELECTED)
    return _iaml_definitions(method, IAML_SELECTED[method], restrict_fidelities)


def _iaml_definitions(method: str, instances: dict[str, list[str]], restrict_fidelities: bool) -> Definitions:
    return {
        f"yahpo-iaml_{method}_{metric}-{instance}": yahpo_iaml_benchmark(method, instance, metric, restrict_fidelities)
        for metric, names in instances.items()
        for instance in names
    }


def yahpo_rbv2_benchmark(
    method: str, instance: str, metric: str, restrict_fidelities: bool = False
) -> SurrogateBenchmarkDefinition:
    """One learner of scenario ``rbv2`` on one data set.

    Args:
        method: The learner: ``"rpart"``, ``"glmnet"``, ``"ranger"``, ``"xgboost"``, ``"svm"`` or ``"aknn"``.
        instance: OpenML id of the data set.
        metric: ``"f1"`` or ``"auc"``.
        restrict_fidelities: Whether trials report at :data:`RBV2_FIDELITIES` only.

    Raises:
        OptionError: If learner or metric is unknown.
    """
    _check("method", method, RBV2_METRICS)
    _check("metric", metric, RBV2_METRICS[method])
    return SurrogateBenchmarkDefinition(
        max_wallclock_time=RBV2_MAX_WALLCLOCK_TIME,
        n_workers=4,
        elapsed_time_attr="timetrain",
        metric=metric,
        mode="max",
        blackbox_name=f"yahpo-rbv2_{method}",
        dataset_name=instance,
        max_num_evaluations=None if method == "aknn" else 1000,
        max_resource_attr=_MAX_RESOURCE_ATTR,
        fidelities=list(RBV2_FIDELITIES) if restrict_fidelities else None,
    )


def yahpo_rbv2_benchmark_definitions(method: str, restrict_fidelities: bool = False) -> Definitions:
    """One learner on all data sets of scenario ``rbv2``, for each of its metrics; see :func:`yahpo_rbv2_benchmark`."""
    _check("method", method, RBV2_METRICS)
    return {
        f"yahpo-rbv2_{method}_{metric}-{instance}": yahpo_rbv2_benchmark(method, instance, metric, restrict_fidelities)
        for metric in RBV2_METRICS[method]
        for instance in RBV2_INSTANCES
    }


def _check(what: str, name: str, legal: Collection[str]) -> None:
    if name not in legal:
        raise OptionError(f"{what} = {name!r}: {nearest(name, legal)}")
