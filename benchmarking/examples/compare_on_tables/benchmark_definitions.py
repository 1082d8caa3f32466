"""The benchmarks the methods are compared on."""

from dataclasses import replace

from syne_tune.experiments.benchmark_definitions import recorded_table_benchmark_definitions

_ONE_PER_TABLE = ("mlp-digits", "gboost-breast-cancer", "sgd-breast-cancer")
_SHARE_OF_BUDGET = 0.5
"""With the whole budget, methods that stop trials early try most configurations of a table, and come out alike."""

benchmark_definitions = {
    name: replace(definition, max_wallclock_time=_SHARE_OF_BUDGET * definition.max_wallclock_time)
    for name, definition in recorded_table_benchmark_definitions.items()
    if name in _ONE_PER_TABLE
}
