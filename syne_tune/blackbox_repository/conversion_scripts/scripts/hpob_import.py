"""HPO-B: evaluations from OpenML, many search spaces and data sets (Pineda Arango et al., 2021)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from syne_tune import jsonio
from syne_tune.blackbox_repository.blackbox_offline import BlackboxOffline
from syne_tune.blackbox_repository.conversion_scripts.archives import open_member
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.download import Source
from syne_tune.config_space import uniform

BLACKBOX_NAME = "hpob"
METRIC_ACCURACY = "metric_accuracy"

_ARCHIVE = "hpob-data.zip"
_URL = "https://rewind.tf.uni-freiburg.de/index.php/s/xdrJQPCTNi2zbfL/download/hpob-data.zip"


class HPOBRecipe(BlackboxRecipe):
    """From the JSON file of the test part: search space, data set, inputs and accuracies.

    Hyperparameters ``x0, x1, ...`` are in ``[0, 1]``, as they were published. A task is named by search space and data
    set, such as ``5971-3891``.
    """

    sources = (Source(_URL, _ARCHIVE),)
    metadata: Mapping[str, Any] = {"metric_default": METRIC_ACCURACY}

    def __init__(self) -> None:
        super().__init__(BLACKBOX_NAME, "Pineda Arango, Jomaa, Wistuba, Grabocka (2021). HPO-B. NeurIPS 2021")

    def convert(self, source_folder: Path) -> dict[str, BlackboxOffline]:
        """Lists of evaluations of all tasks.

        Args:
            source_folder: Contains the archive.
        """
        with open_member(source_folder / _ARCHIVE, "meta-test-dataset.json") as file:
            published = jsonio.loads(file.read())
        return {
            f"{space}-{dataset}": _evaluations(data["X"], data["y"])
            for space, datasets in published.items()
            for dataset, data in datasets.items()
        }


def _evaluations(inputs: Sequence[Sequence[float]], accuracies: Sequence[Sequence[float]]) -> BlackboxOffline:
    import pandas as pd

    values = np.asarray(inputs, dtype=float)
    names = [f"x{index}" for index in range(values.shape[1])]
    frame = pd.DataFrame(values, columns=names)
    frame[METRIC_ACCURACY] = np.asarray(accuracies, dtype=float).reshape(len(values))
    return BlackboxOffline(frame, {name: uniform(0.0, 1.0) for name in names})
