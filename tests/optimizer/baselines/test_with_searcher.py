from __future__ import annotations

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import KDE
from syne_tune.optimizer.baselines.with_searcher import FIFOMethod, HyperbandMethod

SPACE = {"x": uniform(0, 1)}


class Enumeration(FIFOMethod):
    searcher_name = "grid"


class PrunedEnumeration(HyperbandMethod):
    searcher_name = "grid"


def test_a_method_is_a_scheduler_with_a_searcher():
    assert Enumeration(SPACE, "loss", mode="max").metric_mode() == "max"
    first = PrunedEnumeration(SPACE, "loss", "epoch", max_t=9, random_seed=1).suggest(0)
    assert first is not None
    assert set(first.config) == {"x"}


@pytest.mark.parametrize(
    ("method", "general"),
    [(Enumeration, "FIFOScheduler"), (PrunedEnumeration, "HyperbandScheduler"), (KDE, "FIFOScheduler")],
)
def test_another_searcher_belongs_to_the_general_scheduler(method, general):
    """The message names that, whatever stands between it and the method."""
    arguments = {} if general == "FIFOScheduler" else {"resource_attr": "epoch"}
    with pytest.raises(OptionError, match=rf"use .*{general}\(searcher=\.\.\.\)"):
        method(SPACE, "loss", searcher="random", **arguments)
