"""What the name ``"dyhpo"`` stands for: :func:`dyhpo_searcher`."""

from __future__ import annotations

from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher


def dyhpo_searcher(scheduler: str = "hyperband_dyhpo", **arguments: Any) -> MultiFidelitySearcher:
    """The searcher of DyHPO: its model also says which paused trial goes on.

    Wistuba, Kadra, Grabocka, *Supervising the Multi-Fidelity Race of Hyperparameter Configurations*, NeurIPS 2022; the
    other half of it is :mod:`syne_tune.optimizer.schedulers.rungs.dyhpo`.

    Args:
        scheduler: Kind of scheduler that asks.
        **arguments: Of :class:`~.multi_fidelity_searcher.MultiFidelitySearcher`. Default of ``resource_acq``:
            ``"final"``, which compares all trials by what they promise at the largest resource, per resource still to
            be spent until there. With ``"first"``, each competes at the resource it would go to next, as in the paper;
            then low levels can be improved on for ever, and few trials reach the end.

    Raises:
        OptionError: If the scheduler does not let the model decide, or an argument is not allowed.
    """
    if scheduler != "hyperband_dyhpo":
        raise OptionError(
            f"searcher = 'dyhpo': only for type = 'dyhpo', not for a scheduler of type {scheduler!r}; use the method "
            "DyHPO, or searcher='bayesopt'"
        )
    return MultiFidelitySearcher(thin_curves=True, **{"resource_acq": "final", **arguments})
