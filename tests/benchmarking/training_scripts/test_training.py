"""Scripts train, report, and go on from their checkpoints, on a few generated examples. Most need PyTorch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

SCRIPTS = Path(__file__).parents[3] / "benchmarking" / "training_scripts"

needs_torch = pytest.mark.usefixtures("_torch")


@pytest.fixture
def _torch() -> None:
    pytest.importorskip("torch")


def run(script: str, **config: Any) -> list[dict[str, Any]]:
    words = [word for name, value in config.items() for word in (f"--{name}", str(value))]
    result = subprocess.run(
        [sys.executable, str(SCRIPTS / script), *words], capture_output=True, text=True, timeout=280
    )
    assert result.returncode == 0, result.stderr
    tag = "[tune-metric]: "
    return [json.loads(line[len(tag) :]) for line in result.stdout.splitlines() if line.startswith(tag)]


def goes_on_from_checkpoint(script: str, tmp_path: Path, metric: str, max_name: str = "epochs", **config: Any) -> None:
    """Three epochs in one go report what one and then two more do."""
    whole = run(script, **{max_name: 3}, **config)
    folder = tmp_path / "checkpoint"
    parts = [
        report for last in (1, 3) for report in run(script, **{max_name: last}, st_checkpoint_dir=folder, **config)
    ]
    assert [report["epoch"] for report in parts] == [1, 2, 3]
    assert [report[metric] for report in parts] == pytest.approx([report[metric] for report in whole], rel=1e-4)


@needs_torch
def test_resnet_cifar10(tmp_path: Path) -> None:
    random = np.random.RandomState(0)
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    for number in range(1, 6):
        random.randint(10, size=(8, 3073)).astype(np.uint8).tofile(folder / f"data_batch_{number}.bin")
    goes_on_from_checkpoint(
        "resnet_cifar10/resnet_cifar10.py",
        tmp_path,
        "objective",
        lr=0.01,
        batch_size=16,
        momentum=0.9,
        weight_decay=1e-4,
        dataset_path=tmp_path,
        num_gpus=0,
        width=4,
    )


@needs_torch
def test_mlp_on_fashion_mnist(tmp_path: Path) -> None:
    random = np.random.RandomState(0)
    images, labels = random.bytes(60 * 784), bytes(random.randint(10, size=60).tolist())
    header = bytes([0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 28, 0, 0, 0, 28])
    (tmp_path / "train-images-idx3-ubyte").write_bytes(header + images)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 60]) + labels)
    goes_on_from_checkpoint(
        "mlp_on_fashion_mnist/mlp_on_fashion_mnist.py",
        tmp_path,
        "accuracy",
        n_units_1=8,
        n_units_2=8,
        batch_size=16,
        dropout_1=0.0,
        dropout_2=0.0,
        learning_rate=0.01,
        weight_decay=0.0,
        dataset_path=tmp_path,
        report_current_best=False,
    )


@pytest.fixture
def text(tmp_path: Path) -> Path:
    random = np.random.RandomState(0)
    for part, number in (("train", 40), ("valid", 10)):
        lines = [" ".join(random.choice(list("abcdef"), 8)) for _ in range(number)]
        (tmp_path / f"wiki.{part}.tokens").write_text("\n".join(lines))
    return tmp_path


@needs_torch
def test_lstm_wikitext2(text: Path) -> None:
    goes_on_from_checkpoint(
        "wikitext2/lstm_wikitext2.py",
        text,
        "objective",
        lr=5,
        dropout=0.1,
        batch_size=4,
        clip=1,
        lr_factor=4,
        dataset_path=text,
        report_current_best=False,
        num_units=8,
    )


@needs_torch
def test_transformer_wikitext2(text: Path) -> None:
    goes_on_from_checkpoint(
        "wikitext2/transformer_wikitext2.py",
        text,
        "val_loss",
        lr=0.1,
        dropout=0.1,
        batch_size=4,
        momentum=0.5,
        clip=1,
        d_model=8,
        nhead=2,
        input_data_dir=text,
        use_cuda=0,
    )


def test_xgboost_digits(tmp_path: Path) -> None:
    """Needs XGBoost and scikit-learn, which bring their data."""
    xgboost = pytest.importorskip("xgboost")
    pytest.importorskip("sklearn")
    script = "xgboost/xgboost_checkpoint.py"
    goes_on_from_checkpoint(script, tmp_path, "mlogloss", "n_estimators", max_depth=2, min_child_weight=2, gamma=0.1)
    model = xgboost.Booster(model_file=str(tmp_path / "checkpoint" / "model.ubj"))
    assert model.num_boosted_rounds() == 3


@needs_torch
def test_fine_tuning_learns(
    tmp_path: Path, from_folder: Callable[[str, str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    """The loop of all fine-tuning scripts, with a linear model in place of a transformer."""
    import torch

    module = from_folder("transformers_finetuning", "fine_tuning")

    class Linear(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(2, 2)

        def forward(self, inputs: Any, labels: Any) -> Any:
            logits = self.layer(inputs)
            loss = torch.nn.functional.cross_entropy(logits, labels)
            return type("Output", (), {"loss": loss, "logits": logits})

    examples = [{"x": [float(i % 2), float(i % 3)], "label": i % 2} for i in range(30)]

    def collate(chosen: list[Any]) -> dict[str, Any]:
        return {"inputs": torch.tensor([x["x"] for x in chosen]), "labels": module.labels_of(chosen)}

    module.set_seed(0)
    tuning = module.FineTuning(Linear(), module.Options(learning_rate=0.3, warmup_ratio=0.1), num_steps=40)

    def measure() -> dict[str, float]:
        scores, labels = tuning.predictions(module.batches_in_order(examples, 7, collate))
        return {"accuracy": float((scores.argmax(1) == labels).mean())}

    config = {"st_checkpoint_dir": str(tmp_path)}
    module.run(config, tuning, 10, "epoch", lambda i: module.shuffled_batches(examples, 8, i, collate), measure)
    lines = [line for line in capsys.readouterr().out.splitlines() if "tune-metric" in line]
    assert len(lines) == 10
    assert json.loads(lines[-1].partition(": ")[2])["accuracy"] == 1.0


def test_learning_rate_grows_then_falls(from_folder: Callable[[str, str], ModuleType]) -> None:
    pytest.importorskip("torch")
    factor = from_folder("transformers_finetuning", "fine_tuning").rate_factor
    assert [factor(step, 2, 6) for step in range(7)] == [0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0]


def run_without(package: str, script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Runs a script that must end with code 1 for want of a package."""
    (tmp_path / f"{package}.py").write_text("raise ImportError('not here')")
    path = [str(tmp_path), str((SCRIPTS / script).parent)]
    run_script = f"runpy.run_path({str(SCRIPTS / script)!r}, run_name='__main__')"
    code = f"import runpy, sys; sys.path[:0] = {path}; {run_script}"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert result.returncode == 1
    return result


@pytest.mark.parametrize(
    "script",
    ["resnet_cifar10/resnet_cifar10.py", "wikitext2/lstm_wikitext2.py", "transformers_finetuning/run_glue.py"],
)
def test_without_pytorch_the_script_says_what_to_install(script: str, tmp_path: Path) -> None:
    result = run_without("torch", script, tmp_path)
    assert "pip install 'syne_tune[torch]'" in result.stderr
    assert "SYNE_TUNE_STAND_IN" in result.stderr


def test_without_xgboost_the_script_says_what_to_install(tmp_path: Path) -> None:
    result = run_without("xgboost", "xgboost/xgboost_checkpoint.py", tmp_path)
    assert "pip install xgboost scikit-learn" in result.stderr
    assert "SYNE_TUNE_STAND_IN" in result.stderr
