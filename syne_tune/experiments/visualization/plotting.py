"""Old import path, kept for existing scripts."""

from syne_tune.experiments.comparison.final_rows import filter_final_row_per_trial

__all__ = ["filter_final_row_per_trial"]
