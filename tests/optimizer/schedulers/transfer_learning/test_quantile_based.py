"""Copula Thompson sampling over earlier tasks."""

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, randint
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import ASHACTS
from syne_tune.optimizer.schedulers import AskTellScheduler, FIFOScheduler
from syne_tune.optimizer.schedulers.transfer_learning.quantile_based.quantile_based_searcher import (
    QuantileBasedSurrogateSearcher,
)


def first(searcher, count):
    return [searcher.get_config(trial_id=str(number)) for number in range(count)]


@pytest.mark.parametrize("normalization", ["gaussian", "standard"])
def test_c4_both_normalisations_work_and_suggestions_are_good(tasks, space, bowl, normalization):
    """C4: ``normalization="standard"`` could not be constructed."""
    searcher = QuantileBasedSurrogateSearcher(space, "loss", tasks, normalization=normalization, random_seed=1)
    configs = first(searcher, 10)
    typical = np.median([bowl(config) for config in Space.of(space).sample_many(np.random.RandomState(7), 200)])
    assert np.median([bowl(config) for config in configs]) < typical / 2
    assert len({str(config) for config in configs}) == 10


def test_c4_ashacts_can_be_constructed_and_runs(tasks, space, bowl):
    """C4: ``ASHACTS`` could not be constructed, since ``points_to_evaluate`` was given twice."""
    point = {"x": 0.5, "y": 0.5, "kind": "b"}
    scheduler = ASHACTS(
        space, "loss", "epoch", tasks, max_resource_attr="epochs", points_to_evaluate=[point], random_seed=2
    )
    ask_tell = AskTellScheduler(scheduler)
    for number in range(8):
        trial = ask_tell.ask()
        assert number or trial.config == {**point, "epochs": 9}
        for epoch in range(1, 10):
            result = {"loss": bowl(trial.config) + 1 / epoch, "epoch": epoch}
            if ask_tell.tell(trial, result, is_final=epoch == 9) != "CONTINUE":
                break
    assert ask_tell.best_trial("loss") is not None


def test_c4_ashacts_takes_the_options_of_its_searcher(tasks, space):
    """C4: see above."""
    scheduler = ASHACTS(space, "loss", "epoch", tasks, search_options={"normalization": "standard"}, max_t=9)
    assert scheduler.suggest(0).facts["num_tasks"] == 3
    with pytest.raises(OptionError, match="normalization"):
        ASHACTS(space, "loss", "epoch", tasks, search_options={"normalisation": "standard"}, max_t=9)


def test_maximising_is_minimising_the_opposite(make_tasks, space):
    lowest = QuantileBasedSurrogateSearcher(space, "loss", make_tasks(), random_seed=3)
    highest = QuantileBasedSurrogateSearcher(space, "loss", make_tasks(-1.0), mode="max", random_seed=3)
    assert first(lowest, 4) == first(highest, 4)


def test_equal_seeds_give_equal_suggestions_and_others_do_not(tasks, space):
    runs = [first(QuantileBasedSurrogateSearcher(space, "loss", tasks, random_seed=s), 3) for s in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


def test_it_says_why(tasks, space):
    scheduler = FIFOScheduler(
        space, "loss", searcher="quantile_based", search_options={"transfer_learning_evaluations": tasks}
    )
    suggestion = scheduler.suggest(0)
    assert "3 earlier tasks predict" in suggestion.reason
    assert suggestion.facts["predicted_std"] > 0


def test_finite_spaces_are_ranked_as_a_whole_until_nothing_is_left(make_task):
    space = Space({"n": randint(1, 3), "c": choice(["u", "v"])})
    configs = list(space.configurations())
    task = make_task(space, configs, np.arange(6.0))
    searcher = QuantileBasedSurrogateSearcher(space, "loss", {"a": task}, random_seed=1)
    found = first(searcher, 7)
    assert found[-1] is None
    assert len({str(config) for config in found[:6]}) == 6


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"normalization": "rank"}, "'gaussian'"),
        ({"max_fit_samples": 0}, "max_fit_samples"),
        ({"num_candidates": 0}, "num_candidates"),
        ({"mode": "minimum"}, "mode"),
    ],
)
def test_mistakes_name_the_legal_values(tasks, space, options, match):
    with pytest.raises(OptionError, match=match):
        QuantileBasedSurrogateSearcher(space, "loss", tasks, **options)
