"""Syne Tune: hyperparameter optimisation that runs the same study anywhere and survives any crash.

Where things are:

* :class:`~syne_tune.tuner.Tuner` runs a study; :class:`~syne_tune.stopping_criterion.StoppingCriterion` ends it.
* :mod:`syne_tune.config_space` describes what is searched.
* :mod:`syne_tune.optimizer.baselines` holds the named methods, :mod:`syne_tune.optimizer.schedulers` their parts.
* :mod:`syne_tune.backend` runs trials: as processes, Python functions, or in this process.
* :class:`~syne_tune.report.Reporter` is what a training script calls.
* :mod:`syne_tune.experiments` loads and plots results.

Names are imported when first used, so that ``from syne_tune import Reporter`` costs a training script milliseconds.
"""

from __future__ import annotations

from syne_tune.constants import VERSION as __version__

TYPE_CHECKING = False  # as in typing, which need not be imported for it
if TYPE_CHECKING:
    from typing import Any

    from syne_tune.report import Reporter
    from syne_tune.stopping_criterion import StoppingCriterion
    from syne_tune.tuner import Tuner

__all__ = ["Reporter", "StoppingCriterion", "Tuner"]

_HOMES = {
    "Reporter": "syne_tune.report",
    "StoppingCriterion": "syne_tune.stopping_criterion",
    "Tuner": "syne_tune.tuner",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def read_version() -> str:
    """The version of the installed package, for example ``"0.1.0"``."""
    return __version__
