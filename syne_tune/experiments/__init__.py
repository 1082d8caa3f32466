"""Loading experiments, looking at them, and comparing methods: tables, best configurations, plots, ranks, reports."""

from syne_tune.experiments.comparison.comparative_results import ComparativeResults
from syne_tune.experiments.comparison.hypervolume_column import hypervolume_indicator_column_generator
from syne_tune.experiments.comparison.plot_parameters import (
    MultiFidelityParameters,
    PlotParameters,
    ShowTrialParameters,
    SubplotParameters,
)
from syne_tune.experiments.comparison.trials_of_experiment_results import TrialsOfExperimentResults
from syne_tune.experiments.experiment_result import ExperimentResult
from syne_tune.experiments.loading import (
    get_metadata,
    list_experiments,
    load_experiment,
    load_experiments_df,
)
from syne_tune.experiments.s3_download import download_single_experiment

__all__ = [
    "ComparativeResults",
    "ExperimentResult",
    "MultiFidelityParameters",
    "PlotParameters",
    "ShowTrialParameters",
    "SubplotParameters",
    "TrialsOfExperimentResults",
    "download_single_experiment",
    "get_metadata",
    "hypervolume_indicator_column_generator",
    "list_experiments",
    "load_experiment",
    "load_experiments_df",
]
