"""FCNet: two-layer networks on four regression tasks, tabulated.

Klein and Hutter, *Tabular Benchmarks for Joint Architecture and Hyperparameter Optimization*, 2019.
"""

from __future__ import annotations

from syne_tune.experiments.benchmark_definitions.common import SurrogateBenchmarkDefinition


def fcnet_benchmark(dataset_name: str) -> SurrogateBenchmarkDefinition:
    """One task of FCNet.

    Args:
        dataset_name: For example ``"protein_structure"``.
    """
    return SurrogateBenchmarkDefinition(
        max_wallclock_time=3600,
        n_workers=4,
        elapsed_time_attr="metric_elapsed_time",
        metric="metric_valid_loss",
        mode="min",
        blackbox_name="fcnet",
        dataset_name=dataset_name,
        max_resource_attr="epochs",
    )


fcnet_benchmark_definitions = {
    "fcnet-protein": fcnet_benchmark("protein_structure"),
    "fcnet-naval": fcnet_benchmark("naval_propulsion"),
    "fcnet-parkinsons": fcnet_benchmark("parkinsons_telemonitoring"),
    "fcnet-slice": fcnet_benchmark("slice_localization"),
}
"""All four tasks."""
