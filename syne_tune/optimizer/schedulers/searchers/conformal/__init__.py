"""Search by conformal quantile regression."""

from syne_tune.optimizer.schedulers.searchers.conformal.surrogate_searcher import SurrogateSearcher

__all__ = ["SurrogateSearcher"]
