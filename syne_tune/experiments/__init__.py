"""Loading experiments, and looking at them: tables, best configurations, plots."""

from syne_tune.experiments.experiment_result import ExperimentResult
from syne_tune.experiments.loading import (
    get_metadata,
    list_experiments,
    load_experiment,
    load_experiments_df,
)

__all__ = ["ExperimentResult", "get_metadata", "list_experiments", "load_experiment", "load_experiments_df"]
