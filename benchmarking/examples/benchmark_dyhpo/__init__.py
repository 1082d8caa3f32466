"""Compares DyHPO with other methods that learn from curves, in virtual time."""
