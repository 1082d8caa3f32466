"""Quantile regression whose intervals are corrected so that they hold what they promise."""
