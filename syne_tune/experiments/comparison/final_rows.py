"""What each trial reported last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from syne_tune.constants import ST_TRIAL_ID
from syne_tune.experiments.plots.canvas import tuner_time

Grouped = Mapping[int, Mapping[str, Sequence[tuple[str, pd.DataFrame]]]]
"""By subplot and setup: name and results of each experiment."""


def final_rows(results: pd.DataFrame) -> pd.DataFrame:
    """The last row of each trial, ordered by time.

    Args:
        results: One row per report, in any order.
    """
    ordered = results.iloc[np.argsort(tuner_time(results), kind="stable")]
    return ordered.drop_duplicates(subset=ST_TRIAL_ID, keep="last").reset_index(drop=True)


def filter_final_row_per_trial(grouped_dfs: Grouped) -> dict[int, dict[str, list[tuple[str, pd.DataFrame]]]]:
    """Replaces the results of each experiment by the last row of each trial.

    Args:
        grouped_dfs: By subplot and setup, name and results of each experiment.
    """
    return {
        subplot: {setup: [(name, final_rows(frame)) for name, frame in pairs] for setup, pairs in by_setup.items()}
        for subplot, by_setup in grouped_dfs.items()
    }
