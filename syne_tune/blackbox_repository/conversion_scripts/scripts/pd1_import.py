"""PD1: large networks trained with Nesterov momentum, learning curves of different lengths (Wang et al., 2021)."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune import jsonio
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.conversion_scripts.archives import member_names, open_member
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.download import Source
from syne_tune.config_space import loguniform, randint, uniform

BLACKBOX_NAME = "pd1"
METRIC_VALID_ERROR = "metric_valid_error_rate"
METRIC_ELAPSED_TIME = "metric_elapsed_time"
RESOURCE_ATTR = "global_step"

CONFIGURATION_SPACE = {
    "lr_initial_value": loguniform(1e-5, 10),
    "lr_power": uniform(0.1, 2),
    "lr_decay_steps_factor": uniform(0.01, 0.99),
    "one_minus_momentum": loguniform(1e-3, 1),
}

_ARCHIVE = "pd1.tar.gz"
_PHASE = "phase1_results.jsonl"
_PUBLISHED_HYPERPARAMETERS = {
    "lr_initial_value": "hps.lr_hparams.initial_value",
    "lr_power": "hps.lr_hparams.power",
    "lr_decay_steps_factor": "hps.lr_hparams.decay_steps_factor",
}
_MOMENTUM = "hps.opt_hparams.momentum"
_PUBLISHED_OBJECTIVES = {METRIC_VALID_ERROR: "valid/error_rate", "metric_valid_ce_loss": "valid/ce_loss"}
_EVALUATION_TIME = "eval_time"

Run = Mapping[str, Any]


class PD1Recipe(BlackboxRecipe):
    """From JSON lines, one per training, of the matched and the unmatched study."""

    sources = (Source("https://storage.googleapis.com/gresearch/pint/pd1.tar.gz", _ARCHIVE),)
    licence = "CC-BY-4.0"
    metadata: Mapping[str, Any] = {
        "metric_default": METRIC_VALID_ERROR,
        "metric_elapsed_time": METRIC_ELAPSED_TIME,
        "resource_attr": RESOURCE_ATTR,
    }

    def __init__(self) -> None:
        super().__init__(BLACKBOX_NAME, "Wang et al. (2021). Pre-trained Gaussian processes for BO. arXiv:2109.08215")

    def convert(self, source_folder: Path) -> dict[str, BlackboxTabular]:
        """Tables of all tasks; they differ in configurations, number of fidelities and objectives.

        Args:
            source_folder: Contains the archive.
        """
        runs: dict[str, list[Run]] = defaultdict(list)
        for run in _runs(source_folder / _ARCHIVE):
            if _curve_names(run):
                runs[_task(run)].append(run)
        return {task: _table(runs[task]) for task in sorted(runs)}


def _runs(archive: Path) -> Iterator[Run]:
    for name in sorted(member_names(archive)):
        if _PHASE in Path(name).name:
            with open_member(archive, name) as file:
                content = file.read()
            text = gzip.decompress(content) if name.endswith(".gz") else content
            yield from (jsonio.loads(line) for line in text.splitlines() if line.strip())


def _task(run: Run) -> str:
    activation = run.get("hps.activation_fn")
    parts = [run["dataset"], run["model"], *([activation] if activation else []), "batch_size", run["hps.batch_size"]]
    return "_".join(map(str, parts))


def _curve_names(run: Run) -> list[str]:
    """Objectives whose learning curve is there."""
    return [name for name, published in _PUBLISHED_OBJECTIVES.items() if isinstance(run.get(published), list)]


def _table(runs: Sequence[Run]) -> BlackboxTabular:
    import pandas as pd

    names = [name for name in _PUBLISHED_OBJECTIVES if any(name in _curve_names(run) for run in runs)]
    frame = pd.DataFrame([_hyperparameters(run) for run in runs])
    length = max(len(run[_PUBLISHED_OBJECTIVES[name]]) for run in runs for name in _curve_names(run))
    values = np.stack([_curve(run, names, length) for run in runs])
    is_new = ~frame.duplicated().to_numpy()
    return BlackboxTabular(
        frame[is_new].reset_index(drop=True),
        CONFIGURATION_SPACE,
        {RESOURCE_ATTR: randint(1, length)},
        values[is_new][:, None],
        objectives_names=[*names, METRIC_ELAPSED_TIME],
    )


def _hyperparameters(run: Run) -> dict[str, float]:
    known = {name: float(run[published]) for name, published in _PUBLISHED_HYPERPARAMETERS.items()}
    return {**known, "one_minus_momentum": 1.0 - float(run[_MOMENTUM])}


def _curve(run: Run, names: Sequence[str], length: int) -> NDArray[np.float32]:
    """Shape ``(length, num_objectives)``, with NaN after the end of the training."""
    curves = [run.get(_PUBLISHED_OBJECTIVES[name]) or [] for name in names]
    elapsed = np.cumsum(np.asarray(run[_EVALUATION_TIME], dtype=float))
    values = np.full((length, len(names) + 1), np.nan, dtype=np.float32)
    for column, curve in enumerate([*curves, elapsed]):
        values[: min(len(curve), length), column] = curve[:length]
    return values
