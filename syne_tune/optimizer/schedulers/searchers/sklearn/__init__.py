"""Search with a model in the style of scikit-learn."""

from syne_tune.optimizer.schedulers.searchers.sklearn.sklearn_surrogate_searcher import SKLearnSurrogateSearcher

__all__ = ["SKLearnSurrogateSearcher"]
