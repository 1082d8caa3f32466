"""``benchmarking.benchmark_definitions.lstm_wikitext2``, under its older path."""

from benchmarking.benchmark_definitions.lstm_wikitext2 import lstm_wikitext2_benchmark

__all__ = ["lstm_wikitext2_benchmark"]
