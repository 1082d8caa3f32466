"""Which method is better over many problems, and whether that is more than luck.

Notation::

    p, k   number of problems (pairs of benchmark and seed), number of setups

Values ``(p, k)`` are to be minimised; what is best in a row has rank 1, equal values share the mean of their ranks.

Demšar, *Statistical Comparisons of Classifiers over Multiple Data Sets*, JMLR 7, 2006: the Friedman test asks whether
all setups are alike (section 3.2.2); if not, pairs are compared. As Benavoli, Corani, Mangili, *Should We Really Use
Post-Hoc Tests Based on Mean-Ranks?*, JMLR 17, 2016, recommend, pairs are compared by the Wilcoxon signed-rank test,
with the correction of Holm for their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from syne_tune.errors import OptionError
from syne_tune.experiments.comparison.aggregation import FloatArray

_NUM_RESAMPLES = 2000
_SEED = 0
_FEW = 50


@dataclass(frozen=True)
class Ranking:
    """Outcome of a comparison.

    Args:
        setups: Names, best mean rank first.
        mean_ranks: ``(k,)``.
        intervals: 95 % bootstrap intervals of the mean ranks over problems, ``(k, 2)``.
        friedman_p: Probability of ranks so different if all setups were alike; ``nan`` if it cannot be computed.
        pairwise_p: Holm-corrected probability per pair, ``(k, k)``; 1 on the diagonal.
        num_problems: p.
        level: Differences with a smaller probability are called significant.
    """

    setups: tuple[str, ...]
    mean_ranks: FloatArray
    intervals: FloatArray
    friedman_p: float
    pairwise_p: FloatArray
    num_problems: int
    level: float = 0.05

    def is_significant(self, i: int, j: int) -> bool:
        """Whether two setups differ."""
        return bool(self.friedman_p < self.level and self.pairwise_p[i, j] < self.level)

    def cliques(self) -> list[tuple[int, int]]:
        """Ranges of neighbouring setups, none of which differs from another: first and last index, the longest only."""
        count = len(self.setups)
        ends = [max(j for j in range(i, count) if self._is_clique(i, j)) for i in range(count)]
        return [(i, end) for i, end in enumerate(ends) if end > i and (i == 0 or ends[i - 1] < end)]

    def _is_clique(self, first: int, last: int) -> bool:
        return not any(self.is_significant(i, j) for i, j in combinations(range(first, last + 1), 2))


def rank_setups(values: FloatArray, setups: Sequence[str], level: float = 0.05) -> Ranking:
    """Ranks setups over problems.

    Args:
        values: ``(p, k)``, to be minimised, p at least 1; ``nan`` counts as worst.
        setups: Names, k of them, at least 2.
        level: Differences with a smaller probability are called significant.

    Raises:
        OptionError: If there is nothing to compare.
    """
    if values.ndim != 2 or len(values) < 1 or values.shape[1] < 2:
        raise OptionError(f"Ranks need at least one problem and two setups; got values of shape {values.shape}")
    from scipy import stats  # half a second, which those who only load an experiment need not wait

    known = np.where(np.isnan(values), np.inf, values)
    ranks = stats.rankdata(known, axis=1)
    order = np.argsort(ranks.mean(axis=0), kind="stable")
    known, ranks = known[:, order], ranks[:, order]
    return Ranking(
        setups=tuple(setups[place] for place in order),
        mean_ranks=ranks.mean(axis=0),
        intervals=_intervals(ranks),
        friedman_p=_friedman(ranks),
        pairwise_p=_pairwise(known),
        num_problems=len(values),
        level=level,
    )


def _intervals(ranks: FloatArray) -> FloatArray:
    random_state = np.random.RandomState(_SEED)
    drawn = random_state.randint(len(ranks), size=(_NUM_RESAMPLES, len(ranks)))
    return np.asarray(np.percentile(ranks[drawn].mean(axis=1), (2.5, 97.5), axis=0).T)


def _friedman(ranks: FloatArray) -> float:
    """The Friedman test, or for two setups the sign test, which it amounts to."""
    from scipy import stats

    if ranks.shape[1] == 2:
        wins, losses = int((ranks[:, 0] < 1.5).sum()), int((ranks[:, 0] > 1.5).sum())
        return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else np.nan
    if len(ranks) < 2 or np.all(ranks == ranks[:, :1]):
        return np.nan
    return float(stats.friedmanchisquare(*ranks.T).pvalue)


def _pairwise(values: FloatArray) -> FloatArray:
    pairs = list(combinations(range(values.shape[1]), 2))
    raw = np.array([_wilcoxon(values[:, i], values[:, j]) for i, j in pairs])
    corrected = _holm(raw)
    table = np.ones((values.shape[1], values.shape[1]))
    for (i, j), probability in zip(pairs, corrected, strict=True):
        table[i, j] = table[j, i] = probability
    return table


def _wilcoxon(first: FloatArray, second: FloatArray) -> float:
    """The signed-rank test: exact for few problems without ties, else by the normal approximation."""
    from scipy import stats

    with np.errstate(invalid="ignore"):
        difference = np.nan_to_num(first - second, nan=0.0, posinf=np.finfo(float).max, neginf=np.finfo(float).min)
    difference = difference[difference != 0]
    if not len(difference):
        return 1.0
    is_exact = len(difference) <= _FEW and len(np.unique(np.abs(difference))) == len(difference)
    signed_ranks = stats.rankdata(np.abs(difference)) * np.sign(difference)
    return float(stats.wilcoxon(signed_ranks, method="exact" if is_exact else "asymptotic").pvalue)


def _holm(raw: FloatArray) -> FloatArray:
    """Step-down correction: the smallest of q probabilities counts q-fold, the next one (q-1)-fold, and so on."""
    order = np.argsort(raw)
    factors: npt.NDArray[np.intp] = np.arange(len(raw), 0, -1)
    corrected = np.empty_like(raw)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(raw[order] * factors))
    return corrected
