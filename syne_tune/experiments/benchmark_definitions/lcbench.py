"""LCBench: 2,000 learning curves of networks on each of 34 classification tasks.

Zimmer, Lindauer, Hutter, *Auto-PyTorch: Multi-Fidelity MetaLearning for Efficient and Robust AutoDL*, TPAMI 2021. A
nearest-neighbour surrogate answers for configurations that were not measured.
"""

from __future__ import annotations

from collections.abc import Sequence

from syne_tune.experiments.benchmark_definitions.common import SurrogateBenchmarkDefinition

OPENML_TASK_IDS = {
    "KDDCup09_appetency": 3945,
    "covertype": 7593,
    "Amazon_employee_access": 34539,
    "adult": 126025,
    "nomao": 126026,
    "bank-marketing": 126029,
    "shuttle": 146212,
    "Australian": 167104,
    "kr-vs-kp": 167149,
    "mfeat-factors": 167152,
    "credit-g": 167161,
    "vehicle": 167168,
    "kc1": 167181,
    "blood-transfusion-service-center": 167184,
    "cnae-9": 167185,
    "phoneme": 167190,
    "higgs": 167200,
    "connect-4": 167201,
    "helena": 168329,
    "jannis": 168330,
    "volkert": 168331,
    "MiniBooNE": 168335,
    "APSFailure": 168868,
    "christine": 168908,
    "fabert": 168910,
    "airlines": 189354,
    "jasmine": 189862,
    "sylvine": 189865,
    "albert": 189866,
    "dionis": 189873,
    "car": 189905,
    "segment": 189906,
    "Fashion-MNIST": 189908,
    "jungle_chess_2pcs_raw_endgame_complete": 189909,
}
"""OpenML task of each data set: the name under which surrogates of YAHPO know it."""

lcbench_selected_datasets = ["Fashion-MNIST", "airlines", "albert", "covertype", "christine"]
"""Five data sets that are larger and less noisy than most."""


def lcbench_benchmark(dataset_name: str, datasets: Sequence[str] | None = None) -> SurrogateBenchmarkDefinition:
    """One task of LCBench.

    Args:
        dataset_name: Name of the data set.
        datasets: Those from which transfer learning may learn.
    """
    return SurrogateBenchmarkDefinition(
        max_wallclock_time=7200,
        n_workers=4,
        elapsed_time_attr="time",
        metric="val_accuracy",
        mode="max",
        blackbox_name="lcbench",
        dataset_name=dataset_name,
        max_num_evaluations=4000,
        surrogate="KNeighborsRegressor",
        surrogate_kwargs={"n_neighbors": 1},
        max_resource_attr="epochs",
        datasets=datasets,
    )


lcbench_benchmark_definitions = {f"lcbench-{name}": lcbench_benchmark(name) for name in OPENML_TASK_IDS}
"""All 34 tasks."""

lcbench_selected_benchmark_definitions = {
    f"lcbench-{name}": lcbench_benchmark(name, datasets=lcbench_selected_datasets) for name in lcbench_selected_datasets
}
"""Those of the selected data sets, each with the others to learn from."""
