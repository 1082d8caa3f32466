from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from syne_tune.blackbox_repository.conversion_scripts.scripts.pd1_import import PD1Recipe
from syne_tune.blackbox_repository.serialize import deserialize, serialize


def run(rate: float, length: int, model: str = "resnet", **entries: Any) -> dict[str, Any]:
    return {
        "dataset": "cifar10",
        "model": model,
        "hps.batch_size": 256,
        "hps.lr_hparams.initial_value": rate,
        "hps.lr_hparams.power": 0.5,
        "hps.lr_hparams.decay_steps_factor": 0.9,
        "hps.opt_hparams.momentum": 0.75,
        "valid/error_rate": [1.0 / (1 + step) for step in range(length)],
        "valid/ce_loss": [2.0] * length,
        "eval_time": [3.0] * length,
        **entries,
    }


@pytest.fixture
def published(tmp_path: Path) -> Path:
    matched = [run(0.1, 4), run(0.2, 2), run(0.1, 4, **{"valid/error_rate": None, "valid/ce_loss": None})]
    unmatched = [run(0.1, 3), run(0.1, 3, "wrn", **{"hps.activation_fn": "tanh"})]
    files = {"pd1_matched_phase1_results.jsonl": matched, "pd1_unmatched_phase1_results.jsonl": unmatched}
    with tarfile.open(tmp_path / "pd1.tar.gz", "w:gz") as archive:
        for name, runs in {**files, "pd1_matched_phase0_results.jsonl": unmatched * 3}.items():
            content = gzip.compress("\n".join(map(json.dumps, runs)).encode())
            entry = tarfile.TarInfo(f"pd1/{name}.gz")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return tmp_path


def test_published_format(published: Path, tmp_path: Path) -> None:
    serialize(PD1Recipe().convert(published), tmp_path / "box", PD1Recipe.metadata)
    blackboxes = deserialize(tmp_path / "box")
    assert list(blackboxes) == ["cifar10_resnet_batch_size_256", "cifar10_wrn_tanh_batch_size_256"]
    resnet = blackboxes["cifar10_resnet_batch_size_256"]
    config = {"lr_initial_value": 0.2, "lr_power": 0.5, "lr_decay_steps_factor": 0.9, "one_minus_momentum": 0.25}
    curve = np.asarray(resnet(config))
    assert curve[:2].tolist() == [[1.0, 2.0, 3.0], [0.5, 2.0, 6.0]]
    assert np.isnan(curve[2:]).all(), "training ended before"
    assert len(resnet.all_configurations()) == 2  # type: ignore[attr-defined]


def test_lengths_of_tasks_differ(published: Path) -> None:
    lengths = [len(table.fidelity_values) for table in PD1Recipe().convert(published).values()]  # type: ignore[arg-type]
    assert lengths == [4, 3]
