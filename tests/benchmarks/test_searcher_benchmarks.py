"""The comparisons of searchers run in their short forms; their parts do what they say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.contenders import Ours, Peer, interpreters_from
from benchmarks.curves import load_curves
from benchmarks.multi_fidelity import COMPLETE, INCUMBENT, run
from benchmarks.quality import lost_tasks, table
from benchmarks.tasks import FUNCTIONS, load_task, neutral_space, without_inactive

REPOSITORY = Path(__file__).parents[2]

STAND_IN = """
import json, sys
space = json.loads(sys.stdin.readline())
for number, line in enumerate(sys.stdin):
    what, *rest = json.loads(line)
    config = {entry["name"]: entry["values"][0] if "values" in entry else entry["lower"] for entry in space}
    print(json.dumps({"number": number, "config": config, "seconds": 0.5}), flush=True)
"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["quality", "latency", "multi_fidelity", "multi_objective", "population", "transfer"])
def test_short_form_prints_figures(name: str) -> None:
    methods = {"latency": ["--methods", "KDE"]}.get(name, [])
    command = [sys.executable, "-m", f"benchmarks.{name}", "--quick", *methods]
    result = subprocess.run(command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-6000:]
    assert re.search(r"^.+: -?[\d.e-]+ [^(]*\(.*\)$", result.stdout, re.MULTILINE), result.stdout


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_worse_than_their_best_everywhere(name: str) -> None:
    task = load_task(name)
    random_state = np.random.RandomState(3)
    losses = [task.loss(task.space.sample(random_state)) for _ in range(200)]
    assert min(losses) > task.best
    assert task.regret(task.best) == 0
    assert task.regret(task.median) == pytest.approx(1)


def test_optimum_of_a_shifted_function_is_where_it_was_put() -> None:
    optimum = np.random.RandomState(2).uniform(-6, 6, 8)
    config = {f"x{index}": value for index, value in enumerate(optimum)}
    assert load_task("levy8").loss(config) == pytest.approx(0, abs=1e-9)


def test_recorded_table_has_a_configuration_without_regret() -> None:
    task = load_task("sgd-breast-cancer")
    regrets = [task.regret(task.loss(config)) for config in task.space.configurations()]
    assert min(regrets) == 0
    assert max(regrets) > 1


def test_space_for_peers_is_plain_json() -> None:
    space = load_task("mixed10").space
    entries = {entry["name"]: entry for entry in json.loads(json.dumps(neutral_space(space)))}
    assert entries["rate"] == {"name": "rate", "kind": "float", "lower": 1e-5, "upper": 1.0, "log": True}
    assert entries["units"] == {"name": "units", "kind": "int", "lower": 1, "upper": 256, "log": True}
    assert entries["batch"]["kind"] == "ordinal"
    assert entries["kind"] == {"name": "kind", "kind": "choice", "values": ["red", "green", "blue", "grey"]}


def test_inactive_hyperparameters_of_a_peer_are_dropped() -> None:
    space = load_task("sgd-breast-cancer").space
    config = {"alpha": 1e-6, "penalty": "l2", "l1_ratio": 0.5, "schedule": "optimal", "eta0": 0.1}
    assert without_inactive(space, config) == {"alpha": 1e-6, "penalty": "l2", "schedule": "optimal"}


def test_peer_answers_from_its_own_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.contenders.PEERS_SCRIPT", tmp_path / "stand_in.py")
    (tmp_path / "stand_in.py").write_text(STAND_IN)
    peer = Peer("stand-in", sys.executable, load_task("branin").space, 0)
    assert peer.ask() == (0, {"x0": -5.0, "x1": 0.0}, 0.5)
    assert peer.tell(0, 1.5) == 0.5
    peer.close()


def test_peer_that_ends_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.contenders.PEERS_SCRIPT", tmp_path / "stand_in.py")
    (tmp_path / "stand_in.py").write_text("import sys; sys.stdin.readline()")
    peer = Peer("stand-in", sys.executable, load_task("branin").space, 0)
    with pytest.raises((RuntimeError, BrokenPipeError)):
        peer.ask()


def test_first_configurations_come_first() -> None:
    first = [{"x0": -5.0, "x1": 1.0}, {"x0": 2.0, "x1": 3.0}]
    optimizer = Ours("RandomSearch", load_task("branin").space, 0, first=first)
    assert [optimizer.ask()[1] for _ in first] == first


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", {}), ("ax=/a/python", {"ax": "/a/python"}), ("ax=/a,optuna=/b", {"ax": "/a", "optuna": "/b"})],
)
def test_interpreters_by_library(text: str, expected: dict[str, Any]) -> None:
    assert interpreters_from(text) == expected


def test_interpreters_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNETUNE_PEERS", "ax=/a/python")
    assert interpreters_from(None) == {"ax": "/a/python"}


def test_table_puts_the_best_rank_first() -> None:
    curves = np.array([[[0.5, 0.4], [0.3, 0.2]], [[0.9, 0.8], [0.1, 0.1]]])
    lines = table(["a", "b"], curves, np.full((2, 2), 0.001), [1, 2])
    assert [line.split()[1] for line in lines[2:]] == ["b", "a"]
    assert lines[2] == "| b | 1.00 (1.00 to 1.00) | 1.00 (1.00 to 1.00) | 0.200 | 0.150 | 1.0 |"


def test_lost_tasks_are_those_where_another_mean_is_lower() -> None:
    tasks = [load_task("branin"), load_task("hartmann6")]
    final = np.array([[0.1, 0.3], [0.1, 0.2], [0.4, 0.2], [0.2, 0.2]])
    assert lost_tasks("a", ["a", "b"], tasks, 2, final) == {"hartmann6": "0.300, b 0.200"}


def test_random_search_over_time_improves_and_completes_trainings() -> None:
    regrets = run("RandomSearch", load_curves("sgd-breast-cancer").of_first_objective(), 4, 0, 6.0)
    assert np.all(np.diff(regrets[COMPLETE]) <= 0)
    assert regrets[COMPLETE, -1] < 1
    assert regrets[COMPLETE, 0] == 1  # a tenth of the time is too short for any


def test_search_over_few_epochs_completes_nothing_but_has_an_incumbent() -> None:
    regrets = run("after 3 epochs", load_curves("sgd-breast-cancer").of_first_objective(), 4, 0, 2.0)
    assert np.all(regrets[COMPLETE] == 1)
    assert regrets[INCUMBENT, -1] < 1
