from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch

import pytest

from syne_tune.callbacks import ExtraResultsComposer
from syne_tune.errors import OptionError
from syne_tune.event_log import read_events
from syne_tune.experiments import load_experiments_df
from syne_tune.experiments.benchmark_definitions import SurrogateBenchmarkDefinition
from syne_tune.experiments.default_baselines import RandomSearch, WarmStartedBayesianOptimization
from syne_tune.experiments.launchers import hpo_main_simulator
from syne_tune.experiments.launchers.execute import DONE, FAILED, SKIPPED
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.hpo_main_simulator import main, start_experiment_simulated_backend
from syne_tune.experiments.launchers.plan import effective_random_seed

Definitions = dict[str, SurrogateBenchmarkDefinition]


def settings(**values: Any) -> ConfigDict:
    return ConfigDict({"experiment_tag": "study", "random_seed": 17, "num_seeds": 2, **values}, "simulator")


def folders_of(study: Path) -> list[Path]:
    return sorted(path.parent for path in study.rglob("metadata.json"))


def metadata_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "metadata.json").read_text())


def log_of(folder: Path) -> list[dict[str, Any]]:
    return [event for event in read_events(folder / "events.jsonl") if event["kind"] != "session"]


def by_experiment(study: Path) -> dict[tuple[str, int, str], Path]:
    found = {folder: metadata_of(folder) for folder in folders_of(study)}
    return {(x["algorithm"], x["seed"], x["benchmark"]): folder for folder, x in found.items()}


def test_runs_methods_times_seeds_times_benchmarks(definitions: Definitions, methods: Any, root: Path) -> None:
    outcomes = start_experiment_simulated_backend(settings(), methods, definitions)
    assert [outcome.state for outcome in outcomes] == [DONE] * 8
    assert set(by_experiment(root / "study")) == {
        (method, seed, name) for method in ("RS", "ASHA") for seed in (0, 1) for name in definitions
    }
    results = load_experiments_df(root=root)
    assert len(results.groupby(["algorithm", "seed", "benchmark"])) == 8


def test_folders_are_where_the_documents_promise(definitions: Definitions, methods: Any, root: Path) -> None:
    start_experiment_simulated_backend(settings(method="ASHA", benchmark="small-one"), methods, definitions)
    for seed in (0, 1):
        (folder,) = folders_of(root / "study" / f"ASHA-{seed}")
        assert folder.name.startswith(f"study-small-one-{seed}-")
        assert (folder / "results.csv.zip").is_file()
        assert not (folder / "tuner.dill").exists()


def test_short_names_on_request(definitions: Definitions, methods: Any, root: Path) -> None:
    choice = settings(method="RS", num_seeds=1, use_long_tuner_name_prefix=False, benchmark="small-one")
    start_experiment_simulated_backend(choice, methods, definitions)
    (folder,) = folders_of(root / "study")
    assert folder.name.startswith("study-2")


def test_metadata_tells_everything_about_an_experiment(definitions: Definitions, methods: Any, root: Path) -> None:
    """W-20: metadata of simulations lacked ``n_workers``."""
    choice = settings(method="RS", start_seed=1, n_workers=3, benchmark="small-one", max_size_data_for_model=100)
    start_experiment_simulated_backend(choice, methods, definitions)
    (folder,) = folders_of(root / "study")
    expected = {
        "seed": 1,
        "algorithm": "RS",
        "tag": "study",
        "benchmark": "small-one",
        "random_seed": 17,
        "scheduler_random_seed": 18,
        "n_workers": 3,
        "max_wallclock_time": 200,
        "max_size_data_for_model": 100,
        "fcnet_ordinal": "nn-log",
    }
    assert expected.items() <= metadata_of(folder).items()


def test_comparison_is_paired(definitions: Definitions, root: Path) -> None:
    """All methods have the same scheduler seed, and so begin with the same random configurations."""
    methods = {"A": RandomSearch, "B": RandomSearch}
    start_experiment_simulated_backend(settings(benchmark="small-one"), methods, definitions)
    found = by_experiment(root / "study")
    logs = {key[:2]: [event.get("config") for event in log_of(folder)] for key, folder in found.items()}
    assert logs["A", 0] == logs["B", 0]
    assert logs["A", 1] == logs["B", 1]
    assert logs["A", 0] != logs["A", 1]
    assert metadata_of(found["A", 1, "small-one"])["scheduler_random_seed"] == effective_random_seed(17, 1)


def test_second_call_skips_what_is_finished(definitions: Definitions, methods: Any, root: Path) -> None:
    start_experiment_simulated_backend(settings(num_seeds=1), methods, definitions)
    before = folders_of(root / "study")
    outcomes = start_experiment_simulated_backend(settings(), methods, definitions)
    assert [outcome.state for outcome in outcomes] == [SKIPPED, SKIPPED, DONE, DONE] * 2
    assert set(before) < set(folders_of(root / "study"))


def test_second_call_without_seed_continues_the_study(definitions: Definitions, methods: Any, root: Path) -> None:
    drawn = settings(random_seed=None, num_seeds=1, benchmark="small-one")
    start_experiment_simulated_backend(drawn, methods, definitions)
    outcomes = start_experiment_simulated_backend(drawn, methods, definitions)
    assert {outcome.state for outcome in outcomes} == {SKIPPED}


def test_other_settings_are_another_experiment(definitions: Definitions, methods: Any, root: Path) -> None:
    one = settings(method="RS", num_seeds=1, benchmark="small-one")
    start_experiment_simulated_backend(one, methods, definitions)
    (outcome,) = start_experiment_simulated_backend(one.updated(n_workers=1), methods, definitions)
    assert outcome.state == DONE
    assert len(folders_of(root / "study")) == 2


def test_resume_can_be_switched_off(definitions: Definitions, methods: Any, root: Path) -> None:
    one = settings(method="RS", num_seeds=1, benchmark="small-one")
    start_experiment_simulated_backend(one, methods, definitions)
    (outcome,) = start_experiment_simulated_backend(one.updated(resume=False), methods, definitions)
    assert outcome.state == DONE


def test_killed_simulation_starts_again_with_the_same_result(
    definitions: Definitions, methods: Any, root: Path
) -> None:
    one = settings(method="ASHA", num_seeds=1, benchmark="small-one")
    start_experiment_simulated_backend(one, methods, definitions)
    (folder,) = folders_of(root / "study")
    whole = log_of(folder)
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    (folder / "outcome.json").unlink()
    (outcome,) = start_experiment_simulated_backend(one, methods, definitions)
    assert outcome.state == DONE
    (again,) = folders_of(root / "study")
    assert log_of(again) == whole


def content_of(study: Path) -> dict[tuple[str, int, str], tuple[bytes, bytes, str]]:
    """Results, log and name of all experiments, without the time at the end of the name."""
    return {
        key: (
            (folder / "results.csv.zip").read_bytes(),
            (folder / "events.jsonl").read_bytes(),
            re.sub("-20[0-9-]*$", "", folder.name),
        )
        for key, folder in by_experiment(study).items()
    }


def test_processes_do_not_change_results(
    definitions: Definitions, methods: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        monkeypatch.setenv("SYNETUNE_FOLDER", str(root / str(number)))
        outcomes = start_experiment_simulated_backend(settings(num_processes=number), methods, definitions)
        assert [outcome.state for outcome in outcomes] == [DONE] * 8
    one = content_of(root / "1")
    assert len(one) == 8
    assert content_of(root / "2") == one
    assert content_of(root / "3") == one


def test_as_many_processes_as_cores_on_the_command_line(
    definitions: Definitions, methods: Any, root: Path, command_line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In programs experiments are run one after the other: methods may then share objects with the program."""
    numbers = []
    monkeypatch.setattr(hpo_main_simulator, "usable_cores", lambda: 5)
    monkeypatch.setattr(hpo_main_simulator, "run_grid", lambda planned, launch, number: numbers.append(number) or [])
    start_experiment_simulated_backend(settings(), methods, definitions)
    command_line("--experiment_tag", "study")
    main(methods, definitions)
    command_line("--experiment_tag", "study", "--num_processes", "2")
    main(methods, definitions)
    assert numbers == [1, 5, 2]


def test_failing_experiment_is_reported_with_its_command(
    definitions: Definitions, root: Path, command_line: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: Any) -> Any:
        if arguments.random_seed == 18:
            raise RuntimeError("no such luck")
        return RandomSearch(arguments)

    command_line("--experiment_tag", "my_study", "--num_seeds", "3", "--random_seed", "17", "--n_workers", "3")
    with pytest.raises(SystemExit):
        main({"broken method": broken}, definitions)
    printed = capsys.readouterr().out
    assert "6 experiments: 4 done, 2 failed" in printed
    commands = [line.partition("to see more: ")[2] for line in printed.splitlines() if "to see more: " in line]
    words = shlex.split(min(commands))
    assert words[:2] == ["python", "hpo_main.py"]
    command_line(*words[2:])
    main({"broken method": RandomSearch}, definitions)
    assert "1 experiment: 1 done" in capsys.readouterr().out
    assert ("broken method", 1, "small-one") in by_experiment(root / "my-study")


def test_failing_experiment_is_reported_and_the_grid_goes_on(
    definitions: Definitions, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: Any) -> Any:
        raise RuntimeError("no such luck")

    methods = {"broken": broken, "RS": RandomSearch}
    outcomes = start_experiment_simulated_backend(settings(num_seeds=1, benchmark="small-one"), methods, definitions)
    assert [outcome.state for outcome in outcomes] == [FAILED, DONE]
    assert "broken, seed 0, small-one: failed: RuntimeError: no such luck" in capsys.readouterr().out


def test_exit_code_says_whether_an_experiment_failed(definitions: Definitions, root: Path, command_line: Any) -> None:
    command_line("--experiment_tag", "study", "--benchmark", "small-one")
    main({"RS": RandomSearch}, definitions)
    with pytest.raises(SystemExit) as exit_info:
        main({"broken": lambda arguments: 1 / 0}, definitions)
    assert exit_info.value.code == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--metod", "RS"], "did you mean '--method'"),
        (["--method", "R"], "method = 'R': did you mean 'RS'? Legal are: 'ASHA', 'RS'"),
        (["--benchmark", "small-on"], "did you mean 'small-one'"),
        (["--benchmark_key", "x"], "these benchmarks come in no groups"),
        (["--save_tuner", "maybe"], "not a truth value"),
        (["--num_seeds", "2", "--start_seed", "2"], "must be at least 3"),
        (["--experiment_tag", "no blanks"], "only letters, digits and hyphens"),
        (["--fcnet_ordinal", "nnlog"], "invalid choice"),
        (["--n_workers", "0"], "must be at least 1"),
        (["--random_seed", "4294967303"], "random_seed = 4294967303: must be an integer between 0 and 2147483647"),
        (["--random_seed", "-1"], "random_seed = -1: must be an integer between 0 and 2147483647"),
    ],
)
def test_mistakes_end_with_code_2_and_say_what_is_legal(
    words: list[str],
    message: str,
    definitions: Definitions,
    methods: Any,
    root: Path,
    command_line: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command_line(*words)
    with pytest.raises(SystemExit) as exit_info:
        main(methods, definitions)
    assert exit_info.value.code == 2
    assert message in capsys.readouterr().err


def test_underscore_in_tag_is_normalised(definitions: Definitions, methods: Any, root: Path, command_line: Any) -> None:
    command_line("--experiment_tag", "my_study", "--method", "RS", "--benchmark", "small-one")
    main(methods, definitions)
    assert len(folders_of(root / "my-study" / "RS-0")) == 1


def test_groups_need_a_key(definitions: Definitions, methods: Any, root: Path) -> None:
    groups = {"first": definitions, "second": definitions}
    with pytest.raises(OptionError, match="benchmark_key"):
        start_experiment_simulated_backend(settings(), methods, groups)
    choice = settings(num_seeds=1, method="RS", benchmark_key="first", benchmark="small-two")
    (outcome,) = start_experiment_simulated_backend(choice, methods, groups)
    assert outcome.state == DONE


def test_extra_arguments_reach_methods(definitions: Definitions, root: Path, command_line: Any) -> None:
    seen = []

    def method(arguments: Any) -> Any:
        seen.append(arguments.scheduler_kwargs["points_to_evaluate"])
        return RandomSearch(arguments)

    def map_method_args(configuration: ConfigDict, name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
        first = {"x": configuration.first_x, "y": "a"}
        return {**kwargs, "scheduler_kwargs": {**kwargs["scheduler_kwargs"], "points_to_evaluate": [first]}}

    command_line("--experiment_tag", "study", "--benchmark", "small-one", "--first_x", "5")
    extra_args = [{"name": "first_x", "type": int, "default": 1}]
    main({"M": method}, definitions, extra_args=extra_args, map_method_args=map_method_args)
    assert seen == [[{"x": 5, "y": "a"}]]
    (folder,) = folders_of(root / "study")
    assert metadata_of(folder)["first_x"] == 5


def test_extra_arguments_without_effect_are_refused(
    definitions: Definitions, methods: Any, command_line: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    command_line()
    with pytest.raises(SystemExit):
        main(methods, definitions, extra_args=[{"name": "first_x"}])
    assert "no effect without map_method_args" in capsys.readouterr().err


class CountTrials(ExtraResultsComposer):
    def __call__(self, tuner: Any) -> dict[str, Any]:
        return {"num_trials": tuner.tuning_status.num_trials_started}

    def keys(self) -> list[str]:
        return ["num_trials"]


def test_extra_results_are_columns(definitions: Definitions, methods: Any, root: Path) -> None:
    choice = settings(method="RS", num_seeds=1, benchmark="small-one")
    start_experiment_simulated_backend(choice, methods, definitions, extra_results=CountTrials())
    assert load_experiments_df(root=root)["num_trials"].max() >= 2


def test_restricted_to_tabulated_configurations(definitions: Definitions, root: Path) -> None:
    seen = {}

    def method(arguments: Any) -> Any:
        seen.update(arguments.scheduler_kwargs["search_options"])
        return RandomSearch(arguments)

    choice = settings(num_seeds=1, benchmark="small-one", restrict_configurations=True)
    start_experiment_simulated_backend(choice, {"RS": method}, definitions)
    assert len(seen["restrict_configurations"]) == 16


def test_wallclock_time_scales_with_missing_workers(definitions: Definitions, methods: Any, root: Path) -> None:
    choice = settings(num_seeds=1, method="RS", benchmark="small-one", n_workers=1, scale_max_wallclock_time=True)
    start_experiment_simulated_backend(choice, methods, definitions)
    (folder,) = folders_of(root / "study")
    assert metadata_of(folder)["max_wallclock_time"] == 400


def test_as_many_tuners_as_experiments(definitions: Definitions, root: Path) -> None:
    """Existing tests replace these names in the module and count the tuners."""
    module = "syne_tune.experiments.launchers.hpo_main_simulator"
    methods = {"A": MagicMock(), "B": MagicMock(), "C": MagicMock()}
    with (
        patch(f"{module}.config_from_argparse", return_value=settings(num_seeds=4)),
        patch(f"{module}.BlackboxRepositoryBackend"),
        patch(f"{module}.Tuner") as tuner,
    ):
        main(methods, definitions)
    assert tuner.call_count == 3 * 4 * len(definitions)


def test_methods_are_told_about_other_tasks(definitions: Definitions, root: Path) -> None:
    """W-20: evaluations of other tasks were wrapped in a tuple by a stray comma."""
    told = {}

    def method(arguments: Any) -> Any:
        told[arguments.random_seed] = arguments.transfer_learning_evaluations
        return WarmStartedBayesianOptimization(arguments)

    choice = settings(num_seeds=1, benchmark="small-one")
    start_experiment_simulated_backend(choice, {"WBO": method}, definitions, use_transfer_learning=True)
    (evaluations,) = told.values()
    assert list(evaluations) == ["two"]
    assert evaluations["two"].objectives_evaluations.shape == (16, 2, 9, 2)
    (folder,) = folders_of(root / "study")
    assert metadata_of(folder)["use_transfer_learning"] is True
    first = next(event["config"] for event in log_of(folder) if "config" in event)
    assert (first["x"], first["y"]) == (4, "a"), "the best configuration of the other task"


def test_methods_are_not_told_unless_wanted(definitions: Definitions, root: Path) -> None:
    told = []

    def method(arguments: Any) -> Any:
        told.append(arguments.transfer_learning_evaluations)
        return RandomSearch(arguments)

    start_experiment_simulated_backend(settings(num_seeds=1), {"RS": method}, definitions)
    assert told == [None, None]


def test_mistakes_in_related_tasks_are_refused_before_anything_runs(definitions: Definitions, root: Path) -> None:
    alone = {"small-one": replace(definitions["small-one"], datasets=["one"])}
    with pytest.raises(OptionError, match="no other task than that of 'small-one'"):
        start_experiment_simulated_backend(settings(), {}, alone, use_transfer_learning=True)
    unknown = {"small-one": replace(definitions["small-one"], datasets=["on"])}
    with pytest.raises(OptionError, match="no task 'on'; did you mean 'one'"):
        start_experiment_simulated_backend(settings(), {}, unknown, use_transfer_learning=True)
    assert not root.exists()
