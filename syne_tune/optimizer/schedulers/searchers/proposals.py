"""The configurations that a Gaussian process would evaluate next: :class:`Proposer`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np

from syne_tune.optimizer.acquisition.acquisition import Sum, Term
from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement, ScoreFunction, best_mean
from syne_tune.optimizer.acquisition.noisy import draw_truths
from syne_tune.optimizer.acquisition.optimize import optimize
from syne_tune.optimizer.acquisition.thompson import sampled_order
from syne_tune.optimizer.models.gp.informed_surrogate import InformedSurrogate
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.surrogate import AdaptiveSurrogate, GaussianProcessSurrogate
from syne_tune.optimizer.models.gp.target_transforms import TargetTransform, prediction_of_values
from syne_tune.optimizer.models.predictor import FloatArray, Predictor
from syne_tune.optimizer.models.surrogate import Conditioned
from syne_tune.optimizer.schedulers.searchers.ambition import lowered, relevant_gain
from syne_tune.optimizer.schedulers.searchers.aspect import Aspect, Opinion, eligible
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.pending import with_pending

NUM_CENTRES = 5
"""Candidates are looked for around so many of the best configurations."""

_NO_FACTS: Mapping[str, float] = MappingProxyType({})


class Proposal(NamedTuple):
    """A configuration worth evaluating, and what the models say of it.

    Attributes:
        config: Active hyperparameters.
        mean: Predicted value, in the units of the history.
        std: Its standard deviation.
        acquisition: Value of the acquisition function; larger is better.
        facts: What aspects besides the metric say, by name.
        seeks_improvement: Whether it was chosen for its value, too; not while no configuration may be the incumbent.
    """

    config: dict[str, Any]
    mean: float
    std: float
    acquisition: float
    facts: Mapping[str, float] = _NO_FACTS
    seeks_improvement: bool = True


def proposed(
    config: dict[str, Any],
    x: FloatArray,
    acquisition: float,
    seen: Predictor,
    transform: TargetTransform,
    opinions: Sequence[Opinion],
) -> Proposal:
    """A configuration with what the models say of it.

    Args:
        config: The configuration.
        x: Its code ``(d,)``.
        acquisition: Value of the acquisition function.
        seen: Predicts targets.
        transform: From values to targets.
        opinions: What aspects besides the metric say.
    """
    (mean,), (std,) = prediction_of_values(transform, *seen.predict(x[None]))
    facts = {name: fact for opinion in opinions for name, fact in opinion.facts(x[None]).items()}
    return Proposal(config, float(mean), float(std), float(acquisition), facts)


class Ranks(Protocol):
    """Ranks configurations, given what is known."""

    def search(self, history: History, num_candidates: int | None = None) -> Iterator[Proposal]:
        """Those found by searching the space."""
        ...

    def rank(self, history: History, configs: Sequence[dict[str, Any]]) -> Iterator[Proposal]:
        """Given ones; may be empty."""
        ...


class _Learned(NamedTuple):
    """State of all models before one suggestion."""

    known: Posterior
    terms: list[Term]
    opinions: list[Opinion]
    seeks_improvement: bool


class Proposer:
    """Keeps a Gaussian process up to date, and ranks configurations by it and by what other aspects say.

    The caller takes the first proposal of a ranking that it has not used yet.

    Args:
        inputs: The encoding.
        options: Choices of the user.
        random_state: The only source of randomness.
        aspects: What counts besides the metric.
        surrogate: The model. Default: a Gaussian process that knows nothing beforehand.
    """

    def __init__(
        self,
        inputs: ModelInputs,
        options: BayesianOptions,
        random_state: np.random.RandomState,
        aspects: Sequence[Aspect] = (),
        surrogate: AdaptiveSurrogate[Posterior] | InformedSurrogate[Posterior] | None = None,
    ) -> None:
        self._inputs = inputs
        self._options = options
        self._random_state = random_state
        self._aspects = tuple(aspects)
        self._surrogate = surrogate or GaussianProcessSurrogate(inputs.layout, options.surrogate(), random_state)

    # -- what the models say -------------------------------------------------------------------------------------

    def _learn(self, history: History) -> _Learned:
        """The models given all values, and the terms of the acquisition function, which also knows what is pending."""
        x, values = history.observations()
        known, pending = self._surrogate.update(x, values), history.pending()
        under_way = 0 if self._options.no_fantasizing else len(pending)
        gain = relevant_gain(values, self._options.ambition_after(len(values) + under_way))
        opinions = [opinion for aspect in self._aspects if (opinion := aspect.opinion(pending)) is not None]
        terms = [opinion.term for opinion in opinions]
        if self._options.acq_function == "thompson":
            return _Learned(known, terms, opinions, seeks_improvement=True)
        improvement = self._improvement(known, pending, opinions, gain)
        if improvement is None:
            return _Learned(known, terms, opinions, seeks_improvement=False)
        return _Learned(known, [improvement, *terms], opinions, seeks_improvement=True)

    def _improvement(
        self, known: Posterior, pending: FloatArray, opinions: Sequence[Opinion], gain: float
    ) -> Term | None:
        """The term of the metric; ``None`` if no configuration may be the incumbent to improve on, by ``gain``."""
        assumed: Conditioned
        score: Callable[[float | FloatArray], ScoreFunction]
        if self._options.acq_function == "nei":
            counted = pending[:0] if self._options.no_fantasizing else pending
            assumed, at_data = draw_truths(known, counted, self._options.num_truths, self._random_state)
            score = LogExpectedImprovement
        else:
            assumed = with_pending(known, pending, self._options, self._random_state)
            at_data, score = assumed.mean_at_data, self._options.score
        rivals = eligible(assumed.x, opinions)
        if not rivals.any():
            return None
        incumbent = lowered(best_mean(at_data, rivals), gain, self._surrogate.transform)
        return Term(assumed, score(incumbent))

    # -- rankings ------------------------------------------------------------------------------------------------

    def search(self, history: History, num_candidates: int | None = None) -> Iterator[Proposal]:
        """Ranks configurations found by searching the space.

        Args:
            history: With at least one value.
            num_candidates: Number of candidates to start from. Default: as the options say.
        """
        learned = self._learn(history)
        known = learned.known
        centres = known.x[np.argsort(known.mean_at_data, kind="stable")[:NUM_CENTRES]]
        effort = self._options.effort(len(known.x), num_candidates)
        domain = self._inputs.domain
        if self._options.acq_function == "thompson":
            pool = domain.mask(domain.candidates(centres, effort.num_random, effort.num_neighbours, self._random_state))
            return self._in_sampled_order(learned, pool, None)
        found = optimize(Sum(learned.terms), domain, self._random_state, centres=centres, effort=effort)
        pairs = zip(found.x, found.values, strict=True)
        return (self._proposal(learned, x, value, self._inputs.decode(x[None])[0]) for x, value in pairs)

    def rank(self, history: History, configs: Sequence[dict[str, Any]]) -> Iterator[Proposal]:
        """Ranks given configurations.

        Args:
            history: With at least one value.
            configs: The configurations; may be empty.
        """
        learned = self._learn(history)
        x = self._inputs.encode(configs)
        if self._options.acq_function == "thompson":
            return self._in_sampled_order(learned, x, configs)
        values = Sum(learned.terms).evaluate(x)
        order = np.argsort(-values, kind="stable")
        return (self._proposal(learned, x[place], values[place], dict(configs[place])) for place in order)

    def _in_sampled_order(
        self, learned: _Learned, x: FloatArray, configs: Sequence[dict[str, Any]] | None
    ) -> Iterator[Proposal]:
        """The order in a function drawn from the posterior; what aspects say is a penalty in units of the model."""
        penalty = Sum(learned.terms).evaluate(x) if learned.terms else np.zeros(len(x))
        for place, value in sampled_order(learned.known, x, penalty, self._random_state):
            config = self._inputs.decode(x[place][None])[0] if configs is None else dict(configs[place])
            yield self._proposal(learned, x[place], value, config)

    def _proposal(self, learned: _Learned, x: FloatArray, acquisition: float, config: dict[str, Any]) -> Proposal:
        proposal = proposed(config, x, acquisition, learned.known, self._surrogate.transform, learned.opinions)
        return proposal._replace(seeks_improvement=learned.seeks_improvement)
