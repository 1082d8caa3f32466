from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from syne_tune.callbacks.simulator_callback import SimulatorCallback
from syne_tune.callbacks.store_results import ExtraResultsComposer, StoreResultsCallback


class Constant(ExtraResultsComposer):
    def __call__(self, tuner: Any) -> dict[str, Any]:
        return {"extra": 7}


def test_stores_results_with_extra_columns() -> None:
    callback = SimulatorCallback(Constant())
    assert isinstance(callback, StoreResultsCallback)
    callback.on_tuning_start(SimpleNamespace(results_update_interval=10.0, elapsed=3.0))
    trial: Any = SimpleNamespace(trial_id=0, config={})
    callback.on_trial_result(trial, "InProgress", {"loss": 1.0}, "CONTINUE")
    assert callback.results[0]["extra"] == 7
    assert callback.results[0]["st_tuner_time"] == 3.0


def test_leaves_the_tuner_as_it_is() -> None:
    """W-13."""
    tuner = SimpleNamespace(results_update_interval=10.0, stop_criterion=len, sleep_time=5.0)
    before = dict(vars(tuner))
    SimulatorCallback().on_tuning_start(tuner)
    assert vars(tuner) == before
