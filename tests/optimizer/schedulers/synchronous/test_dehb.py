import pytest

from syne_tune.config_space import choice, loguniform, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import DEHB
from syne_tune.optimizer.schedulers.synchronous import DifferentialEvolutionHyperbandScheduler
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.testing.scripted_study import ScriptedStudy
from syne_tune.testing.spaces import finite_space

SPACE = {"lr": loguniform(1e-4, 1.0), "kind": choice(["a", "b", "c"]), "epochs": 9}


class TestDEHBContract(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return DEHB(
            config_space,
            metric="loss",
            resource_attr="epoch",
            max_resource_attr="epochs",
            reduction_factor=2,
            random_seed=random_seed,
        )


class TestDEHBFromScratch(SchedulerContract):
    repeats_configurations = True
    ends_on_finite_spaces = False

    def make_scheduler(self, config_space, random_seed):
        return DEHB(
            config_space,
            metric="loss",
            mode="max",
            resource_attr="epoch",
            max_resource_attr="epochs",
            searcher="random",
            support_pause_resume=False,
            random_seed=random_seed,
        )


class Sequential:
    """One worker: every trial reports the same function of its configuration at its level."""

    def __init__(self, scheduler, trial_of, loss):
        self.scheduler, self.trial_of, self.loss = scheduler, trial_of, loss
        self.trials = {}

    def step(self):
        suggestion = self.scheduler.suggest(len(self.trials))
        if suggestion.spawn_new_trial_id:
            trial = self.trials[len(self.trials)] = self.trial_of(len(self.trials), suggestion.config)
        else:
            trial = self.trials[suggestion.checkpoint_trial_id]
        level = suggestion.facts["level"]
        decision = self.scheduler.on_trial_result(trial, {"epoch": level, "loss": self.loss(trial.config)})
        self.scheduler.on_trial_remove(trial)
        assert decision in ("PAUSE", "STOP")
        return suggestion


@pytest.fixture
def study(trial_of):
    def make(loss=lambda config: config["lr"], **kwargs):
        kwargs = {"max_resource_attr": "epochs", "random_seed": 0, "points_to_evaluate": [], **kwargs}
        scheduler = DifferentialEvolutionHyperbandScheduler(SPACE, [(9, 1), (3, 3), (1, 9)], "loss", **kwargs)
        return Sequential(scheduler, trial_of, loss)

    return make


def test_the_first_bracket_is_successive_halving(study):
    run = study()
    suggestions = [run.step() for _ in range(13)]
    assert [it.spawn_new_trial_id for it in suggestions] == [True] * 9 + [False] * 4
    best = sorted(range(9), key=lambda trial: run.trials[trial].config["lr"])
    assert [it.checkpoint_trial_id for it in suggestions[9:12]] == best[:3]
    assert suggestions[12].checkpoint_trial_id == best[0]


ITERATION = 9 + 3 + 1 + 3 + 1 + 1
"""Slots of the three brackets of an iteration."""


def test_the_first_iteration_is_hyperband(study):
    run = study()
    suggestions = [run.step() for _ in range(ITERATION)]
    assert all(it.facts.get("source") != "evolution" for it in suggestions)
    assert [it.facts["bracket"] for it in suggestions if not it.spawn_new_trial_id] == [0] * 4 + [1]
    assert run.step().facts["source"] == "evolution"


def test_later_brackets_breed_and_keep_the_better_one(study):
    run = study()
    for _ in range(ITERATION):
        run.step()
    population = run.scheduler.bracket_manager.population(1)
    assert population.is_full
    for place in range(9):
        before = population.member(place)
        suggestion = run.step()
        assert (suggestion.facts["source"], suggestion.config["epochs"]) == ("evolution", 1)
        assert suggestion.facts["target"] == before.trial_id
        assert population.member(place).cost == min(before.cost, suggestion.config["lr"])


def test_parents_are_the_best_of_the_level_below(study):
    run = study()
    for _ in range(ITERATION + 9):
        run.step()
    manager = run.scheduler.bracket_manager
    best = manager.population(1).best(3)
    bred = [run.step() for _ in range(3)]
    assert all(it.facts["level"] == 3 and set(it.facts["parents"]) == set(best) for it in bred)


def test_evolution_finds_better_configurations_than_the_first_bracket(study):
    run = study(loss=lambda config: abs(config["lr"] - 0.01) + (config["kind"] != "b"))
    losses = []
    for _ in range(120):
        suggestion = run.step()
        trial_id = len(run.trials) - 1 if suggestion.spawn_new_trial_id else suggestion.checkpoint_trial_id
        losses.append(run.loss(run.trials[trial_id].config))
    assert min(losses[13:]) < min(losses[:13])


def test_without_checkpoints_configurations_are_trained_again(study):
    run = study(support_pause_resume=False)
    suggestions = [run.step() for _ in range(10)]
    again = suggestions[9]
    assert again.spawn_new_trial_id
    assert again.facts["source"] == "again"
    assert again.config["lr"] == run.trials[again.facts["of"]].config["lr"]


def test_the_searcher_of_first_configurations_can_be_chosen(study):
    """C9: passing a searcher to DEHB was a TypeError."""
    run = study(searcher="grid", search_options={"num_samples": {"lr": 3}})
    assert "grid" in run.step().reason


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mutation_factor": 0}, "mutation_factor = 0"),
        ({"crossover_probability": 2}, "crossover_probability = 2"),
        ({"search_options": {"debug": True}}, "debug"),
        ({"num_brackets_per_iteration": 4}, "num_brackets_per_iteration = 4"),
    ],
)
def test_arguments_are_checked(study, arguments, message):
    with pytest.raises(OptionError, match=message):
        study(**arguments)


def test_conditional_and_integer_free_spaces(trial_of):
    scheduler = DifferentialEvolutionHyperbandScheduler({"x": uniform(0, 1)}, [(4, 1), (2, 2)], "loss", random_seed=1)
    run = Sequential(scheduler, trial_of, lambda config: config["x"])
    assert {run.step().facts.get("source") for _ in range(30)} >= {"random", "evolution"}


@pytest.mark.parametrize("seed", range(3))
def test_checkpoints_are_given_up_only_if_their_trials_are_never_resumed(seed):
    """A trial of the first bracket may win a slot of a later one, which is not its end; the script checks it."""
    scheduler = DEHB(finite_space(), "loss", resource_attr="epoch", max_resource_attr="epochs", random_seed=seed)
    study = ScriptedStudy(scheduler, seed, failure_rate=0.05).run(400)
    assert any(event[0] == "suggest" and not event[2].spawn_new_trial_id for event in study.log)
    assert study.given_up
