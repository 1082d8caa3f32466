"""A scenario whose network repeats its inputs, so that one sees what it is asked. It is a real ONNX file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from syne_tune.blackbox_repository.yahpo import scenarios
from syne_tune.blackbox_repository.yahpo.scenarios import Scenario

FLOAT, INT32, INT64_OPSET = 1, 6, 13
ECHO = Scenario(
    continuous=("lr", "momentum", "trainsize", "repl"),
    categorical=("task_id", "optimizer"),
    objectives=("code_task", "code_optimizer", "lr", "momentum", "trainsize", "repl"),
    runtime="trainsize",
    instance_key="task_id",
    fidelity="trainsize",
    fidelity_steps=20,
    constants={"repl": 10},
    citation="nobody",
)
CONFIG_SPACE = {
    "hyperparameters": [
        {"name": "task_id", "type": "categorical", "choices": ["16", "470"]},
        {"name": "optimizer", "type": "categorical", "choices": ["adam", "sgd"]},
        {"name": "lr", "type": "uniform_float", "log": True, "lower": 1e-4, "upper": 1.0},
        {"name": "momentum", "type": "uniform_float", "log": False, "lower": 0.1, "upper": 0.9},
        {"name": "trainsize", "type": "uniform_float", "log": False, "lower": 0.03, "upper": 1.0},
        {"name": "repl", "type": "uniform_int", "log": False, "lower": 1, "upper": 10},
    ],
    "conditions": [{"child": "momentum", "parent": "optimizer", "type": "EQ", "value": "sgd"}],
    "forbiddens": [],
}
ENCODING = {"task_id": {"#na#": 0, "16": 1, "470": 2}, "optimizer": {"#na#": 0, "adam": 1, "sgd": 2}}


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _field(number: int, value: int | str | bytes) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _integer_attribute(name: str, value: int) -> bytes:
    return _field(5, _field(1, name) + _field(3, value) + _field(20, 2))


def _node(kind: str, inputs: list[str], output: str, attribute: bytes) -> bytes:
    return _field(1, b"".join(_field(1, name) for name in inputs) + _field(2, output) + _field(4, kind) + attribute)


def _tensor(number: int, name: str, kind: int, width: int) -> bytes:
    shape = _field(1, _field(2, "batch_size")) + _field(1, _field(1, width))
    return _field(number, _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, shape))))


def echo_network(num_categorical: int, num_continuous: int) -> bytes:
    """An ONNX model that returns its categorical inputs as numbers, followed by its continuous inputs."""
    graph = (
        _node("Cast", ["x_cat"], "codes", _integer_attribute("to", FLOAT))
        + _node("Concat", ["codes", "x_cont"], "output", _integer_attribute("axis", 1))
        + _field(2, "echo")
        + _tensor(11, "x_cat", INT32, num_categorical)
        + _tensor(11, "x_cont", FLOAT, num_continuous)
        + _tensor(12, "output", FLOAT, num_categorical + num_continuous)
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(1, "") + _field(2, INT64_OPSET))


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the scenario ``echo``."""
    pytest.importorskip("onnxruntime")
    monkeypatch.setitem(scenarios.SCENARIOS, "echo", ECHO)
    folder = tmp_path / "echo"
    folder.mkdir()
    (folder / "config_space.json").write_text(json.dumps(CONFIG_SPACE))
    (folder / "encoding.json").write_text(json.dumps(ENCODING))
    (folder / "model.onnx").write_bytes(echo_network(len(ECHO.categorical), len(ECHO.continuous)))
    return folder
