from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import ASHA, PASHA, DyHPO
from syne_tune.optimizer.checkpoints import EarlyCheckpointRemoval, PausedCheckpoint

SPACE = {"x": uniform(0, 1), "epochs": 9}
PAUSED = [
    PausedCheckpoint(0, level=1, rank=5, size=9, quantile=1 / 3),
    PausedCheckpoint(1, level=3, rank=9, size=9, quantile=1 / 3),
    PausedCheckpoint(2, level=3, rank=4, size=9, quantile=1 / 3),
    PausedCheckpoint(3, level=1, rank=9, size=9, quantile=1 / 3),
]


def first_to_go(number: int, remaining_ratio: float = 1.0, **options: Any) -> list[int]:
    removal = EarlyCheckpointRemoval(max_num_checkpoints=3, **options)
    gone = removal.first_to_go(PAUSED, number, remaining_ratio, np.random.RandomState(0))
    return [paused.trial_id for paused in gone]


def test_the_least_worth_goes_first() -> None:
    assert first_to_go(4) == [3, 1, 0, 2]
    removal = EarlyCheckpointRemoval(max_num_checkpoints=3)
    assert removal.worth(PAUSED[2], 1.0) > removal.worth(PAUSED[2], 0.2) > removal.worth(PAUSED[2], 0.0) == 0


def test_a_trial_about_to_go_on_is_worth_its_level() -> None:
    assert EarlyCheckpointRemoval(3).worth(PausedCheckpoint(7, 9, 1, 9, 1 / 3), 0.0) == 9


def test_few_ranks_are_no_evidence() -> None:
    few = PausedCheckpoint(0, level=1, rank=4, size=4, quantile=1 / 3)
    careful, bold = EarlyCheckpointRemoval(3), EarlyCheckpointRemoval(3, min_data_at_rung=1)
    assert careful.worth(few, 3.0) > bold.worth(few, 3.0)


def test_baselines() -> None:
    assert first_to_go(2, baseline="by_level") == [3, 0]
    assert sorted(first_to_go(4, baseline="random")) == [0, 1, 2, 3]
    assert first_to_go(2, baseline="random") == first_to_go(2, baseline="random")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "max_num_checkpoints is missing"),
        ({"max_num_checkpoints": 0}, "max_num_checkpoints = 0"),
        ({"max_num_checkpoints": 3, "baselin": "random"}, "baseline"),
        ({"max_num_checkpoints": 3, "baseline": "by_lvl"}, "by_level"),
        ({"max_num_checkpoints": 3, "prior_beta_mean": 1.5}, "beta_mean"),
        ({"max_num_checkpoints": 3, "max_wallclock_time": -1.0}, "max_wallclock_time"),
    ],
)
def test_mistakes_are_refused_where_they_are_made(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        ASHA(SPACE, "loss", "epoch", type="promotion", early_checkpoint_removal_kwargs=options)


def test_only_for_types_that_promote() -> None:
    options = EarlyCheckpointRemoval(max_num_checkpoints=3)
    with pytest.raises(OptionError, match="not for type = 'stopping', but for promotion"):
        ASHA(SPACE, "loss", "epoch", early_checkpoint_removal_kwargs=options)
    with pytest.raises(OptionError, match="not for type = 'dyhpo'"):
        DyHPO(SPACE, "loss", "epoch", early_checkpoint_removal_kwargs=options)
    assert PASHA(SPACE, "loss", "epoch", early_checkpoint_removal_kwargs=options).early_checkpoint_removal == options
