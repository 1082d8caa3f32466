from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _checkout_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(REPOSITORY))
    monkeypatch.delenv("SYNE_TUNE_STAND_IN", raising=False)


def definitions(**kwargs: Any) -> dict[str, Any]:
    from benchmarking.benchmark_definitions import real_benchmark_definitions

    return real_benchmark_definitions(**kwargs)


def test_documented_benchmarks_are_there() -> None:
    names = set(definitions())
    documented = {
        "resnet_cifar10",
        "lstm_wikitext2",
        "mlp_fashionmnist",
        "distilbert_imdb",
        "transformer_wikitext2",
        "finetune_transformer_swag",
        "finetune_transformer_glue_rte",
        "finetune_transformer_glue_modsel_stsb",
    }
    assert documented <= names
    assert sum(name.startswith("finetune_transformer_glue_") for name in names) == 18


def test_every_script_exists() -> None:
    assert [name for name, x in definitions().items() if not x.script.is_file()] == []


def test_instances_depend_on_the_backend() -> None:
    assert definitions()["resnet_cifar10"].instance_type == "ml.g4dn.12xlarge"
    assert definitions(sagemaker_backend=True)["resnet_cifar10"].instance_type == "ml.g4dn.xlarge"
    assert definitions(sagemaker_backend=True)["lstm_wikitext2"].n_workers == 8


def test_fields_can_be_overridden() -> None:
    from syne_tune.errors import OptionError

    assert definitions(n_workers=7)["resnet_cifar10"].n_workers == 7
    with pytest.raises(OptionError, match="did you mean 'n_workers'"):
        definitions(n_worker=7)


def test_first_configurations_are_in_the_space() -> None:
    from syne_tune.config_space import Domain

    for name, definition in definitions().items():
        for point in definition.points_to_evaluate or []:
            domains = {key: x for key, x in definition.config_space.items() if isinstance(x, Domain)}
            assert point.keys() == domains.keys(), name
            assert all(domains[key].is_valid(value) for key, value in point.items()), name


def test_stand_ins_keep_names_and_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    real = definitions()
    monkeypatch.setenv("SYNE_TUNE_STAND_IN", "2.5")
    for name, stand_in in definitions().items():
        assert stand_in.max_wallclock_time == 2.5
        assert stand_in.metric == real[name].metric
        added = stand_in.config_space.keys() - real[name].config_space.keys()
        assert added == {"stand_in_for", "stand_in_reports"}


def test_stand_ins_may_end_by_a_number_of_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNE_TUNE_STAND_IN", "600,20")
    limits = {(stand_in.max_wallclock_time, stand_in.max_num_evaluations) for stand_in in definitions().values()}
    assert limits == {(600, 20)}


@pytest.mark.parametrize("text", ["soon", "-1", "0", "5,", "5,0", "5,few"])
def test_stand_in_must_be_a_number_of_seconds(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from syne_tune.errors import OptionError

    monkeypatch.setenv("SYNE_TUNE_STAND_IN", text)
    with pytest.raises(OptionError, match="number of seconds"):
        definitions()


def test_older_paths_name_the_same_things() -> None:
    from benchmarking.commons import hpo_main_local
    from benchmarking.commons.benchmark_definitions import nas201_benchmark_definitions, resnet_cifar10_benchmark
    from benchmarking.commons.benchmark_definitions.real_benchmark_definitions import real_benchmark_definitions
    from syne_tune.experiments.launchers.hpo_main_local import main

    assert hpo_main_local.main is main
    assert resnet_cifar10_benchmark().metric == "objective"
    assert "resnet_cifar10" in real_benchmark_definitions()
    assert len(nas201_benchmark_definitions) == 3


def test_examples_can_be_imported() -> None:
    from benchmarking.examples.launch_local.baselines import methods
    from benchmarking.nursery.launch_sagemaker import baselines

    assert set(methods) == {"RS", "BO", "ASHA", "MOBSTER"}
    assert set(baselines.methods) == set(methods)
