"""Rung rules of asynchronous successive halving: pure, one file each."""
