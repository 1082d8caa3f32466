from __future__ import annotations

import re

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import MissingExtraError, OptionError
from syne_tune.optimizer.schedulers import FIFOScheduler
from syne_tune.optimizer.schedulers.searchers import (
    BaseSearcher,
    GridSearcher,
    RandomSearcher,
    register_searcher,
    registry,
    searcher_factory,
)

SPACE = {"x": uniform(0, 1)}


@pytest.fixture
def _own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_SEARCHERS", dict(registry._SEARCHERS))


@pytest.mark.parametrize("name", registry.searcher_names())
def test_every_name_makes_a_searcher_or_says_what_it_needs(name):
    try:
        assert isinstance(searcher_factory(name, config_space=SPACE, metric="loss"), BaseSearcher)
    except (MissingExtraError, OptionError, TypeError) as error:
        assert re.search("missing|needs|at least two|several|install", str(error)), error


def test_names():
    assert isinstance(searcher_factory("random", config_space=SPACE, metric="loss"), RandomSearcher)
    searcher = searcher_factory(
        "grid", config_space=SPACE, metric="loss", points_to_evaluate=[], num_samples={"x": 2}, scheduler="fifo"
    )
    assert isinstance(searcher, GridSearcher)
    assert {searcher.get_config()["x"], searcher.get_config()["x"]} == {0.25, 0.75}


def test_unknown_name():
    with pytest.raises(OptionError, match="did you mean 'random'"):
        searcher_factory("randm", config_space=SPACE, metric="loss")


def test_unknown_option():
    with pytest.raises(OptionError, match="did you mean 'num_samples'") as info:
        searcher_factory("grid", config_space=SPACE, metric="loss", num_sample={})
    assert "shuffle_config" in str(info.value)
    assert "config_space" not in str(info.value)


class Fixed(BaseSearcher):
    def __init__(self, config_space, metric, value):
        super().__init__(config_space, metric, [])
        self.value = value

    def get_config(self, **kwargs):
        return {"x": self.value}


@pytest.mark.usefixtures("_own_registry")
def test_registered_searcher_is_found_by_schedulers():
    register_searcher("fixed", Fixed)
    scheduler = FIFOScheduler(SPACE, metric="loss", searcher="fixed", search_options={"value": 0.25})
    assert scheduler.suggest(0).config == {"x": 0.25}
    with pytest.raises(OptionError, match="did you mean 'value'"):
        FIFOScheduler(SPACE, metric="loss", searcher="fixed", search_options={"valu": 0.25})


@pytest.mark.usefixtures("_own_registry")
def test_searcher_that_takes_anything_is_told_everything():
    seen = {}

    def create(**kwargs):
        seen.update(kwargs)
        return Fixed(SPACE, "loss", 0.5)

    register_searcher("any", create)
    searcher_factory("any", config_space=SPACE, metric="loss", scheduler="fifo", option=1)
    assert seen["option"] == 1
    assert seen["scheduler"] == "fifo"


class HandsOn(RandomSearcher):
    def __init__(self, config_space, metric, factor=1, **kwargs):
        super().__init__(config_space, metric, **kwargs)
        self.factor = factor


@pytest.mark.usefixtures("_own_registry")
def test_searcher_that_hands_arguments_on_to_its_base_class():
    register_searcher("hands_on", HandsOn)
    options = {"factor": 3, "allow_duplicates": True}
    searcher = searcher_factory("hands_on", config_space=SPACE, metric="loss", scheduler="fifo", **options)
    assert searcher.factor == 3
    with pytest.raises(OptionError, match="did you mean 'allow_duplicates'"):
        searcher_factory("hands_on", config_space=SPACE, metric="loss", allow_duplicate=True)
