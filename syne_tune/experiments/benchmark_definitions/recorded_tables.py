"""Benchmarks on the tables that come with Syne Tune: they need no download, and no network."""

from __future__ import annotations

from syne_tune.experiments.benchmark_definitions.common import SurrogateBenchmarkDefinition


def recorded_table_benchmark(
    blackbox_name: str,
    dataset_name: str,
    max_wallclock_time: float,
    metric: str = "metric_valid_loss",
    max_resource_attr: str = "epochs",
) -> SurrogateBenchmarkDefinition:
    """One task of a table that comes with Syne Tune.

    Args:
        blackbox_name: ``"mlp-digits"``, ``"gboost-tabular"`` or ``"sgd-tabular"``.
        dataset_name: Name of the task.
        max_wallclock_time: Suggested budget, in seconds of virtual time. The tables have about 300 configurations; the
            budgets below suffice for a sixth of them, trained to the end by four workers.
        metric: Objective to minimise.
        max_resource_attr: Entry of the configuration that says how far to train.
    """
    return SurrogateBenchmarkDefinition(
        max_wallclock_time=max_wallclock_time,
        n_workers=4,
        elapsed_time_attr="metric_elapsed_time",
        metric=metric,
        mode="min",
        blackbox_name=blackbox_name,
        dataset_name=dataset_name,
        max_resource_attr=max_resource_attr,
    )


_GBOOST, _SGD = "gboost-tabular", "sgd-tabular"

recorded_table_benchmark_definitions = {
    "mlp-digits": recorded_table_benchmark("mlp-digits", "digits", 4800, metric="metric_valid_error"),
    "gboost-breast-cancer": recorded_table_benchmark(_GBOOST, "breast-cancer", 1500, max_resource_attr="iterations"),
    "gboost-diabetes": recorded_table_benchmark(_GBOOST, "diabetes", 1200, max_resource_attr="iterations"),
    "sgd-breast-cancer": recorded_table_benchmark(_SGD, "breast-cancer", 600),
    "sgd-digits-parity": recorded_table_benchmark(_SGD, "digits-parity", 900),
}
"""All tasks of all tables."""
