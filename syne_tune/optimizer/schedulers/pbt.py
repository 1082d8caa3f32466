"""Population-based training: :class:`PopulationBasedTraining`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialSuggestion
from syne_tune.optimizer.schedulers.fifo import FIFOScheduler
from syne_tune.optimizer.schedulers.metrics import not_finite, positive_integer, required_number, sign_of
from syne_tune.optimizer.schedulers.population.exploration import CustomExploration, Exploration, RandomExploration
from syne_tune.optimizer.schedulers.population.members import Member, Population
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.seeds import RandomSeedGenerator
from syne_tune.trial import Result, Trial

ExploreFunction = Callable[[dict[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class _Clone:
    """A new member to be started: whose checkpoint it copies, and why."""

    parent: int
    instead_of: int


class PopulationBasedTraining(FIFOScheduler):
    """Bad members of a population are replaced by varied copies of good ones, while all of them train.

    Jaderberg, Dalibard, Osindero, Czarnecki, Donahue, Razavi, Vinyals, Green, Dunning, Simonyan, Fernando, Kavukcuoglu,
    *Population Based Training of Neural Networks*, 2017 (arXiv:1711.09846).

    After each interval, a trial is compared with the latest scores of all others. If it is among the worst, it is
    stopped, and a new trial starts from the checkpoint of one of the best, with a configuration varied from that one.
    Scripts must write checkpoints, and read ``st_checkpoint_dir`` when they start; the resource they report counts on
    from that of the checkpoint. Which configuration was used when is on record: see
    :func:`syne_tune.experiments.population_schedule.population_schedule`, which replays the best policy.

    Reports that are not as they should be: metric NaN or infinite: stop, counts as failed; metric or resource missing
    or not a number: ``SchedulerError``; resource not above the last one: continue, not used; after a stop: stop again.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, any growing number, such as seconds or epochs.
        max_t: Trials stop at this resource.
        custom_explore_fn: Varies a configuration, in place of the default: numbers times 0.8 or 1.2, neighbours in
            ordered finite domains, categories drawn anew.
        mode: ``"min"`` or ``"max"``.
        population_size: Nobody is replaced before so many members have a score.
        perturbation_interval: Length of an interval, in units of the resource.
        quantile_fraction: Share of the members that are the best, and the worst, from 0 to 1/2.
        resample_probability: How often a parameter is drawn anew rather than moved.
        searcher: Suggests the first configurations.
        search_options: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        points_to_evaluate: Likewise.
        random_seed: Likewise.
        max_resource_attr: Accepted as in other schedulers; ``max_t`` says when trials stop.
        time_keeper: Accepted for existing scripts; schedulers read no clock.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If another argument is not allowed.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str = "time_total_s",
        max_t: float = 100,
        custom_explore_fn: ExploreFunction | None = None,
        *,
        mode: str = "min",
        population_size: int = 4,
        perturbation_interval: float = 60.0,
        quantile_fraction: float = 0.25,
        resample_probability: float = 0.25,
        searcher: str | BaseSearcher = "random",
        search_options: Mapping[str, Any] | None = None,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        random_seed: int | None = None,
        max_resource_attr: str | None = None,
        time_keeper: object = None,
    ) -> None:
        _check("max_t", max_t, 0, np.inf)
        _check("perturbation_interval", perturbation_interval, 0, np.inf)
        _check("quantile_fraction", quantile_fraction, -1e-300, 0.5)
        _check("resample_probability", resample_probability, -1e-300, 1)
        if positive_integer(population_size) is None:
            raise OptionError(f"population_size = {population_size!r}: must be an integer of at least 1")
        super().__init__(
            config_space,
            metric,
            mode=mode,
            searcher=searcher,
            search_options=search_options,
            points_to_evaluate=points_to_evaluate,
            random_seed=random_seed,
            max_resource_attr=max_resource_attr,
            time_keeper=time_keeper,
        )
        if len(self._metrics) > 1:
            raise OptionError(f"metric = {self._metrics}: members are compared by one metric")
        self.resource_attr = resource_attr
        self._largest, self._interval = float(max_t), float(perturbation_interval)
        self._sign = sign_of(self._modes[0])
        self.population = Population(quantile_fraction, population_size)
        seeds = RandomSeedGenerator(self.random_seed)
        self._random_state = np.random.RandomState([seeds() for _ in range(2)][-1])
        self._exploration = self._make_exploration(custom_explore_fn, resample_probability)
        self._clones: list[_Clone] = []

    def _make_exploration(self, function: ExploreFunction | None, resample_probability: float) -> Exploration:
        if function is not None:
            return CustomExploration(self.space, function)
        return RandomExploration(self.space, resample_probability, self._random_state)

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        while self._clones:
            clone = self._clones.pop(0)
            parent = self._donor(clone)
            if parent is not None:
                return self._start_clone(trial_id, parent, clone.instead_of)
        suggestion = super()._suggest(trial_id)
        if suggestion is not None and suggestion.config is not None:
            self.population.members[trial_id] = Member(suggestion.config)
        return suggestion

    def _donor(self, clone: _Clone) -> int | None:
        """The member whose checkpoint is copied: as decided, or the best one left if that has ended meanwhile."""
        if self.population.members[clone.parent].is_alive:
            return clone.parent
        return self.population.best_alive()

    def _start_clone(self, trial_id: int, parent: int, instead_of: int) -> TrialSuggestion:
        donor = self.population.members[parent]
        assert donor.score is not None, "donors are among the best"
        config = self._exploration.explore(donor.config, donor.resource, donor.score)
        self.population.members[trial_id] = Member(config, donor.resource, donor.resource, donor.score, True, parent)
        self.searcher.register_pending(str(trial_id), config)
        reason = f"in place of trial {instead_of}: starts from the checkpoint of trial {parent}, one of the best"
        facts = {"parent": parent, "instead_of": instead_of, "resource": donor.resource, "parent_score": donor.score}
        return TrialSuggestion.start_suggestion(config, parent, reason, **facts)

    # -- callbacks -----------------------------------------------------------------------------------------------

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """Compares the trial at the end of each interval; stops it if it is among the worst."""
        member = self._known(trial)
        resource = required_number(trial, result, self.resource_attr)
        problem = not_finite(trial, result, [*self._metrics, self.resource_attr])
        if not member.is_alive:
            return Decision(SchedulerDecision.STOP, "a report after the trial was stopped is not used")
        if problem is not None:
            return self._give_up(trial, problem)
        self.searcher.on_trial_result(str(trial.trial_id), trial.config, result, update=False)
        if resource >= self._largest:
            self._compare(trial.trial_id, member, result, resource)
            member.is_alive = False
            return Decision(SchedulerDecision.STOP, f"{self.resource_attr} {resource:g} is the largest: done")
        if resource < member.resource + self._interval:
            return Decision(SchedulerDecision.CONTINUE, "the interval has not ended")
        self._compare(trial.trial_id, member, result, resource)
        return self._decide(trial.trial_id, member)

    def _compare(self, trial_id: int, member: Member, result: Result, resource: float) -> None:
        score = self._sign * float(result[self._metrics[0]])
        if member.score is not None and resource > member.resource:
            self._exploration.learn(member.config, member.resource, member.score, score)
        member.resource, member.score = max(resource, member.resource), score

    def _decide(self, trial_id: int, member: Member) -> Decision:
        worst, best = self.population.quantiles()
        rank, count = self.population.rank(trial_id)
        facts = {"rank": rank, "members": count, "resource": member.resource}
        best = [other for other in best if other != trial_id]
        if trial_id not in worst or not best:
            return Decision(SchedulerDecision.CONTINUE, f"rank {rank} of {count} in the population", **facts)
        parent = best[int(self._random_state.randint(len(best)))]
        self._clones.append(_Clone(parent, trial_id))
        member.is_alive = False
        reason = f"rank {rank} of {count} in the population: replaced by a copy of trial {parent}"
        return Decision(SchedulerDecision.STOP, reason, **facts, replaced_by_copy_of=parent)

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """The script ended well before the largest resource."""
        self._known(trial).is_alive = False
        super().on_trial_complete(trial, result)

    def on_trial_error(self, trial: Trial) -> None:
        """The trial failed: it is no member any more."""
        member = self._known(trial)
        member.is_alive, member.score = False, None
        super().on_trial_error(trial)

    def on_trial_remove(self, trial: Trial) -> None:
        """The trial was stopped."""
        self._known(trial).is_alive = False
        super().on_trial_remove(trial)

    def _known(self, trial: Trial) -> Member:
        member = self.population.members.get(trial.trial_id)
        if member is None:
            raise SchedulerError(f"Trial {trial.trial_id} is not known: this scheduler has never suggested it")
        return member

    def metadata(self) -> dict[str, Any]:
        """As in :class:`FIFOScheduler`, and the resource."""
        return {**super().metadata(), "resource_attr": self.resource_attr, "max_resource_level": self._largest}


def _check(name: str, value: object, above: float, largest: float) -> None:
    number = np.nan if isinstance(value, bool) or not isinstance(value, Real) else float(value)
    if not above < number <= largest:
        smallest = "larger than 0" if above == 0 else "at least 0"
        rule = smallest if largest == np.inf else f"{smallest} and at most {largest:g}"
        raise OptionError(f"{name} = {value!r}: must be {rule}")
