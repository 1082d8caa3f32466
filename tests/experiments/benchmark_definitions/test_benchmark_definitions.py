from __future__ import annotations

from pathlib import Path

import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments import benchmark_definitions as definitions
from syne_tune.experiments.benchmark_definitions import RealBenchmarkDefinition, SurrogateBenchmarkDefinition


def test_numbers_of_benchmarks() -> None:
    """W-01: the published package lacked the files these are read from; here they are code."""
    assert len(definitions.fcnet_benchmark_definitions) == 4
    assert len(definitions.nas201_benchmark_definitions) == 3
    assert len(definitions.lcbench_benchmark_definitions) == 34
    assert len(definitions.lcbench_selected_benchmark_definitions) == 5
    assert len(definitions.yahpo_lcbench_benchmark_definitions) == 34
    assert len(definitions.yahpo_iaml_benchmark_definitions("rpart")) == 8
    assert len(definitions.yahpo_iaml_selected_benchmark_definitions("glmnet")) == 3


def test_documented_values() -> None:
    nas = definitions.nas201_benchmark("ImageNet16-120")
    assert (nas.max_wallclock_time, nas.n_workers, nas.mode) == (8 * 3600, 8, "min")
    lcbench = definitions.lcbench_benchmark("airlines", datasets=["albert"])
    assert (lcbench.surrogate, lcbench.surrogate_kwargs) == ("KNeighborsRegressor", {"n_neighbors": 1})
    assert (lcbench.max_num_evaluations, lcbench.datasets) == (4000, ["albert"])
    iaml = definitions.yahpo_iaml_benchmark("rpart", "1489", "auc", restrict_fidelities=True)
    assert iaml.fidelities == [1, 2, 4, 8, 12, 16, 20]
    assert iaml.blackbox_name == "yahpo-iaml_rpart"
    assert definitions.yahpo_lcbench_benchmark("vehicle").dataset_name == "167168"


def test_names_of_iaml_and_rbv2() -> None:
    assert "yahpo-iaml_ranger_f1-41146" in definitions.yahpo_iaml_benchmark_definitions("ranger")
    assert "yahpo-rbv2_svm_f1-1040" in definitions.yahpo_rbv2_benchmark_definitions("svm")
    with pytest.raises(OptionError, match="did you mean 'ranger'"):
        definitions.yahpo_rbv2_benchmark_definitions("rangers")
    with pytest.raises(OptionError, match="Legal are: 'f1'"):
        definitions.yahpo_rbv2_benchmark("svm", "1040", "auc")


def test_recorded_tables_exist() -> None:
    from syne_tune.blackbox_repository.repository_folder import embedded_names

    named = {x.blackbox_name for x in definitions.recorded_table_benchmark_definitions.values()}
    assert named <= set(embedded_names())


@pytest.mark.parametrize("name", definitions.recorded_table_benchmark_definitions)
def test_recorded_tables_have_what_is_said(name: str) -> None:
    from syne_tune.blackbox_repository import load_blackbox

    definition = definitions.recorded_table_benchmark_definitions[name]
    blackbox = load_blackbox(definition.blackbox_name)[definition.dataset_name]
    assert {definition.metric, definition.elapsed_time_attr} <= set(blackbox.objectives_names)
    assert definition.max_resource_attr not in blackbox.configuration_space


def test_default_resource() -> None:
    definition = SurrogateBenchmarkDefinition(60, 1, "time", "loss", "min", "box", "task")
    assert definition.max_resource_attr == "epochs"


@pytest.mark.parametrize(("metric", "mode"), [("a", "minimise"), (["a", "b"], ["min"]), ("a", ["min"]), (["a"], "min")])
def test_metric_and_mode_must_fit(metric: str, mode: str) -> None:
    with pytest.raises(OptionError, match="mode"):
        SurrogateBenchmarkDefinition(60, 1, "time", metric, mode, "box", "task")


def test_several_metrics() -> None:
    definition = SurrogateBenchmarkDefinition(60, 1, "time", ["a", "b"], ["min", "max"], "box", "task")
    assert definition.metric == ["a", "b"]


def test_real_benchmark_says_how_far_to_train() -> None:
    with pytest.raises(OptionError, match="did you mean 'epochs'"):
        RealBenchmarkDefinition(Path("x.py"), {"epochs": 3}, 60, 1, "ml.c5.large", "a", "min", "epoch", "PyTorch")
