"""The callback that older scripts pass along with a simulated backend."""

from __future__ import annotations

from syne_tune.callbacks.store_results import ExtraResultsComposer, StoreResultsCallback


class SimulatorCallback(StoreResultsCallback):
    """Stores results, like :class:`StoreResultsCallback`, and is kept for its name.

    Simulations need no callback of their own: the tuner goes by the clock of its backend. So stopping criterion,
    ``sleep_time`` and scheduler are left as they are, before, during and after the run.

    Args:
        extra_results_composer: Adds columns.
    """

    def __init__(self, extra_results_composer: ExtraResultsComposer | None = None) -> None:
        super().__init__(extra_results_composer=extra_results_composer)
