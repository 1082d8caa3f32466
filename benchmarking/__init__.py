"""Benchmarks that run training scripts, and programs that compare methods on them. Part of a checkout only."""
