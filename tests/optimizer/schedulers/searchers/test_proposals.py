from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, uniform
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.proposals import Proposer

SPACE = Space({"x": uniform(0, 1), "kind": choice(["a", "b", "c"])})
INPUTS = ModelInputs(HyperparameterRanges(SPACE))


def value_of(config):
    return 100 + 10 * (config["x"] - 0.3) ** 2 + (config["kind"] != "b")


def history_of(num):
    history, random_state = History(INPUTS.layout.num_columns), np.random.RandomState(0)
    for number in range(num):
        config = SPACE.sample(random_state)
        history.observe(str(number), INPUTS.encode([config])[0], value_of(config))
    return history


@pytest.fixture
def proposer():
    return Proposer(INPUTS, BayesianOptions(), np.random.RandomState(1))


def test_search_and_ranking_agree_on_what_is_best(proposer):
    history = history_of(25)
    found = next(proposer.search(history))
    other = {"x": 0.9, "kind": "a"}
    ranked = list(proposer.rank(history, [other, found.config]))
    assert [proposal.config for proposal in ranked] == [found.config, other]
    assert ranked[0].acquisition == pytest.approx(found.acquisition, abs=1e-6)


def test_predictions_are_in_the_units_of_the_history(proposer):
    configs = [{"x": 0.3, "kind": "b"}, {"x": 0.8, "kind": "a"}]
    for proposal in proposer.rank(history_of(30), configs):
        assert proposal.mean == pytest.approx(value_of(proposal.config), abs=0.3)
        assert 0 < proposal.std < 1


def test_nothing_to_rank(proposer):
    assert list(proposer.rank(history_of(5), [])) == []


def test_pending_point_is_less_attractive(proposer):
    history, config = history_of(20), {"x": 0.31, "kind": "b"}
    before = next(proposer.rank(history, [config])).acquisition
    history.begin("pending", INPUTS.encode([config])[0])
    after = next(proposer.rank(history, [config]))
    assert after.acquisition < before
    assert after.mean == pytest.approx(value_of(config), abs=0.3)
