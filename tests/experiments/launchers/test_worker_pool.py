from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from syne_tune.experiments.benchmark_definitions import SurrogateBenchmarkDefinition
from syne_tune.experiments.default_baselines import RandomSearch
from syne_tune.experiments.launchers import worker_pool
from syne_tune.experiments.launchers.execute import DONE, FAILED, SKIPPED, Outcome
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.hpo_main_simulator import start_experiment_simulated_backend

Definitions = dict[str, SurrogateBenchmarkDefinition]

PROGRAM = """
import os, time
from pathlib import Path
from syne_tune.experiments.benchmark_definitions import SurrogateBenchmarkDefinition
from syne_tune.experiments.launchers.hpo_main_simulator import main
from syne_tune.optimizer.baselines import RandomSearch

STUCK = Path(__file__).parent / "stuck"


class Stuck(RandomSearch):
    def suggest(self, trial_id):
        if trial_id >= 3 and STUCK.is_dir():
            (STUCK / str(os.getpid())).touch()
            time.sleep(600)
        return super().suggest(trial_id)


def stuck(arguments):
    return Stuck(arguments.config_space, arguments.metric, random_seed=arguments.random_seed)


if __name__ == "__main__":
    definition = SurrogateBenchmarkDefinition(
        max_wallclock_time=200, n_workers=2, elapsed_time_attr="elapsed", metric="loss", mode="min",
        blackbox_name="small", dataset_name="one", max_resource_attr="epochs",
    )
    main({"stuck": stuck}, {"one": definition})
"""
PATIENCE = 120


def settings(**values: Any) -> ConfigDict:
    return ConfigDict({"experiment_tag": "study", "random_seed": 17, "num_processes": 2, **values}, "simulator")


def states(outcomes: list[Outcome]) -> dict[tuple[str, str], str]:
    return {(outcome.planned.method, outcome.planned.benchmark): outcome.state for outcome in outcomes}


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_of_a_process_that_dies_only_one_experiment_is_lost(definitions: Definitions, root: Path) -> None:
    def dies(arguments: Any) -> Any:
        os._exit(3)

    outcomes = start_experiment_simulated_backend(settings(), {"dies": dies, "RS": RandomSearch}, definitions)
    assert states(outcomes) == {
        ("dies", "small-one"): FAILED,
        ("dies", "small-two"): FAILED,
        ("RS", "small-one"): DONE,
        ("RS", "small-two"): DONE,
    }
    (message, _) = [outcome.message for outcome in outcomes if outcome.state == FAILED]
    assert message == "its process ended with exit code 3; call again to run it"


def test_signal_that_ended_a_process_is_named(definitions: Definitions, root: Path) -> None:
    def dies(arguments: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    (outcome, _) = start_experiment_simulated_backend(settings(), {"dies": dies}, definitions)
    assert "SIGKILL, maybe for lack of memory" in outcome.message


def test_finished_experiments_need_no_process(
    definitions: Definitions, methods: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_experiment_simulated_backend(settings(num_processes=1), methods, definitions)
    monkeypatch.setattr(worker_pool.subprocess, "Popen", None)
    outcomes = start_experiment_simulated_backend(settings(), methods, definitions)
    assert {outcome.state for outcome in outcomes} == {SKIPPED}


def test_methods_that_cannot_be_sent_are_run_here(
    definitions: Definitions, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = threading.Lock()

    def holds_a_lock(arguments: Any) -> Any:
        with lock:
            return RandomSearch(arguments)

    outcomes = start_experiment_simulated_backend(settings(), {"RS": holds_a_lock}, definitions)
    assert {outcome.state for outcome in outcomes} == {DONE}
    assert "cannot pickle" in capsys.readouterr().out


class CannotBeLoaded:
    def __reduce__(self) -> Any:
        return (lambda: 1 / 0, ())


def test_methods_that_cannot_be_loaded_fail(definitions: Definitions, root: Path) -> None:
    there = CannotBeLoaded()
    methods = {"RS": lambda arguments: (there, RandomSearch(arguments))[1]}
    outcomes = start_experiment_simulated_backend(settings(), methods, definitions)
    assert {outcome.state for outcome in outcomes} == {FAILED}
    assert "ZeroDivisionError: division by zero); pass --num_processes 1" in outcomes[0].message


def test_what_methods_print_is_seen(definitions: Definitions, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def prints(arguments: Any) -> Any:
        print("größer")
        print("no end of line", end="", file=sys.stderr)
        return RandomSearch(arguments)

    start_experiment_simulated_backend(settings(), {"RS": prints}, definitions)
    printed = capsys.readouterr()
    assert printed.out.count("größer\n") == 2
    assert printed.err.count("no end of line") == 2


def end_launcher(words: list[str], stuck: Path, number: signal.Signals) -> tuple[int, list[psutil.Process]]:
    """Ends a launcher while both of its processes are in the middle of an experiment."""
    launcher = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(list(stuck.iterdir())) == 2 or launcher.poll() is not None)
        assert launcher.poll() is None
        workers = [psutil.Process(int(file.name)) for file in stuck.iterdir()]
        launcher.send_signal(number)
        code = launcher.wait(timeout=PATIENCE)
    finally:
        launcher.kill()
    for file in stuck.iterdir():
        file.unlink()
    return code, workers


def has_ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_no_process_outlives_a_launcher(definitions: Definitions, root: Path, tmp_path: Path) -> None:
    """Whatever ends the launcher: its processes end too, and the same command goes on, with the same results."""
    program, stuck = tmp_path / "hpo_main.py", tmp_path / "stuck"
    program.write_text(PROGRAM)
    stuck.mkdir()
    words = [sys.executable, str(program), "--num_seeds", "3", "--random_seed", "17"]
    killed = [*words, "--num_processes", "2", "--experiment_tag", "killed"]
    for number, expected in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)):
        code, workers = end_launcher(killed, stuck, number)
        assert code == expected
        wait_until(lambda workers=workers: all(map(has_ended, workers)))
    stuck.rmdir()
    subprocess.run(killed, check=True, timeout=PATIENCE)
    subprocess.run([*words, "--num_processes", "1", "--experiment_tag", "whole"], check=True, timeout=PATIENCE)
    results = [[file.read_bytes() for file in results_of(root / tag)] for tag in ("killed", "whole")]
    assert len(results[0]) == 3
    assert results[0] == results[1]


def results_of(study: Path) -> list[Path]:
    return sorted(study.rglob("results.csv.zip"))
