"""Old path of :class:`~syne_tune.optimizer.schedulers.rungs.dyhpo.DyHPORungSystem`."""

from syne_tune.optimizer.schedulers.rungs.dyhpo import DyHPORungSystem

__all__ = ["DyHPORungSystem"]
