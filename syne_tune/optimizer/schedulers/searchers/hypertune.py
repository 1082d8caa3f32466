"""Hyper-Tune: levels and brackets are weighed by what has been seen of them.

Li, Shen, Jiang, Zhang, Li, Liu, Zhang, Cui, *Hyper-Tune: Towards Efficient Hyper-parameter Tuning at Scale*, VLDB 2022
(arXiv:2201.06834).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.multi_fidelity.ensemble import bracket_weights
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher

HYPERTUNE_MODELS = ("gp_independent", "gp_multitask")


class HyperTuneBracketDistribution:
    """Draws brackets in proportion to ``theta_k / r_k``: how well level k ranks, per unit of resource (section 4.1).

    Brackets that begin above all levels with a weight keep the probability they had.

    Args:
        theta: Returns the weights of the levels ``(k,)``, or ``None`` as long as there is no model.
        default: The distribution it takes the place of.
    """

    def __init__(self, theta: Callable[[], FloatArray | None], default: Any) -> None:
        self._theta = theta
        self._default = default
        self._levels: tuple[int, ...] = ()

    def configure(self, scheduler: Any) -> None:
        """Takes levels and number of brackets."""
        self._default.configure(scheduler)
        self._levels = (*scheduler.rung_levels, scheduler.max_resource_level)

    def __call__(self) -> FloatArray:
        """Probabilities, shape ``(num_brackets,)``."""
        usual: FloatArray = self._default()
        theta = self._theta() if len(usual) > 1 else None
        return usual if theta is None else bracket_weights(theta, self._levels, np.asarray(usual))


def hypertune_searcher(scheduler: str = "hyperband_promotion", **arguments: Any) -> MultiFidelitySearcher:
    """What the name ``"hypertune"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks.
        **arguments: Of :class:`~.multi_fidelity_searcher.MultiFidelitySearcher`. Default of ``model``:
            ``"gp_independent"``.

    Raises:
        OptionError: If the scheduler does not compare trials before their end, or an argument is not allowed.
    """
    if scheduler == "fifo":
        raise OptionError("searcher = 'hypertune': only for schedulers that compare trials at several resources")
    arguments = {"model": HYPERTUNE_MODELS[0], **arguments}
    if arguments["model"] not in HYPERTUNE_MODELS:
        legal = " or ".join(map(repr, HYPERTUNE_MODELS))
        raise OptionError(f"search_options['model'] = {arguments['model']!r}: Hyper-Tune takes {legal}")
    return MultiFidelitySearcher(weigh_levels=HyperTuneBracketDistribution, **arguments)
