from __future__ import annotations

import pytest

from syne_tune.blackbox_repository.yahpo.scenarios import SCENARIOS, scenario_of
from syne_tune.errors import OptionError


@pytest.mark.parametrize("name", SCENARIOS)
def test_roles_are_among_inputs_and_outputs(name: str) -> None:
    scenario = scenario_of(name)
    inputs = {*scenario.continuous, *scenario.categorical}
    assert len(inputs) == len(scenario.continuous) + len(scenario.categorical)
    assert {scenario.fidelity, *scenario.constants} <= inputs
    assert scenario.runtime in scenario.objectives
    assert (scenario.instance_key in inputs) != bool(scenario.instances)


def test_documented_scenarios() -> None:
    learners = {"rbv2": "aknn glmnet ranger rpart super svm xgboost", "iaml": "glmnet ranger rpart super xgboost"}
    names = {f"{family}_{learner}" for family, many in learners.items() for learner in many.split()}
    assert {"lcbench", "nb301", "fcnet", *names} == set(SCENARIOS)


def test_misspelt_scenario() -> None:
    with pytest.raises(OptionError, match="did you mean 'lcbench'"):
        scenario_of("lcbensh")
