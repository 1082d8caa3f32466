from __future__ import annotations

import bz2
import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from syne_tune.blackbox_repository.conversion_scripts.scripts import nasbench201_import
from syne_tune.blackbox_repository.conversion_scripts.scripts.nasbench201_import import CONFIG_KEYS, NASBench201Recipe
from syne_tune.errors import OptionError

EPOCHS = 3
CELLS = (
    "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
    "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_3x3~0|none~1|skip_connect~2|",
)


def training(offset: float) -> dict[str, Any]:
    return {
        "epochs": EPOCHS,
        "train_times": {epoch: 10.0 for epoch in range(EPOCHS)},
        "train_acc1es": {epoch: 50.0 + offset + epoch for epoch in range(EPOCHS)},
        "eval_acc1es": {f"x-valid@{epoch}": np.float64(40.0 + offset + epoch) for epoch in range(EPOCHS)},
        "latency": [0.01, 0.03],
        "flop": 15.5,
        "params": 0.07,
    }


def cell(text: str) -> dict[str, Any]:
    datasets = ("cifar10-valid", "cifar100", "ImageNet16-120")
    results = OrderedDict({(dataset, seed): training(seed - 777) for dataset in datasets for seed in (777, 999)})
    return {"12": None, "200": {"arch_str": text, "all_results": results}}


def publish(folder: Path, content: Any) -> Path:
    with bz2.open(folder / "NATS-tss-v1_0-3ffb9.pickle.pbz2", "wb") as file:
        pickle.dump(content, file)
    return folder


def test_published_format(tmp_path: Path) -> None:
    infos = OrderedDict((index, cell(text)) for index, text in enumerate(CELLS))
    blackboxes = NASBench201Recipe().convert(publish(tmp_path, {"arch2infos": infos}))
    assert list(blackboxes) == ["cifar10", "cifar100", "ImageNet16-120"]
    table = blackboxes["cifar100"]
    operations = ["avg_pool_3x3", "nor_conv_1x1", "skip_connect", "nor_conv_3x3", "none", "skip_connect"]
    config = dict(zip(CONFIG_KEYS, operations, strict=True))
    assert table(config, 2, seed=0) == pytest.approx(
        {
            "metric_valid_error": 0.59,
            "metric_train_error": 0.49,
            "metric_runtime": 10.0,
            "metric_elapsed_time": 20.0,
            "metric_latency": 0.02,
            "metric_flops": 15.5,
            "metric_params": 0.07,
        }
    )
    errors = table.objectives_evaluations[1, :, 0, 0]
    assert errors[1] == pytest.approx((errors[0] + errors[2]) / 2), "a missing seed is the mean of the others"


def test_domain_of_the_fidelity_is_that_of_its_values(tmp_path: Path) -> None:
    """W-30: the domain does not go beyond the last epoch."""
    table = NASBench201Recipe().convert(publish(tmp_path, {"arch2infos": {0: cell(CELLS[0])}}))["cifar10"]
    assert table.fidelity_space is not None
    assert table.fidelity_space["hp_epoch"].upper == EPOCHS
    assert nasbench201_import.MAX_RESOURCE_LEVEL == 200


def test_another_file(tmp_path: Path) -> None:
    (tmp_path / "NATS-tss-v1_0-3ffb9.pickle.pbz2").write_text("<html>please sign in</html>")
    with pytest.raises(OptionError, match="is not what was published"):
        NASBench201Recipe().convert(tmp_path)


class RunsCode:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("true",)


def test_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    """Section 10.4."""
    with pytest.raises(OptionError, match="could run code"):
        NASBench201Recipe().convert(publish(tmp_path, {"arch2infos": RunsCode()}))
