"""Old path of :class:`~syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher.MultiFidelitySearcher`."""

from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import (
    MultiFidelitySearcher as GPMultiFidelitySearcher,
)

__all__ = ["GPMultiFidelitySearcher"]
