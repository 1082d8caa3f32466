"""Thompson sampling from what earlier tasks say about the distribution of the metric."""
