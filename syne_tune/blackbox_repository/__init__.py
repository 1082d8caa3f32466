"""Benchmarks that are looked up instead of run: tables, lists of evaluations, models fitted to them.

The contract is :mod:`syne_tune.blackbox_repository.blackbox`; :class:`UserBlackboxBackend` makes trials of it.
"""

from __future__ import annotations

from syne_tune.blackbox_repository.blackbox_offline import BlackboxOffline
from syne_tune.blackbox_repository.blackbox_surrogate import add_surrogate
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.serialize import deserialize
from syne_tune.blackbox_repository.simulated_tabular_backend import UserBlackboxBackend

__all__ = ["BlackboxOffline", "BlackboxTabular", "UserBlackboxBackend", "add_surrogate", "deserialize"]
