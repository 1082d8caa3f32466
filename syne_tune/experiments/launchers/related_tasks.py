"""What methods are told about other tasks of a blackbox than the one they are compared on."""

from __future__ import annotations

from collections.abc import Mapping

from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.latest import load_latest
from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.benchmark_definitions.common import SurrogateBenchmarkDefinition
from syne_tune.experiments.earlier_tasks import evaluations_from_blackboxes
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TransferLearningTaskEvaluations


class RelatedTasks:
    """Evaluations of related tasks. Those of the latest benchmark are kept: its experiments follow each other.

    Related to a benchmark are the tasks that its ``datasets`` names, or else all tasks of its blackbox; never the one
    that is tuned.
    """

    def __init__(self) -> None:
        self._benchmark: SurrogateBenchmarkDefinition | None = None
        self._evaluations: dict[str, TransferLearningTaskEvaluations] = {}

    def evaluations(self, benchmark: SurrogateBenchmarkDefinition) -> dict[str, TransferLearningTaskEvaluations]:
        """From related task to what was measured there, of all objectives, seeds and fidelities.

        Args:
            benchmark: The benchmark.

        Raises:
            OptionError: If there is no related task, or the blackbox is a model and not a table.
        """
        if benchmark != self._benchmark:
            self._evaluations = {}
            self._evaluations = evaluations_from_blackboxes(_related(benchmark))
            self._benchmark = benchmark
        return dict(self._evaluations)

    @staticmethod
    def check(benchmarks: Mapping[str, SurrogateBenchmarkDefinition]) -> None:
        """Refuses benchmarks without related tasks.

        Raises:
            OptionError: For the first of them.
        """
        for name, benchmark in benchmarks.items():
            if not _related(benchmark):
                raise OptionError(
                    f"use_transfer_learning: {benchmark.blackbox_name!r} has no other task than that of {name!r}; "
                    "leave this benchmark out"
                )


def _related(benchmark: SurrogateBenchmarkDefinition) -> dict[str, Blackbox]:
    tasks = load_latest(benchmark.blackbox_name)
    names = list(tasks) if benchmark.datasets is None else benchmark.datasets
    for name in names:
        if name not in tasks:
            raise OptionError(f"datasets: {benchmark.blackbox_name!r} has no task {name!r}; {nearest(name, tasks)}")
    return {name: tasks[name] for name in names if name != benchmark.dataset_name}
