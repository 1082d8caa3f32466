from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.arguments import (
    ARGUMENTS,
    LOCAL,
    SAGEMAKER,
    SIMULATOR,
    build_parser,
    forwarded_arguments,
    gpu_numbers,
    str2bool,
)

DOCUMENTED = {
    # name: default, by launcher
    LOCAL: {
        "experiment_tag": None,
        "num_seeds": 1,
        "start_seed": 0,
        "method": None,
        "save_tuner": False,
        "n_workers": None,
        "max_wallclock_time": None,
        "random_seed": None,
        "max_size_data_for_model": None,
        "scale_max_wallclock_time": False,
        "use_long_tuner_name_prefix": True,
        "launched_remotely": False,
        "estimator_fit_backoff_wait_time": 360,
        "benchmark": None,
        "verbose": False,
        "instance_type": None,
        "delete_checkpoints": False,
        "remote_tuning_metrics": True,
        "num_gpus_per_trial": 1,
        "gpus_to_use": None,
    },
    SIMULATOR: {
        "benchmark_key": None,
        "support_checkpointing": True,
        "fcnet_ordinal": "nn-log",
        "restrict_configurations": False,
        "verbose": False,
    },
    SAGEMAKER: {
        "max_failures": 3,
        "warm_pool": True,
        "start_jobs_without_delay": False,
        "instance_type": None,
        "delete_checkpoints": False,
        "remote_tuning_metrics": True,
    },
}


@pytest.mark.parametrize("launcher", [LOCAL, SIMULATOR, SAGEMAKER])
def test_documented_arguments_and_defaults(launcher: str) -> None:
    parsed = build_parser(launcher).parse([])
    assert DOCUMENTED[launcher].items() <= parsed.items()


def test_every_argument_has_a_help_text() -> None:
    """W-17: base arguments showed no help text."""
    assert all(argument.help for argument in ARGUMENTS)


@pytest.mark.parametrize("launcher", [LOCAL, SIMULATOR, SAGEMAKER])
def test_everything_but_what_concerns_the_launch_is_forwarded(launcher: str) -> None:
    """W-19: some arguments were not handed on to remote jobs."""
    not_forwarded = {"launched_remotely", "estimator_fit_backoff_wait_time"}
    values = {**build_parser(launcher).parse([]), "use_long_tuner_name_prefix": False}
    given = {name for name, value in values.items() if value is not None}
    forwarded = forwarded_arguments(launcher, values, [])
    assert forwarded.keys() == given - not_forwarded
    assert forwarded["use_long_tuner_name_prefix"] == 0


def test_forwarded_arguments_are_understood_by_the_job() -> None:
    values = build_parser(LOCAL).parse(["--gpus_to_use", "1", "2", "--save_tuner", "yes"])
    words = []
    for name, value in forwarded_arguments(LOCAL, values, []).items():
        words += [f"--{name}", *(value if isinstance(value, list) else [str(value)])]
    assert build_parser(LOCAL).parse(words) == values


@pytest.mark.parametrize("text", ["yes", "True", "t", "Y", "1"])
def test_words_for_true(text: str) -> None:
    assert str2bool(text)


@pytest.mark.parametrize("text", ["no", "false", "F", "n", "0"])
def test_words_for_false(text: str) -> None:
    assert not str2bool(text)


@pytest.mark.parametrize("words", ["4 5 6", "[4, 5, 6]", ["4", "5", "6"], ["[4,", "5,", "6]"], ["4,5,6"]])
def test_lists_of_gpus(words: str | list[str]) -> None:
    """W-17; the documents write ``gpus_to_use=[4, 5, 6, 7]``."""
    assert gpu_numbers(words) == [4, 5, 6]


def test_gpus_that_are_no_numbers() -> None:
    with pytest.raises(OptionError, match="write the numbers"):
        gpu_numbers(["cuda:0"])


def test_own_argument_must_not_hide_another() -> None:
    with pytest.raises(OptionError, match="'n_workers' already"):
        build_parser(LOCAL, [{"name": "n_workers", "type": int}])


def test_own_argument_needs_a_name() -> None:
    with pytest.raises(OptionError, match="without leading"):
        build_parser(LOCAL, [{"name": "--brackets"}])


def test_arguments_of_others_are_not_known() -> None:
    with pytest.raises(SystemExit):
        build_parser(SIMULATOR).parse(["--warm_pool", "1"])
