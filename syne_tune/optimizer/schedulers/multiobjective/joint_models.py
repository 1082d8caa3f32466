"""One model per objective, and where they expect the dominated volume to grow most: :class:`JointModels`.

Notation::

    n, q, d   number of observations, of pending evaluations, of columns of an encoded configuration
    k         number of objectives, all to be minimised
    r         reference point (k,): values beyond it are worth nothing

All of it happens in the units of the models, whose transforms are increasing: what dominates what stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.acquisition.acquisition import AcquisitionFunction, Sum
from syne_tune.optimizer.acquisition.boxes import non_dominated_boxes
from syne_tune.optimizer.acquisition.fantasies import believe
from syne_tune.optimizer.acquisition.multi_objective import JointTerm, LogExpectedHypervolumeImprovement
from syne_tune.optimizer.acquisition.optimize import optimize
from syne_tune.optimizer.models.gp.target_transforms import prediction_of_values
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.surrogate import Conditioned, Surrogate
from syne_tune.optimizer.pareto.non_dominated import epsilon_net_order, is_non_dominated
from syne_tune.optimizer.schedulers.multiobjective.objectives import Objectives
from syne_tune.optimizer.schedulers.searchers.aspect import Aspect, Opinion, eligible
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.level_view import Seen
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.pending import with_pending
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal

_NUM_CENTRES = 10
"""Candidates are looked for around so many points of the front, spread out."""

_MOST_BOXES = 400
"""The front is thinned out so that about as many boxes remain: their number grows like p^(k - 1)."""

_WORTHLESS = 0.75
"""What this share of all configurations is expected to undercut is worth nothing, unless a reference point is given."""

_NUM_ANYWHERE = 200
"""So many random configurations stand for all."""

_SMALLEST_RANGE = 1e-3


class Evidence(NamedTuple):
    """What is known before a suggestion.

    Attributes:
        x: Inputs of the models ``(n, d')``.
        costs: ``(n, k)``.
        pending: Inputs ``(q, d')`` under evaluation.
        tried: Inputs ``(t, d')`` at which models are believed, besides those.
        pending_codes: Encoded configurations ``(q, d)`` under evaluation.
        rivals: Encoded configurations ``(c, d)``, c at least 1, that have been or are being evaluated.
    """

    x: FloatArray
    costs: FloatArray
    pending: FloatArray
    tried: FloatArray
    pending_codes: FloatArray
    rivals: FloatArray


class Outlook(NamedTuple):
    """What all models say before a suggestion.

    Attributes:
        known: Models of the objectives given what is known, seen as functions of configurations.
        acquisition: What is maximised.
        opinions: Of other aspects.
        centres: Encoded configurations ``(c, d)`` worth looking around.
        num_observations: n.
        seeks_improvement: Whether the acquisition function looks at the objectives; not while nothing is feasible.
    """

    known: list[Seen]
    acquisition: Sum
    opinions: list[Opinion]
    centres: FloatArray
    num_observations: int
    seeks_improvement: bool


class JointModels:
    """Keeps one model per objective up to date, and ranks configurations by expected hypervolume improvement.

    Evaluations under way are believed to give what the models expect.

    Args:
        inputs: The encoding.
        options: Choices of the user.
        surrogates: One per objective.
        objectives: Their names and modes.
        random_state: The only source of randomness.
        aspects: What counts besides the objectives.
        reference_point: r, in units of the metrics. Default: in each objective, the upper quartile of what the models
            expect of random configurations. It does not depend on the front: a point beyond the worst values of a
            front, by a share of its range, would keep that front from growing longer, and where a front is short, all
            suggestions would crowd there.
    """

    def __init__(
        self,
        inputs: ModelInputs,
        options: BayesianOptions,
        surrogates: Sequence[Surrogate],
        objectives: Objectives,
        random_state: np.random.RandomState,
        aspects: Sequence[Aspect] = (),
        reference_point: Sequence[float] | None = None,
    ) -> None:
        self._inputs, self._options, self._surrogates = inputs, options, list(surrogates)
        self._objectives, self._random_state = objectives, random_state
        self._aspects, self._reference_point = tuple(aspects), reference_point

    @cached_property
    def _anywhere(self) -> FloatArray:
        """Random configurations, the same ones before each suggestion."""
        domain = self._inputs.domain
        return domain.mask(domain.sample(_NUM_ANYWHERE, self._random_state))

    def outlook(self, evidence: Evidence, look: Callable[[Conditioned], Seen]) -> Outlook:
        """Brings all models up to date.

        Args:
            evidence: With at least one observation.
            look: Makes a function of configurations of a model.
        """
        pairs = enumerate(self._surrogates)
        known = [surrogate.update(evidence.x, evidence.costs[:, i]) for i, surrogate in pairs]
        assumed = [with_pending(model, evidence.pending, self._options, self._random_state) for model in known]
        seen = [look(believe(model, evidence.tried)) for model in assumed]
        opinions = [it for aspect in self._aspects if (it := aspect.opinion(evidence.pending_codes)) is not None]
        means = np.stack([model.predict_mean(evidence.rivals) for model in seen], axis=1)
        feasible = eligible(evidence.rivals, opinions)
        seeks_improvement = bool(feasible.any())
        leaders = np.flatnonzero(feasible) if seeks_improvement else np.arange(len(means))
        terms: list[AcquisitionFunction] = [opinion.term for opinion in opinions]
        if seeks_improvement:
            reference = self._reference(means[leaders], seen, opinions)
            boxes = non_dominated_boxes(_thinned(means[leaders]), reference)
            terms.insert(0, JointTerm(seen, LogExpectedHypervolumeImprovement(boxes)))
        centres = evidence.rivals[leaders][_spread(means[leaders], _NUM_CENTRES)]
        looked_at = [look(model) for model in known]
        return Outlook(looked_at, Sum(terms), opinions, centres, len(evidence.x), seeks_improvement)

    def _reference(self, means: FloatArray, seen: Sequence[Seen], opinions: Sequence[Opinion]) -> FloatArray:
        """The reference point r in the units of the models, which may have changed.

        As long as nothing known is better than r in all objectives, r is moved away to the worst values known.
        """
        if self._reference_point is not None:
            costs = self._objectives.signs * np.asarray(self._reference_point, dtype=np.float64)
            pairs = zip(self._surrogates, costs, strict=True)
            return np.array([surrogate.transform.forward(np.array([cost]))[0] for surrogate, cost in pairs])
        anywhere = self._anywhere[eligible(self._anywhere, opinions)]
        typical = np.stack([model.predict_mean(anywhere) for model in seen], axis=1) if len(anywhere) else means
        reference = np.quantile(typical, _WORTHLESS, axis=0)
        if not np.any(np.all(means < reference, axis=1)):
            reference = np.maximum(reference, means.max(axis=0) + _SMALLEST_RANGE)
        return np.asarray(reference)

    # -- rankings ------------------------------------------------------------------------------------------------

    def search(self, outlook: Outlook, num_candidates: int | None = None) -> Iterator[Proposal]:
        """Ranks configurations found by searching the space.

        Args:
            outlook: From :meth:`outlook`.
            num_candidates: Number of candidates to start from. Default: as the options say.
        """
        effort = self._options.effort(outlook.num_observations, num_candidates)
        found = optimize(
            outlook.acquisition, self._inputs.domain, self._random_state, centres=outlook.centres, effort=effort
        )
        for x, value in zip(found.x, found.values, strict=True):
            yield self._proposal(outlook, x, float(value), self._inputs.decode(x[None])[0])

    def rank(self, outlook: Outlook, configs: Sequence[dict[str, Any]]) -> Iterator[Proposal]:
        """Ranks given configurations, which may be none.

        Args:
            outlook: From :meth:`outlook`.
            configs: The configurations.
        """
        if not configs:
            return
        x = self._inputs.encode(configs)
        values = outlook.acquisition.evaluate(x)
        for place in np.argsort(-values, kind="stable"):
            yield self._proposal(outlook, x[place], float(values[place]), dict(configs[place]))

    def _proposal(self, outlook: Outlook, x: FloatArray, acquisition: float, config: dict[str, Any]) -> Proposal:
        predicted = [self._predicted(i, model, x) for i, model in enumerate(outlook.known)]
        facts = {}
        for name, (mean, std) in zip(self._objectives.names, predicted, strict=True):
            facts.update({f"predicted_{name}": mean, f"predicted_{name}_std": std})
        for opinion in outlook.opinions:
            facts.update(opinion.facts(x[None]))
        return Proposal(config, *predicted[0], acquisition, facts, outlook.seeks_improvement)

    def _predicted(self, number: int, model: Seen, x: FloatArray) -> tuple[float, float]:
        """Mean and standard deviation of an objective in the units of its metric."""
        (mean,), (std,) = prediction_of_values(self._surrogates[number].transform, *model.predict(x[None]))
        return float(self._objectives.signs[number] * mean), float(std)


def _thinned(costs: FloatArray) -> FloatArray:
    """The front of the points ``(c, k)``, or a part of it that is spread out and can be afforded."""
    most = max(2, int(_MOST_BOXES ** (1 / (costs.shape[1] - 1))))
    return costs[_spread(costs, most)]


def _spread(costs: FloatArray, most: int) -> npt.NDArray[np.intp]:
    """Places of at most so many points of the front of ``(c, k)``, spread out."""
    front = np.flatnonzero(is_non_dominated(costs))
    order = epsilon_net_order(costs[front], int(np.argmin(costs[front, 0])))
    return np.asarray(front[order[:most]])
