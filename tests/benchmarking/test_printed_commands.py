"""The command lines that documents print run as printed, from the root of a checkout that is not installed.

Real benchmarks are replaced by their stand-ins, of a few seconds each. Commands that need SageMaker end where they have
to: with everything understood, and a clear message.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

LOCAL = """
    python {program} \\
      --experiment_tag tutorial-local --benchmark resnet_cifar10 \\
      --method ASHA --num_seeds 1 --n_workers 1
"""
ALL_METHODS = """
    python {program} \\
      --experiment_tag tutorial-local --benchmark resnet_cifar10 \\
      --num_seeds 5
"""
SAGEMAKER = """
    python benchmarking/nursery/launch_sagemaker/hpo_main.py \\
      --experiment_tag tutorial_sagemaker --benchmark resnet_cifar10 \\
      --method ASHA --num_seeds 1
"""
WARM_POOL = """
    python benchmarking/nursery/launch_sagemaker/hpo_main.py \\
      --experiment_tag tutorial_sagemaker --benchmark resnet_cifar10 \\
      --method ASHA --num_seeds 1 --warm_pool 1
"""

FOLDERS = ("benchmarking/examples/launch_local/", "benchmarking/nursery/launch_local/")
PROGRAMS = (*FOLDERS, *(f"{folder}hpo_main.py" for folder in FOLDERS))


def run(command: str, root: Path, seconds: float = 3) -> subprocess.CompletedProcess[str]:
    """Runs a printed command; ``python`` is the interpreter of the tests."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words[0] == "python"
    return subprocess.run(
        [sys.executable, *words[1:]],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "SYNETUNE_FOLDER": str(root),
            "SYNE_TUNE_STAND_IN": str(seconds),
            "OMP_NUM_THREADS": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
    )


def metadata_of(study: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in sorted(study.rglob("metadata.json"))]


@pytest.mark.parametrize("program", PROGRAMS)
def test_one_method_on_this_machine(program: str, tmp_path: Path) -> None:
    result = run(LOCAL.format(program=program), tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Master random_seed = " in result.stdout
    (metadata,) = metadata_of(tmp_path / "tutorial-local" / "ASHA-0")
    assert metadata["algorithm"] == "ASHA"
    assert metadata["n_workers"] == 1
    (folder,) = (tmp_path / "tutorial-local" / "ASHA-0").glob("tutorial-local-*")
    assert (folder / "results.csv.zip").is_file()


def test_all_methods_and_seeds_then_nothing_is_left_to_do(tmp_path: Path) -> None:
    command = ALL_METHODS.format(program="benchmarking/examples/launch_local/")
    first = run(command, tmp_path, seconds=0.5)
    metadata = metadata_of(tmp_path / "tutorial-local")
    expected = {(method, seed) for method in ("RS", "BO", "ASHA", "MOBSTER") for seed in range(5)}
    failed = {name for name in ("RS", "BO", "ASHA", "MOBSTER") if f"{name} is not part of this version" in first.stdout}
    assert {(x["algorithm"], x["seed"]) for x in metadata} == {pair for pair in expected if pair[0] not in failed}
    assert first.returncode == (1 if failed else 0), first.stderr
    assert len({x["random_seed"] for x in metadata}) == 1
    second = run(command, tmp_path, seconds=0.5)
    assert second.stdout.count(": finished before") == len(metadata)


@pytest.mark.parametrize("command", [SAGEMAKER, WARM_POOL])
@pytest.mark.parametrize("folder", ["nursery", "examples"])
def test_sagemaker_commands_are_understood(command: str, folder: str, tmp_path: Path) -> None:
    """An underscore in the tag is normalised; the instance is the one for a single worker."""
    result = run(command.replace("nursery", folder), tmp_path)
    assert result.returncode == 2
    assert "ASHA, seed 0, resnet_cifar10 on 4 x ml.g4dn.xlarge" in result.stderr
    assert "not part of this version" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("folder", ["launch_local", "launch_sagemaker", "compare_on_tables", "demo_experiment"])
def test_remote_launchers_plan_their_jobs(folder: str, tmp_path: Path) -> None:
    result = run(
        f"python benchmarking/examples/{folder}/launch_remote.py --experiment_tag my_study --num_seeds 2", tmp_path
    )
    assert result.returncode == 2
    assert "jobs on instances ml." in result.stderr
    assert "my-study-RS-" in result.stderr
    assert "not part of this version" in result.stderr
