"""How far each resource level can be trusted, measured by how well it ranks: the model side of Hyper-Tune.

Notation::

    k       resource level, r_k its resource
    top     highest level with enough observations
    theta   (k,) how often level k ranks the values of the top level best; sums to 1
    s       number of joint samples

Li et al. 2022, "Hyper-Tune: towards efficient hyper-parameter tuning at scale" (arXiv:2201.06834), section 4: theta
weighs the predictions of all levels, and chooses brackets with probabilities proportional to ``theta_k / r_k``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.at_resource import AtResource
from syne_tune.optimizer.models.gp.model import TrainedT
from syne_tune.optimizer.models.multi_fidelity.surrogates import MultiFidelitySurrogate
from syne_tune.optimizer.models.predictor import FloatArray, Prediction, Pullback, as_columns, shortest_length_scales
from syne_tune.optimizer.models.surrogate import Conditioned

FEWEST_VALUES = 6
"""A level with fewer values is not judged."""

SMALLEST_WEIGHT = 0.01
"""Levels with less weight are left out of mixtures."""

_NUM_FOLDS = 5
_MOST_VALUES = 80
"""Pairs are counted among so many values of the top level: the newest."""


def ranking_losses(samples: FloatArray, targets: FloatArray) -> FloatArray:
    """Share of pairs which are in the wrong order, for each of s samples.

    Args:
        samples: ``(m, s)``.
        targets: Values to be ranked ``(m,)``. Pairs of equal values do not count.

    Returns:
        ``(s,)``, between 0 and 1.
    """
    first, second = np.triu_indices(len(targets), k=1)
    differs = targets[first] != targets[second]
    first, second = first[differs], second[differs]
    wrong = (samples[first] < samples[second]) != (targets[first] < targets[second])[:, None]
    return np.asarray(wrong.mean(axis=0)) if len(first) else np.zeros(samples.shape[1])


def level_weights(
    surrogate: MultiFidelitySurrogate[TrainedT],
    num_samples: int,
    random_state: np.random.RandomState,
    fewest_values: int = FEWEST_VALUES,
) -> FloatArray:
    """The distribution theta over levels.

    A level below the top one is represented by the model given values up to that level, the top level by models that
    are each given all but a fifth of its values. All parameters are those of the last update.

    Args:
        surrogate: After an update.
        num_samples: s.
        random_state: Source of randomness.
        fewest_values: What is enough.

    Returns:
        ``(k,)``, not negative, sum 1, zero at levels without enough values. If fewer than two levels have enough, the
        only one, or else the lowest level with any values, gets everything.
    """
    known = surrogate.last
    level = surrogate.levels.index(known.x[:, -1])
    counts = np.bincount(level, minlength=len(surrogate.levels))
    enough = np.flatnonzero(counts >= fewest_values)
    if len(enough) < 2:
        only = enough[0] if len(enough) else level.min()
        return np.asarray(np.arange(len(counts)) == only, dtype=np.float64)
    samples = _Samples(surrogate, level, int(enough[-1]), num_samples, random_state)
    losses = np.stack([samples.losses(int(one)) for one in enough])
    theta = np.zeros(len(counts))
    is_best = losses == losses.min(axis=0)
    theta[enough] = (is_best / is_best.sum(axis=0)).mean(axis=1)
    return theta


class _Samples:
    """Joint samples of the models of all levels, at the newest values of the top level."""

    def __init__(
        self,
        surrogate: MultiFidelitySurrogate[TrainedT],
        level: npt.NDArray[np.intp],
        top: int,
        num_samples: int,
        random_state: np.random.RandomState,
    ) -> None:
        known = surrogate.last
        self._given = surrogate.given
        self._level, self._top, self._shares = level, top, surrogate.levels.shares
        self._num_samples, self._random_state = num_samples, random_state
        self._rows = np.flatnonzero(level == top)[-_MOST_VALUES:]
        self._configurations = known.x[self._rows, :-1]
        self._targets = known.targets[self._rows]

    def losses(self, level: int) -> FloatArray:
        """Ranking losses ``(s,)`` of a level."""
        samples = self._top_samples() if level == self._top else self._lower_samples(level)
        return ranking_losses(samples, self._targets)

    def _draw(self, rows: npt.NDArray[np.intp], configurations: FloatArray, level: int) -> FloatArray:
        at_level = AtResource(self._given(rows), float(self._shares[level]))
        return at_level.sample_joint(configurations, self._num_samples, self._random_state)

    def _lower_samples(self, level: int) -> FloatArray:
        return self._draw(np.flatnonzero(self._level <= level), self._configurations, level)

    def _top_samples(self) -> FloatArray:
        """Each value of the top level seen by a model that does not know it."""
        samples = np.empty((len(self._rows), self._num_samples))
        fold_of_row = self._random_state.permutation(len(self._rows)) % _NUM_FOLDS
        for fold in range(_NUM_FOLDS):
            held_out = np.flatnonzero(fold_of_row == fold)
            rest = np.setdiff1d(np.arange(len(self._level)), self._rows[held_out])
            samples[held_out] = self._draw(rest, self._configurations[held_out], self._top)
        return samples


def bracket_weights(theta: FloatArray, resources: Sequence[int], default: FloatArray) -> FloatArray:
    """Probabilities of brackets: proportional to ``theta_k / r_k`` where levels have been judged.

    Args:
        theta: Weights of levels ``(k,)``.
        resources: r_k ``(k,)``.
        default: Probabilities of brackets ``(b,)``, b at most k; bracket j starts at level j.

    Returns:
        ``(b,)``. Brackets above the highest level with a weight keep their default; the others share the rest.
    """
    learned = (theta / np.asarray(resources))[: len(default)]
    supported = np.arange(len(default)) <= np.max(np.flatnonzero(theta))
    share = float(default[supported].sum())
    if learned.sum() <= 0 or share <= 0:
        return default
    return np.where(supported, share * learned / learned.sum(), default)


class Component(NamedTuple):
    """A level's part in a mixture: its predictions times ``scale`` plus ``shift``, with probability ``weight``."""

    weight: float
    predictor: AtResource
    scale: float
    shift: float


class LevelMixture:
    """Predicts values at a target level by a mixture of what all levels say; inputs are configurations alone.

    Predictions of other levels are moved and scaled such that, over the configurations known to the model, they have
    the mean and deviation of those of the target level.

    Args:
        conditioned: Model over (configuration, resource).
        shares: ``r / r_max`` of the levels ``(k,)``.
        theta: Their weights ``(k,)``; those below :data:`SMALLEST_WEIGHT` are left out.
        target: Index of the level whose units predictions have.
    """

    def __init__(self, conditioned: Conditioned, shares: FloatArray, theta: FloatArray, target: int) -> None:
        configurations = np.unique(conditioned.x[:, :-1], axis=0)
        location, spread = _moments(conditioned, configurations, shares[target])
        kept = np.flatnonzero(theta >= SMALLEST_WEIGHT)
        total = theta[kept].sum()
        self._components = []
        for level in kept:
            own_location, own_spread = _moments(conditioned, configurations, shares[level])
            scale = spread / own_spread
            at_level = AtResource(conditioned, float(shares[level]))
            component = Component(float(theta[level] / total), at_level, scale, location - scale * own_location)
            self._components.append(component)

    def predict(self, x: FloatArray) -> Prediction:
        """Mean and standard deviation of the mixture at configurations ``(m, d)``."""
        return self._mix([part.predictor.predict(x) for part in self._components])

    def predict_mean(self, x: FloatArray) -> FloatArray:
        """Mean only, ``(m,)`` or ``(m, f)``."""
        parts = self._components
        means = [part.weight * (part.scale * part.predictor.predict_mean(x) + part.shift) for part in parts]
        return np.asarray(np.sum(means, axis=0))

    def _aligned(self, predictions: Sequence[Prediction]) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Weights ``(c,)``, aligned means ``(c, m, f)`` and deviations ``(c, m)`` of the components."""
        parts = list(zip(self._components, predictions, strict=True))
        means = np.stack([part.scale * as_columns(mean) + part.shift for part, (mean, _) in parts])
        return self._weights, means, np.stack([part.scale * std for part, (_, std) in parts])

    @property
    def _weights(self) -> FloatArray:
        return np.array([part.weight for part in self._components])

    def _mix(self, predictions: Sequence[Prediction]) -> Prediction:
        """Moments of the mixture; disagreement about the mean is averaged over fantasies."""
        weights, means, stds = self._aligned(predictions)
        mean = np.tensordot(weights, means, axes=1)
        between = ((means - mean) ** 2).mean(axis=2)
        variance = weights @ (stds**2 + between)
        return Prediction(mean.reshape(predictions[0].mean.shape), np.sqrt(variance))

    @property
    def length_scales(self) -> FloatArray | None:
        """The shortest of those of all levels, by column ``(d,)``."""
        return shortest_length_scales(*(part.predictor for part in self._components))

    def predict_with_pullback(self, x: FloatArray) -> tuple[Prediction, Pullback]:
        """As :meth:`predict`, and the way back to the ``d`` columns of the configuration."""
        pairs = [part.predictor.predict_with_pullback(x) for part in self._components]
        predictions = [prediction for prediction, _ in pairs]
        mixed = self._mix(predictions)
        weights, means, stds = self._aligned(predictions)
        apart = (means - mixed.mean.reshape(means.shape[1:])) / means.shape[2]

        def pullback(by_mean: FloatArray, by_std: FloatArray) -> FloatArray:
            by_column, by_part = by_mean.reshape(means.shape[1:]), by_std / mixed.std
            total = np.zeros_like(x)
            for k, (component, (_, back)) in enumerate(zip(self._components, pairs, strict=True)):
                factor = weights[k] * component.scale
                by_own_mean = factor * (by_column + by_part[:, None] * apart[k])
                total += back(by_own_mean.reshape(mixed.mean.shape), factor * by_part * stds[k])
            return total

        return mixed, pullback

    def sample_joint(self, x: FloatArray, num_samples: int, random_state: np.random.RandomState) -> FloatArray:
        """Functions ``(m, s)`` drawn at configurations ``(m, d)``, each from one of the levels."""
        drawn = random_state.choice(len(self._components), size=num_samples, p=self._weights)
        parts = [part.predictor.sample_joint(x, num_samples, random_state) for part in self._components]
        aligned = np.stack([c.scale * own + c.shift for c, own in zip(self._components, parts, strict=True)])
        return np.asarray(aligned[drawn, :, np.arange(num_samples)].T)


def _moments(conditioned: Conditioned, configurations: FloatArray, share: float) -> tuple[float, float]:
    mean = AtResource(conditioned, share).predict_mean(configurations)
    by_configuration = as_columns(mean).mean(axis=1)
    spread = float(by_configuration.std())
    return float(by_configuration.mean()), spread if spread > _SMALLEST_SPREAD else 1.0


_SMALLEST_SPREAD = 1e-9
