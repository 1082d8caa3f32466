"""Schedulers decide what runs next, and which trials stop, pause or go on; imported when first used."""

from typing import TYPE_CHECKING

from syne_tune.on_demand import names_on_demand

if TYPE_CHECKING:
    from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler
    from syne_tune.optimizer.schedulers.fifo import FIFOScheduler
    from syne_tune.optimizer.schedulers.hyperband import HyperbandScheduler
    from syne_tune.optimizer.schedulers.median_stopping_rule import MedianStoppingRule
    from syne_tune.optimizer.schedulers.pb2 import PB2
    from syne_tune.optimizer.schedulers.pbt import PopulationBasedTraining
    from syne_tune.optimizer.schedulers.ray_scheduler import RayTuneScheduler

__all__ = [
    "PB2",
    "AskTellScheduler",
    "FIFOScheduler",
    "HyperbandScheduler",
    "MedianStoppingRule",
    "PopulationBasedTraining",
    "RayTuneScheduler",
]

__getattr__ = names_on_demand(
    __name__,
    {
        f"{__name__}.ask_tell_scheduler": "AskTellScheduler",
        f"{__name__}.fifo": "FIFOScheduler",
        f"{__name__}.hyperband": "HyperbandScheduler",
        f"{__name__}.median_stopping_rule": "MedianStoppingRule",
        f"{__name__}.pb2": "PB2",
        f"{__name__}.pbt": "PopulationBasedTraining",
        f"{__name__}.ray_scheduler": "RayTuneScheduler",
    },
)
