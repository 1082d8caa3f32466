from __future__ import annotations

from typing import Any

import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.arguments import LOCAL, SAGEMAKER, SIMULATOR, build_parser
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.remote_jobs import jobs_of_simulations, jobs_per_experiment

METHODS = ["RS", "ASHA"]


def settings(launcher: str = LOCAL, **values: Any) -> ConfigDict:
    return ConfigDict({"experiment_tag": "tutorial-local", "random_seed": 5, "num_seeds": 2, **values}, launcher)


def test_one_job_per_method_and_seed() -> None:
    jobs = jobs_per_experiment(LOCAL, settings(benchmark="resnet_cifar10"), METHODS)
    assert [job.s3_folder for job in jobs] == [
        "tutorial-local/RS-0",
        "tutorial-local/RS-1",
        "tutorial-local/ASHA-0",
        "tutorial-local/ASHA-1",
    ]
    endings = {job.name[-4:] for job in jobs}
    assert len(endings) == 1
    assert jobs[0].name == f"tutorial-local-RS-0-{endings.pop()}"


def test_each_job_runs_its_own_seed_with_the_same_master_seed() -> None:
    job = jobs_per_experiment(LOCAL, settings(), METHODS)[3]
    parsed = build_parser(LOCAL).parse(job.command_line())
    assert (parsed["method"], parsed["start_seed"], parsed["num_seeds"]) == ("ASHA", 1, 2)
    assert parsed["random_seed"] == 5
    assert parsed["launched_remotely"] is True


def test_simulations_share_a_job_unless_expensive() -> None:
    jobs = jobs_of_simulations(settings(SIMULATOR), METHODS, [], lambda method: method == "ASHA")
    assert [job.s3_folder for job in jobs] == ["tutorial-local/RS", "tutorial-local/ASHA-0", "tutorial-local/ASHA-1"]
    assert build_parser(SIMULATOR).parse(jobs[0].command_line())["num_seeds"] == 2


def test_groups_of_benchmarks_multiply_jobs() -> None:
    """W-19: a nested launch required ``--benchmark_key`` although it runs all of them."""
    jobs = jobs_of_simulations(settings(SIMULATOR), ["RS"], ["a", "b"], None)
    assert [job.s3_folder for job in jobs] == ["tutorial-local/RS-a", "tutorial-local/RS-b"]
    assert [job.arguments["benchmark_key"] for job in jobs] == ["a", "b"]


@pytest.mark.parametrize(
    ("launcher", "name", "value"),
    [
        (LOCAL, "use_long_tuner_name_prefix", False),
        (SAGEMAKER, "use_long_tuner_name_prefix", False),
        (SAGEMAKER, "start_jobs_without_delay", True),
        (SAGEMAKER, "warm_pool", False),
        (SAGEMAKER, "max_failures", 7),
        (LOCAL, "gpus_to_use", [4, 5]),
    ],
)
def test_w19_every_setting_is_handed_on(launcher: str, name: str, value: Any) -> None:
    """W-19: some arguments never reached the jobs."""
    job = jobs_per_experiment(launcher, settings(launcher, **{name: value}), METHODS)[0]
    received = ConfigDict(build_parser(launcher).parse(job.command_line()), launcher)
    assert getattr(received, name) == value


def test_too_long_names_are_refused() -> None:
    with pytest.raises(OptionError, match="choose a shorter experiment_tag"):
        jobs_per_experiment(LOCAL, settings(experiment_tag="x" * 60), METHODS)
