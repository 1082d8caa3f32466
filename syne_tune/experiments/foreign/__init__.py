"""Studies of other programs as experiments: :func:`import_study`."""

from syne_tune.experiments.foreign.import_study import import_study

__all__ = ["import_study"]
