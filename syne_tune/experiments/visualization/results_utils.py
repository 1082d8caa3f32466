"""Old import path, kept for existing scripts."""

from syne_tune.experiments.comparison.result_index import (
    create_index_for_result_files,
    load_results_dataframe_per_benchmark,
)

__all__ = ["create_index_for_result_files", "load_results_dataframe_per_benchmark"]
