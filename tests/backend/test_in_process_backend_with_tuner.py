"""A study in process that dies at any moment goes on as if nothing had happened."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import InProcessBackend
from syne_tune.checkpoint import json_load_save_functions, resume_from_checkpointed_model
from syne_tune.config_space import uniform
from syne_tune.event_log import read_events
from syne_tune.optimizer.baselines import ASHA

SPACE = {"x": uniform(0, 1), "epochs": 9}
DECIDING = {"suggest": ("action", "trial_id", "config"), "report": ("trial_id", "decision"), "status": ("trial_id",)}


def train(x: float, epochs: int, st_checkpoint_dir: str) -> Iterator[dict[str, float]]:
    state = {"loss": x}
    load, save = json_load_save_functions(state)
    start = resume_from_checkpointed_model({"st_checkpoint_dir": st_checkpoint_dir}, load)
    for epoch in range(start + 1, epochs + 1):
        state["loss"] = 0.9 * state["loss"] + 0.01 * x
        save(st_checkpoint_dir, epoch)
        yield {"epoch": epoch, "loss": state["loss"]}


def decisions(folder: Path) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for event in read_events(folder / "events.jsonl"):
        if event["kind"] in DECIDING:
            found.append((event["kind"], *(event[name] for name in DECIDING[event["kind"]])))
        if event["kind"] == "report":
            found.append((event["result"]["epoch"], event["result"]["loss"]))
    return found


@pytest.mark.parametrize("asha_type", ["stopping", "promotion"])
def test_study_goes_on_from_what_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asha_type: str
) -> None:
    """The folder of the experiment is copied after some steps, before the tuner hears of them, and resumed there."""
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "undisturbed"))
    backend = InProcessBackend(train)
    scheduler = ASHA(
        SPACE, metric="loss", resource_attr="epoch", max_resource_attr="epochs", type=asha_type, random_seed=1
    )
    tuner = Tuner(
        backend,
        scheduler,
        StoppingCriterion(max_num_evaluations=40),
        n_workers=3,
        tuner_name="study",
        suffix_tuner_name=False,
    )
    step = backend._step
    num_steps = 0

    def step_and_copy(trial_id: int) -> None:
        nonlocal num_steps
        step(trial_id)
        num_steps += 1
        if num_steps % 7 == 1:
            shutil.copytree(tuner.tuner_path, tmp_path / f"step-{num_steps}" / "study")

    with monkeypatch.context() as patch:
        patch.setattr(InProcessBackend, "_step", lambda self, trial_id: step_and_copy(trial_id))
        tuner.run()
    expected = decisions(tuner.tuner_path)
    copies = sorted(tmp_path.glob("step-*"))
    assert len(copies) > 5
    for copy in copies:
        monkeypatch.setenv("SYNETUNE_FOLDER", str(copy))
        Tuner.load(copy / "study").run()
        assert decisions(copy / "study") == expected
