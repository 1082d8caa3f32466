from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import HyperTune
from syne_tune.optimizer.schedulers import AskTellScheduler, FIFOScheduler
from syne_tune.optimizer.schedulers.rungs.brackets import DefaultHyperbandBracketDistribution
from syne_tune.optimizer.schedulers.searchers.hypertune import HyperTuneBracketDistribution

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 9})


class Scheduler:
    num_brackets, rung_levels, max_resource_level = 3, (1, 3), 9


def distribution(theta):
    made = HyperTuneBracketDistribution(lambda: theta, DefaultHyperbandBracketDistribution())
    made.configure(Scheduler())
    return made


def usual():
    made = DefaultHyperbandBracketDistribution()
    made.configure(Scheduler())
    return made()


def test_usual_brackets_before_there_is_a_model():
    np.testing.assert_array_equal(distribution(None)(), usual())


def test_brackets_in_proportion_to_weight_over_resource():
    """Section 4.1 of the paper: w_k proportional to theta_k / r_k."""
    np.testing.assert_allclose(distribution(np.array([0.2, 0.3, 0.5]))(), np.array([0.2, 0.1, 0.5 / 9]) / 0.35555555555)


def test_brackets_above_all_levels_with_a_weight_keep_their_probability():
    shares = distribution(np.array([0.25, 0.75, 0.0]))()
    assert shares[2] == pytest.approx(usual()[2])
    assert shares[0] == pytest.approx(shares[1])
    assert shares.sum() == pytest.approx(1)


def study(brackets):
    scheduler = HyperTune(
        SPACE, "loss", "epoch", type="promotion", max_resource_attr="epochs", brackets=brackets, random_seed=1
    )
    loop = AskTellScheduler(scheduler)
    for _ in range(60):
        trial = loop.ask()
        epoch = 1 + len(trial.metrics)
        while True:
            loss = (trial.config["x"] - 0.3) ** 2 + 0.01 / epoch
            if loop.tell(trial, {"epoch": epoch, "loss": loss}, is_final=epoch == 9) != "CONTINUE" or epoch == 9:
                break
            epoch += 1
    return scheduler


def test_scheduler_draws_brackets_by_what_levels_are_worth():
    scheduler = study(brackets=3)
    theta = scheduler.searcher.level_weights()
    assert theta.sum() == pytest.approx(1)
    assert theta.shape == (3,)
    probabilities = scheduler.bracket_distribution()
    assert isinstance(scheduler.bracket_distribution, HyperTuneBracketDistribution)
    assert probabilities.sum() == pytest.approx(1)
    if np.count_nonzero(theta) == 1:
        assert np.argmax(probabilities[: np.argmax(theta) + 1]) == np.argmax(theta)


def test_one_bracket_needs_no_draw():
    scheduler = study(brackets=1)
    np.testing.assert_array_equal(scheduler.bracket_distribution(), [1.0])
    assert scheduler.searcher.explain({})[1]["source"] == "model"


def test_only_where_trials_are_compared():
    with pytest.raises(OptionError, match="compare trials"):
        FIFOScheduler(SPACE, "loss", searcher="hypertune")
    with pytest.raises(OptionError, match="only for type = 'dyhpo'"):
        FIFOScheduler(SPACE, "loss", searcher="dyhpo")
