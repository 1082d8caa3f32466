"""Benchmarks that are looked up instead of run: tables, lists of evaluations, models fitted to them.

The contract is :mod:`syne_tune.blackbox_repository.blackbox`; :func:`load_blackbox` finds blackboxes by name, and
:class:`UserBlackboxBackend` and :class:`BlackboxRepositoryBackend` make trials of them.
"""

from __future__ import annotations

from syne_tune.blackbox_repository.blackbox_offline import BlackboxOffline
from syne_tune.blackbox_repository.blackbox_surrogate import add_surrogate
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.repository import blackbox_list, load_blackbox
from syne_tune.blackbox_repository.serialize import deserialize, serialize
from syne_tune.blackbox_repository.simulated_tabular_backend import BlackboxRepositoryBackend, UserBlackboxBackend

__all__ = [
    "BlackboxOffline",
    "BlackboxRepositoryBackend",
    "BlackboxTabular",
    "UserBlackboxBackend",
    "add_surrogate",
    "blackbox_list",
    "deserialize",
    "load_blackbox",
    "serialize",
]
