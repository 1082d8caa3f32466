"""NAS-Bench-201: all 15,625 architectures of a cell on three image tasks, tabulated.

Dong and Yang, *NAS-Bench-201: Extending the Scope of Reproducible Neural Architecture Search*, ICLR 2020.
"""

from __future__ import annotations

from syne_tune.experiments.benchmark_definitions.common import SurrogateBenchmarkDefinition

_HOUR = 3600

_BUDGETS = {
    # task: (hours, workers)
    "cifar10": (5, 4),
    "cifar100": (6, 4),
    "ImageNet16-120": (8, 8),
}


def nas201_benchmark(dataset_name: str) -> SurrogateBenchmarkDefinition:
    """One task of NAS-Bench-201.

    Args:
        dataset_name: ``"cifar10"``, ``"cifar100"`` or ``"ImageNet16-120"``; others get the budget of the first.
    """
    hours, n_workers = _BUDGETS.get(dataset_name, _BUDGETS["cifar10"])
    return SurrogateBenchmarkDefinition(
        max_wallclock_time=hours * _HOUR,
        n_workers=n_workers,
        elapsed_time_attr="metric_elapsed_time",
        metric="metric_valid_error",
        mode="min",
        blackbox_name="nasbench201",
        dataset_name=dataset_name,
        max_resource_attr="epochs",
    )


nas201_benchmark_definitions = {f"nas201-{task}": nas201_benchmark(task) for task in _BUDGETS}
"""All three tasks."""
