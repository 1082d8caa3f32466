import math

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.schedulers import PB2, PopulationBasedTraining
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.testing.spaces import MAX_RESOURCE

SPACE = {"lr": uniform(0, 1)}


class TestPopulationBasedTrainingContract(SchedulerContract):
    repeats_configurations = True
    ends_on_finite_spaces = False

    def make_scheduler(self, config_space, random_seed):
        return PopulationBasedTraining(
            config_space,
            metric="loss",
            resource_attr="epoch",
            max_t=MAX_RESOURCE,
            perturbation_interval=2,
            random_seed=random_seed,
        )


class TestPB2Contract(SchedulerContract):
    repeats_configurations = True
    ends_on_finite_spaces = False
    seeds = (0, 1)

    def make_scheduler(self, config_space, random_seed):
        return PB2(
            config_space,
            metric="loss",
            mode="max",
            resource_attr="epoch",
            max_t=MAX_RESOURCE,
            perturbation_interval=2,
            random_seed=random_seed,
        )


class Run:
    def __init__(self, scheduler, trial_of):
        self.scheduler, self.trial_of, self.trials = scheduler, trial_of, {}

    def ask(self):
        suggestion = self.scheduler.suggest(len(self.trials))
        self.trials[len(self.trials)] = trial = self.trial_of(len(self.trials), suggestion.config)
        self.scheduler.on_trial_add(trial)
        return suggestion

    def report(self, trial_id, epoch, loss):
        decision = self.scheduler.on_trial_result(self.trials[trial_id], {"epoch": epoch, "loss": loss})
        if decision == "STOP":
            self.scheduler.on_trial_remove(self.trials[trial_id])
        return decision


@pytest.fixture
def run(trial_of):
    def make(**kwargs):
        kwargs = {"max_t": 10, "perturbation_interval": 2, "random_seed": 0, **kwargs}
        return Run(PopulationBasedTraining(SPACE, "loss", "epoch", **kwargs), trial_of)

    return make


@pytest.fixture
def four(run):
    study = run()
    for _ in range(4):
        study.ask()
    return study


def test_the_worst_is_replaced_by_a_varied_copy_of_the_best(four):
    decisions = [four.report(trial, 2, loss) for trial, loss in ((0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0))]
    assert decisions == ["CONTINUE", "CONTINUE", "CONTINUE", "STOP"]
    assert decisions[3].facts["replaced_by_copy_of"] == 0
    clone = four.ask()
    assert (clone.spawn_new_trial_id, clone.checkpoint_trial_id) == (True, 0)
    assert clone.facts["parent"] == 0
    assert clone.config["lr"] != four.trials[0].config["lr"]


def test_those_that_were_replaced_are_no_members_any_more(four):
    """They counted among the worst, so that soon nobody who still ran did."""
    for trial_id in range(4):
        decision = four.report(trial_id, 2, float(trial_id))
    assert decision == "STOP"
    for trial_id, loss in ((4, 2.5), (5, 2.4), (6, 2.3)):
        assert four.ask().checkpoint_trial_id == 0
        decision = four.report(trial_id, 4, loss)
        assert decision == "STOP"
        assert decision.facts["members"] == 4


def test_clones_count_from_the_resource_of_their_parent(four):
    for trial, loss in ((0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)):
        four.report(trial, 2, loss)
    four.ask()
    assert four.report(4, 3, 9.0) == "CONTINUE"
    assert four.report(4, 4, 9.0) == "STOP"


def test_nobody_is_compared_before_the_interval_ends(four):
    assert [four.report(trial, 1, float(trial)) for trial in range(4)] == ["CONTINUE"] * 4
    assert all(member.score is None for member in four.scheduler.population.members.values())


def test_nobody_is_replaced_before_the_population_is_complete(run):
    """The argument population_size was never used."""
    study = run(population_size=6)
    for _ in range(4):
        study.ask()
    assert [study.report(trial, 2, float(trial)) for trial in range(4)] == ["CONTINUE"] * 4


def test_if_the_parent_has_ended_another_one_takes_its_place(four):
    for trial, loss in ((0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)):
        four.report(trial, 2, loss)
    four.scheduler.on_trial_error(four.trials[0])
    assert four.ask().checkpoint_trial_id == 1


def test_replacements_are_made_in_the_order_of_decisions(trial_of):
    scheduler = PopulationBasedTraining(
        SPACE, "loss", "epoch", max_t=10, perturbation_interval=2, quantile_fraction=0.5, random_seed=0
    )
    study = Run(scheduler, trial_of)
    for _ in range(4):
        study.ask()
    stopped = [trial for trial, loss in enumerate((1.0, 2.0, 4.0, 3.0)) if study.report(trial, 2, loss) == "STOP"]
    clones = [study.ask().facts["instead_of"] for _ in stopped]
    assert clones == stopped


def test_trials_end_at_the_largest_resource(four):
    assert four.report(0, 10, 1.0) == "STOP"
    assert four.report(0, 11, 1.0) == "STOP"


def test_non_finite_scores_count_as_failed(four):
    """W13: no check of NaN in PBT."""
    assert four.report(0, 2, math.nan) == "STOP"
    assert four.scheduler.population.members[0].score is None


def test_maximised_metrics(trial_of):
    study = Run(
        PopulationBasedTraining(SPACE, "loss", "epoch", max_t=10, perturbation_interval=2, mode="max", random_seed=0),
        trial_of,
    )
    for _ in range(4):
        study.ask()
    assert [study.report(trial, 2, -float(trial)) for trial in range(4)][-1] == "STOP"


def test_a_function_may_vary_configurations(run):
    study = run(custom_explore_fn=lambda config: {"lr": 0.123})
    for _ in range(4):
        study.ask()
    for trial in range(4):
        study.report(trial, 2, float(trial))
    assert study.ask().config == {"lr": 0.123}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"quantile_fraction": -0.1}, "quantile_fraction = -0.1: must be at least 0 and at most 0.5"),
        ({"quantile_fraction": 0.6}, "quantile_fraction = 0.6"),
        ({"resample_probability": 1.1}, "resample_probability"),
        ({"perturbation_interval": 0}, "perturbation_interval = 0: must be larger than 0"),
        ({"max_t": math.nan}, "max_t"),
        ({"population_size": 0}, "population_size"),
    ],
)
def test_arguments_are_checked(run, arguments, message):
    """Negative quantiles were accepted."""
    with pytest.raises(OptionError, match=message):
        run(**arguments)


def test_unknown_trials_and_missing_resources(four):
    with pytest.raises(SchedulerError, match="never suggested"):
        four.scheduler.on_trial_error(four.trial_of(99, {}))
    with pytest.raises(SchedulerError, match="epoch"):
        four.scheduler.on_trial_result(four.trials[0], {"loss": 1.0})
