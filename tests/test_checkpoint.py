"""Saving the state of a training script, and going on from it."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syne_tune import checkpoint
from syne_tune.checkpoint import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    json_load_save_functions,
    pickle_load_save_functions,
    pytorch_load_save_functions,
    resume_from_checkpointed_model,
)
from syne_tune.errors import MissingExtraError
from syne_tune.utils import resume_from_checkpointed_model as as_scripts_import_it

KINDS = {"json": json_load_save_functions, "pickle": pickle_load_save_functions}


@pytest.fixture(params=KINDS)
def functions_for(request: pytest.FixtureRequest) -> Callable[..., Any]:
    return KINDS[request.param]


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_argument() -> None:
    parser = ArgumentParser()
    add_checkpointing_to_argparse(parser)
    assert vars(parser.parse_args([])) == {"st_checkpoint_dir": None}
    assert parser.parse_args(["--st_checkpoint_dir", "a folder"]).st_checkpoint_dir == "a folder"


def test_paused_training_goes_on(functions_for: Callable[..., Any], tmp_path: Path) -> None:
    config = {"st_checkpoint_dir": str(tmp_path / "trial" / "checkpoints")}

    def train(up_to: int) -> tuple[list[int], dict[str, Any]]:
        state = {"weights": [0.0], "history": []}
        load, save = functions_for(state)
        start = resume_from_checkpointed_model(config, load)
        epochs = list(range(start + 1, up_to + 1))
        for epoch in epochs:
            state["weights"] = [state["weights"][0] + 0.1]
            state["history"] = [*state["history"], epoch]
            checkpoint_model_at_rung_level(config, save, epoch)
        return epochs, state

    assert train(3)[0] == [1, 2, 3]
    epochs, state = train(5)
    assert epochs == [4, 5]
    assert state == {"weights": [0.1 + 0.1 + 0.1 + 0.1 + 0.1], "history": [1, 2, 3, 4, 5]}
    assert train(5)[0] == []


@pytest.mark.parametrize("config", [{}, {"st_checkpoint_dir": None}, {"st_checkpoint_dir": "no/such/folder"}])
def test_without_checkpoint_training_starts_from_scratch(config: dict[str, Any]) -> None:
    def must_not_be_called(folder: str) -> int:
        raise AssertionError(folder)

    assert resume_from_checkpointed_model(config, must_not_be_called) == 0


@pytest.mark.parametrize("config", [{}, {"st_checkpoint_dir": None}])
def test_run_by_hand_saves_nothing(config: dict[str, Any]) -> None:
    saved: list[Any] = []
    checkpoint_model_at_rung_level(config, lambda *arguments: saved.append(arguments), 1)
    assert saved == []


def test_functions_of_the_user(tmp_path: Path) -> None:
    """The folder exists when the function is called."""
    folder = str(tmp_path / "checkpoints")
    saved: list[tuple[bool, int]] = []
    config = {"st_checkpoint_dir": folder}
    checkpoint_model_at_rung_level(config, lambda path, resource: saved.append((os.path.isdir(path), resource)), 7)
    assert saved == [(True, 7)]
    assert as_scripts_import_it(config, lambda path: 7 if path == folder else 0) == 7


def test_empty_folder_is_no_checkpoint(functions_for: Callable[..., Any], tmp_path: Path) -> None:
    load, _ = functions_for({})
    assert load(str(tmp_path)) == 0


@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x04garbage", b'{"st_resource": "three"}', b"[1]"])
def test_damaged_checkpoint_is_reported(functions_for: Callable[..., Any], tmp_path: Path, content: bytes) -> None:
    """7.3, row ``utils/checkpoint.py:132``: training does not restart at 0 without a word."""
    state = {"weights": 1}
    load, save = functions_for(state)
    save(str(tmp_path), 3)
    path = only_file(tmp_path)
    path.write_bytes(content)
    with pytest.warns(RuntimeWarning, match=rf"{path.name} cannot be read \(\w+: .*starts from scratch"):
        assert load(str(tmp_path)) == 0
    assert state == {"weights": 1}


def test_checkpoint_cut_at_any_byte_is_reported(functions_for: Callable[..., Any], tmp_path: Path) -> None:
    load, save = functions_for({"weights": [1.5, 2.5]})
    save(str(tmp_path), 3)
    path = only_file(tmp_path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.warns(RuntimeWarning):
            assert load(str(tmp_path)) == 0


def test_failing_save_leaves_the_previous_checkpoint_w11(functions_for: Callable[..., Any], tmp_path: Path) -> None:
    """W-11: a checkpoint is never cut in half."""
    state: dict[str, Any] = {"weights": 1}
    load, save = functions_for(state)
    save(str(tmp_path), 3)
    state["weights"] = lambda: None  # can neither be pickled nor written as JSON
    with pytest.raises((TypeError, AttributeError)):
        save(str(tmp_path), 4)
    assert load(str(tmp_path)) == 3
    assert state == {"weights": 1}
    assert len(list(tmp_path.iterdir())) == 1


def test_process_killed_while_saving_leaves_the_previous_checkpoint_w11(tmp_path: Path) -> None:
    """W-11: the next run goes on from the previous one, and clears up."""
    script = f"""
import os
from syne_tune.checkpoint import pickle_load_save_functions
class Deadly:
    def __reduce__(self):
        os._exit(9)
state = {{"weights": b"x" * 100_000}}
_, save = pickle_load_save_functions(state)
save({str(tmp_path)!r}, 3)
state["more"] = Deadly()
save({str(tmp_path)!r}, 4)
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=120).returncode == 9
    assert len(list(tmp_path.iterdir())) == 2
    state: dict[str, Any] = {}
    load, _ = pickle_load_save_functions(state)
    assert load(str(tmp_path)) == 3
    assert state == {"weights": b"x" * 100_000}
    assert len(list(tmp_path.iterdir())) == 1


def test_file_name_can_be_chosen(functions_for: Callable[..., Any], tmp_path: Path) -> None:
    load, save = functions_for({"a": 1}, fname="my [state].bin")
    save(str(tmp_path), 2)
    assert only_file(tmp_path).name == "my [state].bin"
    assert load(str(tmp_path)) == 2


def test_pytorch_is_needed_only_when_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    load, save = pytorch_load_save_functions({})
    assert load(str(tmp_path)) == 0
    with pytest.raises(MissingExtraError, match="torch"):
        save(str(tmp_path), 1)
    (tmp_path / "checkpoint.json").touch()
    with pytest.raises(MissingExtraError, match="torch"):
        load(str(tmp_path))


def test_pytorch_objects_are_restored(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")

    def fresh() -> tuple[Any, Any, dict[str, Any]]:
        model = torch.nn.Linear(3, 1)
        return model, torch.optim.Adam(model.parameters()), {"counts": {"batches": 0}, "best": 0.0}

    model, optimizer, extra = fresh()
    model(torch.ones(3)).backward()
    optimizer.step()
    extra["counts"]["batches"], extra["best"] = 5, 0.1 + 0.2
    _, save = pytorch_load_save_functions({"model": model, "optimizer": optimizer}, extra)
    save(str(tmp_path), 4)
    content = torch.load(tmp_path / "checkpoint.json", weights_only=True)
    assert set(content) == {
        "st_resource",
        "st_state_dict_model",
        "st_state_dict_optimizer",
        "st_mutable_counts",
        "st_mutable_best",
    }

    other_model, other_optimizer, other_extra = fresh()
    counts = other_extra["counts"]
    load, _ = pytorch_load_save_functions({"model": other_model, "optimizer": other_optimizer}, other_extra)
    assert load(str(tmp_path)) == 4
    assert torch.equal(other_model.weight, model.weight)
    assert other_optimizer.state_dict()["state"][0]["step"] == 1
    assert other_extra == extra
    assert counts is other_extra["counts"]


class Counter:
    """Has a state as PyTorch's objects do."""

    def __init__(self, value: int) -> None:
        self.value = value

    def state_dict(self) -> dict[str, int]:
        return {"value": self.value}

    def load_state_dict(self, state: dict[str, int]) -> None:
        self.value = state["value"]


def test_states_are_kept_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored under which key, with pickle in the place of ``torch.save`` and ``torch.load``."""

    class PickleForTorch:
        @staticmethod
        def save(content: dict[str, Any], path: str) -> None:
            checkpoint._write_pickle(path, content)

        @staticmethod
        def load(path: str, map_location: str, weights_only: bool) -> Any:
            assert (map_location, weights_only) == ("cpu", True)
            return checkpoint._read_pickle(path)

    monkeypatch.setattr(checkpoint, "require", lambda module, extra: PickleForTorch)
    extra = {"counts": {"batches": 5}, "best": 0.5}
    _, save = pytorch_load_save_functions({"model": Counter(1), "optimizer": Counter(2)}, extra)
    save(str(tmp_path), 3)
    assert checkpoint._read_pickle(str(tmp_path / "checkpoint.json")) == {
        "st_resource": 3,
        "st_state_dict_model": {"value": 1},
        "st_state_dict_optimizer": {"value": 2},
        "st_mutable_counts": {"batches": 5},
        "st_mutable_best": 0.5,
    }
    model, counts = Counter(0), {"batches": 0}
    restored: dict[str, Any] = {"counts": counts, "best": 0.0}
    load, _ = pytorch_load_save_functions({"model": model}, restored)
    assert load(str(tmp_path)) == 3
    assert model.value == 1
    assert counts == {"batches": 5}
    assert restored == extra


def test_checkpoint_that_does_not_fit_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting from scratch with a model half restored would be worse."""
    torch = pytest.importorskip("torch")
    _, save = pytorch_load_save_functions({"model": torch.nn.Linear(3, 1)})
    save(str(tmp_path), 1)
    load, _ = pytorch_load_save_functions({"model": torch.nn.Linear(2, 1)})
    with pytest.raises(RuntimeError, match="size mismatch"):
        load(str(tmp_path))
